import { DriverError, type Connection, type Connector } from '../contract/index.js';

/** RFC 7143 section 4.2.7.1: at most 223 bytes. */
const MAX_NAME_LENGTH = 223;

/**
 * The three kinds of iSCSI names: qualified (RFC 7143 section 4.2.7.4), EUI-64 (4.2.7.5) and NAA (4.2.7.6). Their
 * characters are those of the usual ASCII names and nothing that a shell or a configuration file could take for more.
 */
const ISCSI_NAME =
  /^(iqn\.[0-9]{4}-(0[1-9]|1[0-2])\.[a-z0-9.-]+(:[a-z0-9.:_-]*)?|eui\.[0-9a-f]{16}|naa\.([0-9a-f]{16}|[0-9a-f]{32}))$/i;

/** @throws INVALID_CONNECTOR */
export function checkInitiator({ initiator }: Connector): void {
  if (initiator === undefined || initiator === null) throw refused('the connector has no initiator');
  if (typeof initiator !== 'string') throw refused('the initiator is not a string');
  if (initiator.length > MAX_NAME_LENGTH) {
    throw refused(`the initiator has more than ${MAX_NAME_LENGTH} characters`);
  }
  if (!ISCSI_NAME.test(initiator)) {
    throw refused('the initiator is no iSCSI name (iqn.YYYY-MM.domain:name, eui. or naa.)');
  }
}

/** The checked name of the connection's host. @throws INVALID_CONNECTOR */
export function initiatorOf({ connector }: Connection): string {
  checkInitiator(connector);
  return connector.initiator as string;
}

/** Whether two names are of one host: case counts for nothing in them (RFC 7143 section 4.2.7.1), and LIO lowers it. */
export function isSameInitiator(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/** Whether the host wants every portal; command-line clients send texts for truth values. */
export function wantsMultipath({ multipath }: Connector): boolean {
  return multipath === true || (typeof multipath === 'string' && multipath.toLowerCase() === 'true');
}

function refused(reason: string): DriverError {
  return new DriverError('INVALID_CONNECTOR', reason, { field: 'initiator' });
}

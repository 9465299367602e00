import { DriverError, type Connection, type Connector } from 'clinker-driver';

/** RFC 7143 section 4.2.7: at most 223 bytes, of which none means anything in a path, a URL or a configuration file. */
const ISCSI_NAME = /^(iqn\.\d{4}-\d{2}\.|eui\.|naa\.)[a-z0-9.:_-]{1,210}$/i;

/**
 * Returns the connector's initiator name. A connector is unchecked text from a client.
 * @throws INVALID_CONNECTOR
 */
export function initiatorIn({ initiator }: Connector): string {
  if (initiator === undefined || initiator === null) throw refused('the connector has no initiator');
  if (typeof initiator !== 'string') throw refused('the initiator is not a string');
  if (!ISCSI_NAME.test(initiator)) throw refused('the initiator is not an iSCSI name (iqn., eui. or naa.)');
  return initiator;
}

export function initiatorOf({ connector }: Connection): string {
  // Names that differ only in case name the same host.
  return initiatorIn(connector).toLowerCase();
}

function refused(reason: string): DriverError {
  return new DriverError('INVALID_CONNECTOR', reason, { field: 'initiator' });
}

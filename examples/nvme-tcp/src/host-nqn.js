import { DriverError } from 'clinker-driver';

/** NVMe Base 4.7: at most 223 bytes. The name becomes that of a folder. */
const HOST_NQN = /^nqn\.[0-9]{4}-(0[1-9]|1[0-2])\.[!-.0-~]{1,211}$/;

/**
 * Returns the name (NQN) with which the connector's host connects.
 * @param {import('clinker-driver').Connector} connector
 * @throws INVALID_CONNECTOR
 */
export function hostNqnOf({ nqn }) {
  if (typeof nqn === 'string' && HOST_NQN.test(nqn)) return nqn;
  const what =
    nqn === undefined || nqn === null ? 'has no nqn; install nvme-cli on the host' : 'has an invalid nqn';
  throw new DriverError('INVALID_CONNECTOR', `the connector ${what}`, { field: 'nqn' });
}

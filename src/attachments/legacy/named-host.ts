import { InvalidInput } from '../../common/errors.js';
import type { Connector } from '../../drivers/contract/index.js';
import { checkConnectorNames } from '../../drivers/registry/connector-check.js';
import { checkConnector } from '../connections.js';

/** What a host is told apart by. */
const HOST_KEYS = ['initiator', 'ip', 'host'] as const;

/** Whether a connection is of the host that a connector names, which may say less of it than when it connected. */
export function isNamedBy(named: Connector, connected: Connector): boolean {
  return HOST_KEYS.every((key) => named[key] == null || named[key] === (connected[key] ?? null));
}

/** @throws InvalidInput when a connector is malformed, or says nothing by which its host can be told. */
export function checkNamesHost(connector: Connector): void {
  checkConnector(connector);
  checkConnectorNames(connector);
  if (HOST_KEYS.some((key) => connector[key] != null)) return;
  throw new InvalidInput(
    `Invalid input received: The connector names no host; one of ${HOST_KEYS.join(', ')} is needed, or null for all.`,
  );
}

import { comparableHost, type HostKey } from '../../platform/hosts/comparable-host.js';
import { InvalidInput } from '../../platform/errors.js';
import type { Connector } from '../../drivers/contract/index.js';
import { checkConnectorNames } from '../../drivers/registry/connector-check.js';
import { checkConnector } from '../attachment/connection.js';

/** Connector keys that identify a host. */
const HOST_KEYS = ['initiator', 'ip', 'host'] as const;

/** True if `connected` is the host that `named` names. `named` may have fewer keys. */
export function isNamedBy(named: Connector, connected: Connector): boolean {
  return HOST_KEYS.every((key) => named[key] == null || isSame(key, named[key], connected[key]));
}

function isSame(key: HostKey, one: unknown, other: unknown): boolean {
  if (typeof one !== 'string' || typeof other !== 'string') return one === other;
  return comparableHost(key, one) === comparableHost(key, other);
}

/** @throws InvalidInput if a connector is malformed or does not identify its host. */
export function checkNamesHost(connector: Connector): void {
  checkConnector(connector);
  checkConnectorNames(connector);
  if (HOST_KEYS.some((key) => connector[key] != null)) return;
  throw new InvalidInput(
    `Invalid input received: The connector does not name a host; it needs one of ${HOST_KEYS.join(', ')}, or null for all hosts.`,
  );
}

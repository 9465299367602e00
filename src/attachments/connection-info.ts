import type { AccessMode, ConnectionInfo, Connector } from '../drivers/contract/index.js';

/** What connection_info says beyond the driver's words. */
export interface ConnectionFacts {
  readonly attachmentId: string;
  readonly mode: AccessMode;
  readonly connector: Connector;
  /** Whether the volume has an encryption key. */
  readonly isEncrypted: boolean;
  /** Whether the volume's type lets hosts cache; null when the volume has no type. */
  readonly isCacheable: boolean | null;
}

/**
 * The flat connection_info of an attachment (SPEC 13.1): the driver's data, overlaid with its other keys, and what the
 * core knows. Clients depend on its flatness, and on `attachment_id` in it.
 */
export function assembleConnectionInfo(driver: ConnectionInfo, facts: ConnectionFacts): object {
  const { data, ...others } = driver;
  return {
    ...enriched(data, facts),
    ...others,
    attachment_id: facts.attachmentId,
    enforce_multipath: facts.connector['enforce_multipath'] ?? false,
  };
}

/** The nested connection_info of a connection that was made by a volume action (SPEC 22). */
export function nestedConnectionInfo(driver: ConnectionInfo, facts: ConnectionFacts): object {
  return {
    ...driver,
    data: enriched(driver.data, facts),
    enforce_multipath: facts.connector['enforce_multipath'] ?? false,
  };
}

function enriched(data: ConnectionInfo['data'], facts: ConnectionFacts): object {
  return {
    ...data,
    qos_specs: null,
    access_mode: facts.mode,
    encrypted: data['encrypted'] ?? facts.isEncrypted,
    ...cacheable(data['cacheable'], facts.isCacheable),
  };
}

function cacheable(byDriver: unknown, byType: boolean | null): object {
  if (byType === null) return byDriver === undefined ? {} : { cacheable: byDriver };
  return { cacheable: byType && byDriver !== false };
}

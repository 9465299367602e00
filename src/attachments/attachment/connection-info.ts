import type { AccessMode, ConnectionInfo, Connector } from '../../drivers/contract/index.js';

/** Facts in connection_info that do not come from the driver. */
export interface ConnectionFacts {
  readonly attachmentId: string;
  readonly mode: AccessMode;
  readonly connector: Connector;
  /** True if the volume has an encryption key. */
  readonly isEncrypted: boolean;
  /** True if the volume's type lets hosts cache; null without a type. */
  readonly isCacheable: boolean | null;
}

/**
 * Builds the flat connection_info of an attachment (docs/specification.md#connection-information): the driver's data,
 * overlaid with its other keys and the core's facts. Clients depend on the flat form and on its `attachment_id`.
 */
export function assembleConnectionInfo(driver: ConnectionInfo, facts: ConnectionFacts): object {
  const { data, ...others } = driver;
  return {
    ...enriched(data, facts),
    ...others,
    attachment_id: facts.attachmentId,
    enforce_multipath: isMultipathEnforced(facts),
  };
}

/**
 * Builds the nested connection_info of a connection made by a volume action (docs/specification.md#volume-actions). As in
 * Cinder, it holds enforce_multipath twice: older clients pass only `data` to os-brick.
 */
export function nestedConnectionInfo(driver: ConnectionInfo, facts: ConnectionFacts): object {
  const enforced = { enforce_multipath: isMultipathEnforced(facts) };
  return { ...driver, data: { ...enriched(driver.data, facts), ...enforced }, ...enforced };
}

function isMultipathEnforced({ connector }: ConnectionFacts): unknown {
  return connector['enforce_multipath'] ?? false;
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

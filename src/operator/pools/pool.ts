import type { Instant } from '../../platform/clock.js';
import { CONTRACT_VERSION } from '../../drivers/contract/index.js';
import type { BackendStats, DriverCapabilities } from '../../drivers/contract/index.js';
import type { PoolRules } from '../../volumes/scheduling/index.js';
import { backendTraits } from '../../volumes/types/index.js';
import { hostOf } from '../../volumes/index.js';

/** Properties of a backend, which is its own only pool. */
export interface Pool {
  readonly backend: string;
  readonly capabilities: DriverCapabilities;
  readonly rules: PoolRules;
  readonly isUp: boolean;
  /** Null if the backend does not answer. */
  readonly stats: BackendStats | null;
  readonly volumes: number;
  /** Total size of the volumes. */
  readonly allocatedGib: number;
}

type Capabilities = Readonly<Record<string, string | number | boolean>>;

/** Cinder's value for an unknown capacity. */
const UNKNOWN = 'unknown';

/** Drivers declare only the version of the contract that they implement. */
const DRIVER_VERSION = String(CONTRACT_VERSION);

/** A pool in the format of Cinder's scheduler. */
export function poolCapabilities(pool: Pool, now: Instant): Capabilities {
  const { storageProtocol, multiattach, extend } = pool.capabilities;
  return {
    ...backendTraits(pool.backend, storageProtocol),
    pool_name: pool.backend,
    driver_version: DRIVER_VERSION,
    total_capacity_gb: pool.stats?.totalGib ?? UNKNOWN,
    free_capacity_gb: pool.stats?.freeGib ?? UNKNOWN,
    allocated_capacity_gb: pool.allocatedGib,
    total_volumes: pool.volumes,
    provisioned_capacity_gb: pool.allocatedGib,
    reserved_percentage: pool.rules.reservedPercentage,
    thin_provisioning_support: pool.rules.isThin,
    thick_provisioning_support: !pool.rules.isThin,
    max_over_subscription_ratio: pool.rules.isThin ? pool.rules.maxOverSubscriptionRatio : 1,
    multiattach,
    online_extend_support: extend === 'attached',
    QoS_support: false,
    replication_enabled: false,
    backend_state: pool.isUp ? 'up' : 'down',
    timestamp: now,
  };
}

/** A pool in a list. */
export function poolView(pool: Pool, withDetail: boolean, now: Instant): object {
  const name = hostOf(pool.backend);
  return withDetail ? { name, capabilities: poolCapabilities(pool, now) } : { name };
}

/** A backend's capabilities in the format of Cinder's drivers. */
export function capabilitiesView(host: string, backend: string, protocol: string): object {
  return {
    namespace: `OS::Storage::Capabilities::${host}`,
    ...backendTraits(backend, protocol),
    pool_name: null,
    driver_version: DRIVER_VERSION,
    display_name: null,
    description: null,
    visibility: null,
    replication_targets: [],
    properties: {},
  };
}

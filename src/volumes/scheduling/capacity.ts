import type { BackendStats } from '../../drivers/contract/index.js';

/** What a backend says about its space, and what was known of its volumes when it was asked. */
export interface Space {
  readonly stats: BackendStats;
  /** Size of all its volumes in GiB. */
  readonly allocatedGib: number;
  /** Size of those that were still being created: the backend may have counted their space as free. */
  readonly pendingGib: number;
}

/** How much of its space a backend promises. */
export interface PromiseRules {
  /** True if volumes take up space only as it is written. */
  readonly isThin: boolean;
  readonly maxOverSubscriptionRatio: number;
  readonly reservedPercentage: number;
}

/** For a backend that does not tell its capacity: the driver refuses what it has no room for. */
export const NO_CEILING = Number.MAX_SAFE_INTEGER;

/**
 * The size in whole GiB up to which a backend's volumes may grow in all, by Cinder's rules (its `CapacityFilter`). A
 * ceiling instead of a free space: it stays true while volumes are created and deleted.
 */
export function ceilingGib({ stats, allocatedGib, pendingGib }: Space, rules: PromiseRules): number {
  const { totalGib, freeGib } = stats;
  if (freeGib === null) return NO_CEILING;
  if (totalGib === null) return rules.reservedPercentage === 0 ? NO_CEILING : 0;
  const promised = totalGib - Math.floor((totalGib * rules.reservedPercentage) / 100);
  if (rules.isThin) return Math.floor(promised * rules.maxOverSubscriptionRatio);
  return Math.floor(Math.min(promised, allocatedGib - pendingGib + freeGib));
}

import type { BackendStats } from '../../drivers/contract/index.js';
import type { KnownBackend } from '../../drivers/registry/backend-directory.js';
import type { Placement } from '../../drivers/registry/placement.js';

/** What a volume node tells of a backend. */
export interface BackendFacts extends Pick<
  KnownBackend,
  'driverName' | 'capabilities' | 'isAnswering' | 'missing' | 'state' | 'circuitState' | 'jobs'
> {
  /** Capacity when the node last asked the driver; null if it did not tell. */
  readonly stats: BackendStats | null;
  readonly placement: Placement;
}

/** Returns the facts of a backend of this process. */
export function factsOf(
  backend: KnownBackend,
  stats: BackendStats | null,
  placement: Placement,
): BackendFacts {
  const { driverName, capabilities, isAnswering, missing, state, circuitState, jobs } = backend;
  return { driverName, capabilities, isAnswering, missing, state, circuitState, jobs, stats, placement };
}

import type { Instant } from '../common/clock.js';
import { serviceHost } from '../common/service-host.js';
import type { Microversion } from '../microversion/microversion.js';

const BINARY = 'cinder-volume';

/** What the filters of the list of services ask for. */
export interface ServiceFilters {
  readonly host: string | undefined;
  readonly binary: string | undefined;
}

/** The names of the backends whose services fit the filters. A host also means all `host@…`, as in Cinder. */
export function selectServices(
  backends: readonly string[],
  { host, binary }: ServiceFilters,
): readonly string[] {
  if (binary !== undefined && binary !== BINARY) return [];
  return backends.filter((backend) => {
    const own = serviceHost(backend);
    return host === undefined || own === host || own.startsWith(`${host}@`);
  });
}

/** What is shown of a backend's service. */
export interface ServiceState {
  readonly backend: string;
  readonly isUp: boolean;
}

/** The service of a backend. Backends live in this process: what is known of one is as of now. */
export function serviceView(
  { backend, isUp }: ServiceState,
  zone: string,
  now: Instant,
  version: Microversion,
): object {
  const state = isUp ? 'up' : 'down';
  return {
    binary: BINARY,
    host: serviceHost(backend),
    zone,
    status: 'enabled',
    state,
    updated_at: now,
    ...(version.has('backend-state') ? { backend_state: state } : {}),
    ...(version.has('clusters') ? { cluster: null } : {}),
    disabled_reason: null,
    replication_status: 'disabled',
    active_backend_id: null,
    frozen: false,
  };
}

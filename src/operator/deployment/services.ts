import type { Instant } from '../../platform/clock.js';
import { serviceHost } from '../../platform/hosts/service-host.js';
import type { Microversion } from '../../microversion/microversion.js';

const BINARY = 'cinder-volume';

/** Parsed filters of the list of services. */
export interface ServiceFilters {
  readonly host: string | undefined;
  readonly binary: string | undefined;
}

/** Names of the backends whose services match the filters. As in Cinder, a host also matches all `host@…`. */
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

/** A backend's service in the list. */
export interface ServiceState {
  readonly backend: string;
  readonly isUp: boolean;
  /** Reason why set-up failed; null once it is set up. */
  readonly reason: string | null;
}

/** A backend's service. Backends run in this process, so its state is current. */
export function serviceView(
  { backend, isUp, reason }: ServiceState,
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
    disabled_reason: reason,
    replication_status: 'disabled',
    active_backend_id: null,
    frozen: false,
  };
}

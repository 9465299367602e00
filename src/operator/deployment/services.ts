import type { BackendService, ServiceChange } from '../../volumes/scheduling/index.js';
import { serviceHost } from '../../platform/hosts/service-host.js';
import { InvalidInput } from '../../platform/errors.js';
import type { Microversion } from '../../microversion/microversion.js';
import type { ServiceChangeBody } from './services.schema.js';

export const BINARY = 'cinder-volume';

/** Parsed filters of the list of services. */
export interface ServiceFilters {
  readonly host: string | undefined;
  readonly binary: string | undefined;
}

/** The services that match the filters. As in Cinder, a host also matches all `host@…`. */
export function selectServices(
  services: readonly BackendService[],
  { host, binary }: ServiceFilters,
): readonly BackendService[] {
  if (binary !== undefined && binary !== BINARY) return [];
  return services.filter(({ backend }) => {
    const own = serviceHost(backend);
    return host === undefined || own === host || own.startsWith(`${host}@`);
  });
}

/** A backend's service. */
export function serviceView(service: BackendService, version: Microversion): object {
  const state = service.isUp ? 'up' : 'down';
  return {
    binary: BINARY,
    host: serviceHost(service.backend),
    zone: service.zone,
    status: statusOf(service),
    state,
    updated_at: service.updatedAt,
    ...(version.has('backend-state') ? { backend_state: state } : {}),
    ...(version.has('clusters') ? { cluster: null } : {}),
    disabled_reason: service.reason,
    replication_status: 'disabled',
    active_backend_id: null,
    frozen: false,
  };
}

/** A requested change of a service. */
export interface NamedChange extends ServiceChange {
  readonly host: string;
  readonly binary: string;
}

/**
 * What a request to change a service asks for.
 * @throws InvalidInput for an unknown action, or a body that does not go with it.
 */
export function readServiceChange(action: string, body: ServiceChangeBody): NamedChange {
  const { disabled_reason: reason = null, host = '', service = '', binary = service } = body;
  if (!['enable', 'disable', 'disable-log-reason'].includes(action))
    throw new InvalidInput('Invalid input received: Unknown action');
  if (action !== 'disable-log-reason' && reason !== null)
    throw new InvalidInput("Additional properties are not allowed ('disabled_reason' was unexpected)");
  if (reason?.trim() === '')
    throw new InvalidInput(
      'Invalid input received: disabled_reason has a minimum character requirement of 1.',
    );
  if (host === '') throw new InvalidInput('Invalid input received: Host field is missing.');
  return { host, binary, isDisabled: action !== 'enable', reason };
}

/** The response to a change, with the texts of the request. */
export function changedServiceView(action: string, body: ServiceChangeBody, change: NamedChange): object {
  return {
    disabled: change.isDisabled,
    ...(action === 'disable-log-reason' ? { disabled_reason: change.reason } : {}),
    host: change.host,
    service: body.service ?? '',
    binary: body.binary ?? '',
    status: statusOf(change),
  };
}

function statusOf({ isDisabled }: { readonly isDisabled: boolean }): 'disabled' | 'enabled' {
  return isDisabled ? 'disabled' : 'enabled';
}

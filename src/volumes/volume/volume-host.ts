import { SERVER, serviceHost } from '../../platform/hosts/service-host.js';
import { uuidOf } from '../../platform/uuid.js';

/** A volume's location in Cinder's form `host@backend#pool`. Each backend is its only pool. */
export function hostOf(backend: string): string {
  return `${serviceHost(backend)}#${backend}`;
}

/** The backend that a host name, with or without its later parts, selects: null for all volumes, undefined for none. */
export function backendAt(host: string): string | null | undefined {
  const match = /^([^@#]*)(?:@([^@#]*)(?:#([^@#]*))?)?$/.exec(host);
  const [, server, backend, pool] = match ?? [];
  if (server !== SERVER || (pool !== undefined && pool !== backend)) return undefined;
  return backend ?? null;
}

/** Holds at most one entry per backend ever configured. */
const serviceUuids = new Map<string, string>();

/** A UUID for a backend, stable across restarts: hosts lock by it while they connect to shared targets. */
export function serviceUuid(backend: string): string {
  const known = serviceUuids.get(backend);
  if (known !== undefined) return known;
  const made = uuidOf(hostOf(backend));
  serviceUuids.set(backend, made);
  return made;
}

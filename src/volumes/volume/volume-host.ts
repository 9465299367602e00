import { createHash } from 'node:crypto';
import { SERVER, serviceHost } from '../../platform/hosts/service-host.js';

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
  const made = newServiceUuid(backend);
  serviceUuids.set(backend, made);
  return made;
}

function newServiceUuid(backend: string): string {
  const hex = createHash('sha256').update(hostOf(backend)).digest('hex');
  // Version 8, variant 1 (RFC 9562): a UUID in a custom format.
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}

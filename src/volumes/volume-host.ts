import { createHash } from 'node:crypto';
import { SERVER, serviceHost } from '../common/service-host.js';

/** Where a volume lives, in Cinder's form `host@backend#pool`; a backend is its own only pool. */
export function hostOf(backend: string): string {
  return `${serviceHost(backend)}#${backend}`;
}

/**
 * The backend that a host's name, with or without its later parts, narrows volumes down to: null where it leaves
 * them all, undefined where it leaves none.
 */
export function backendAt(host: string): string | null | undefined {
  const match = /^([^@#]*)(?:@([^@#]*)(?:#([^@#]*))?)?$/.exec(host);
  const [, server, backend, pool] = match ?? [];
  if (server !== SERVER || (pool !== undefined && pool !== backend)) return undefined;
  return backend ?? null;
}

/** A UUID for a backend, the same at every start: hosts lock by it while they connect to shared targets. */
export function serviceUuid(backend: string): string {
  const hex = createHash('sha256').update(hostOf(backend)).digest('hex');
  // Version 8, variant 1 (RFC 9562): a UUID made in a way of one's own.
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}

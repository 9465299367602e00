/** This server's part of service host names. */
export const SERVER = 'clinker';

/** Returns the host of a backend's service, in Cinder's form `host@backend`. */
export function serviceHost(backend: string): string {
  return `${SERVER}@${backend}`;
}

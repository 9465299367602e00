/** This server's part of service host names. */
export const SERVER = 'clinker';

/** Returns the host of a backend's service, in Cinder's form `host@backend`. */
export function serviceHost(backend: string): string {
  return `${SERVER}@${backend}`;
}

/** Returns the backend whose service has exactly that host; null if the host has another form. */
export function backendOfService(host: string): string | null {
  const backend = host.startsWith(`${SERVER}@`) ? host.slice(SERVER.length + 1) : '';
  return backend === '' ? null : backend;
}

/** What stands for this server in the names of hosts. */
export const SERVER = 'clinker';

/** Name of the host under which clients know a backend's service, in Cinder's form `host@backend`. */
export function serviceHost(backend: string): string {
  return `${SERVER}@${backend}`;
}

/** Methods that have a label value of their own; Node.js accepts dozens. */
export const METHODS: ReadonlySet<string> = new Set([
  ...['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
]);

/** Label value of every other method. */
export const OTHER_METHOD = 'other';

/** Returns the class of a status, such as `2xx`; `gone` if there was no complete response. */
export function labelOfStatus(status: number | null): string {
  return status === null ? 'gone' : `${String(Math.trunc(status / 100))}xx`;
}

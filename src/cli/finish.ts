/** Milliseconds for output to be written and for the process to end by itself. */
const LINGER_MS = 300;

/** Sets a command's exit status. After a success, what it started keeps running, such as the server. */
export function finish(status: number): void {
  process.exitCode = status;
  // A failed start may leave connections open that nobody closes and that keep the process alive.
  if (status !== 0) setTimeout(() => process.exit(status), LINGER_MS).unref();
}

import { execFile } from 'node:child_process';
import type { Logger } from 'pino';

const LIMIT_MS = 10_000;

/**
 * Tells systemd that the server is ready, if it asks for that (`Type=notify`). By its own program, because Node.js has no
 * datagram sockets of the Unix family. Failing is logged; systemd then ends the start after its `TimeoutStartSec`.
 */
export function tellServiceManager(environment: NodeJS.ProcessEnv, log: Logger): void {
  if (environment['NOTIFY_SOCKET'] === undefined) return;
  execFile('systemd-notify', ['--ready'], { env: environment, timeout: LIMIT_MS }, (error) => {
    if (error !== null) log.error({ err: error }, 'systemd could not be told that the server is ready');
  });
}

import { createLogger } from '../platform/logging/logger.js';
import { loadConfig } from '../platform/config/load-config.js';
import type { SettingsOrigin } from './command.js';
import { startServer } from './start-server.js';
import { whyNotStarted } from './why-not-started.js';
import { FaultPlan } from './dev/fault-plan.js';
import type { FromServer, ToServer } from './dev/messages.js';
import { readableLog } from './dev/readable-log.js';
import { shownDriver } from './dev/shown-driver.js';

/**
 * The server of a session: a process of its own, so that saving can start it anew with the new modules. It shows each
 * driver call, and gets faults by its channel to the session.
 */
export async function serveDev({ environment, workingFolder }: SettingsOrigin): Promise<number> {
  const print = (text: string) => process.stdout.write(`${timeOfDay()} ${text}\n`);
  const faults = new FaultPlan();
  process.on('message', ({ fault }: ToServer) => faults.plan(fault));
  // Without its session nobody would end it.
  process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  try {
    const config = loadConfig(environment, workingFolder);
    const log = createLogger(config, readableLog(print));
    const aroundDrivers = shownDriver({ faults, print, die });
    tell({ serving: await startServer(config, log, { aroundDrivers }) });
    return 0;
  } catch (error) {
    tell({ notStarted: whyNotStarted(error, undefined) });
    return 1;
  }
}

/** The session hears of it first, and starts the server again. */
function die(): void {
  process.send?.({ dies: true } satisfies FromServer, () => process.kill(process.pid, 'SIGKILL'));
}

function tell(message: FromServer): void {
  process.send?.(message);
}

function timeOfDay(): string {
  return new Date().toISOString().slice(11, 23);
}

import type { Surroundings } from './check-driver.js';

/** How long a driver may keep the process alive after the verdict, in milliseconds. */
const LINGER_MS = 500;

/** What asks a process to end. A second one of the same kind ends it at once. */
const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/** The terminal and folder of this process. */
export function terminal(): Surroundings {
  return {
    folder: process.cwd(),
    environment: process.env,
    isColoured: process.stdout.isTTY && process.env.NO_COLOR === undefined,
    write: (line) => console.log(line),
    writeError: (line) => console.error(line),
    ended: () => new Promise((resolve) => SIGNALS.forEach((signal) => process.once(signal, resolve))),
    end: (status) => void setTimeout(() => process.exit(status), LINGER_MS).unref(),
  };
}

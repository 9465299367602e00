import type { Logger } from 'pino';

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/** SIGTERM or SIGINT during the start. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';

  constructor(readonly by: NodeJS.Signals) {
    super(`The start was interrupted by ${by}.`);
  }
}

/**
 * Watches for signals until the application does so itself. The first one stops the start at its next step, cleanly.
 * After `graceMs`, or at the second one, the signal ends the process immediately.
 */
export class InterruptionWatch {
  private readonly controller = new AbortController();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly graceMs: number,
    private readonly log: Logger,
  ) {
    for (const signal of SIGNALS) process.on(signal, this.onSignal);
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  stop(): void {
    clearTimeout(this.timer);
    for (const signal of SIGNALS) process.off(signal, this.onSignal);
  }

  private readonly onSignal = (by: NodeJS.Signals): void => {
    if (this.signal.aborted) this.endBy(by);
    this.log.info({ signal: by }, 'the server was told to stop while starting');
    this.timer = setTimeout(() => this.endBy(by), this.graceMs);
    this.controller.abort(new Interrupted(by));
  };

  private endBy(signal: NodeJS.Signals): void {
    this.stop();
    process.kill(process.pid, signal);
  }
}

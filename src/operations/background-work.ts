import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import type { Logger } from 'pino';
import { LOGGER } from '../platform/logging/logger.js';
import { CONFIG } from '../platform/config/config.module.js';
import type { Config } from '../platform/config/config.schema.js';
import { shutdownTimes } from '../platform/config/shutdown-times.js';

/** Work that continues after its request was answered. A shutdown waits for it. */
@Injectable()
export class BackgroundWork implements BeforeApplicationShutdown {
  private readonly running = new Set<Promise<void>>();

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** Starts work that handles its own failures. Logs an error that escapes, with `what`. */
  start(requestId: string, what: string, work: () => Promise<void>): void {
    const running = work().catch((error: unknown) => {
      this.log.error({ err: error, requestId }, `${what} failed`);
    });
    this.running.add(running);
    void running.finally(() => this.running.delete(running));
  }

  /** Resolves when nothing is running. */
  async idle(): Promise<void> {
    while (this.running.size > 0) await Promise.all(this.running);
  }

  /** Lets work finish within a time limit. Interrupted work is in the journal and resumes at the next start. */
  async beforeApplicationShutdown(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const timeUp = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, shutdownTimes(this.config).workMs);
    });
    await Promise.race([this.idle(), timeUp]);
    clearTimeout(timer);
  }
}

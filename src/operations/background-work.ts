import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import type { Logger } from 'pino';
import { LOGGER } from '../common/logger.js';
import { CONFIG } from '../config/config.module.js';
import type { Config } from '../config/config.schema.js';

/** Work that goes on after its request was answered. A shutdown waits for it. */
@Injectable()
export class BackgroundWork implements BeforeApplicationShutdown {
  private readonly running = new Set<Promise<void>>();

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** Starts work that handles its own failures; one that escapes is logged with what it was about. */
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

  /** Lets work finish, for a bounded time; what is cut off is in the journal and resumed at the next start. */
  async beforeApplicationShutdown(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const timeUp = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, this.config.shutdown_grace_ms);
    });
    await Promise.race([this.idle(), timeUp]);
    clearTimeout(timer);
  }
}

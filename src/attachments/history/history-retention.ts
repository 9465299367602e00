import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { Logger } from 'pino';
import { Clock, shiftInstant } from '../../common/clock.js';
import { LOGGER } from '../../common/logger.js';
import { CONFIG } from '../../config/config.module.js';
import type { Config } from '../../config/config.schema.js';
import { UnitOfWork } from '../../database/unit-of-work.js';
import { AttachmentEventsRepository } from './attachment-events.repository.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Attachments that one transaction forgets: others wait for it on SQLite. */
const BATCH = 50;

/** Batches of one run; what is left then waits for the next. */
const BATCHES = 200;

/** Forgets the history of attachments that went long ago: at start and every hour, a little at a time. */
@Injectable()
export class HistoryRetention implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private isStopping = false;

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly events: AttachmentEventsRepository,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  onApplicationBootstrap(): void {
    const run = (): void => {
      this.running = this.running
        .then(() => this.purge())
        .catch((error: unknown) => {
          this.log.error({ err: error }, 'old history could not be removed; the next hour tries again');
        });
    };
    this.timer = setInterval(run, HOUR_MS).unref();
    run();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    this.isStopping = true;
    await this.running;
  }

  /** Removes what is older than the retention. */
  async purge(): Promise<void> {
    const time = shiftInstant(this.clock.now(), -this.config.history_retention_days * DAY_MS);
    for (let batch = 0; batch < BATCHES && !this.isStopping; batch += 1) {
      if ((await this.unitOfWork.run((tx) => this.events.removeOfGone(tx, time, BATCH))) < BATCH) return;
    }
  }
}

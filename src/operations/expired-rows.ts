import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import type { Logger } from 'pino';
import { LOGGER } from '../platform/logging/logger.js';
import { MarkedMethods, methodMark } from '../platform/marked-methods.js';
import { type Tx, UnitOfWork } from '../platform/database/unit-of-work.js';
import { ProcessesRepository } from './processes.repository.js';
import { ThisProcess } from './this-process.js';

type RemoveExpired = (tx: Tx, limit: number) => Promise<number>;

/** Marks the method that removes at most `limit` expired rows of a kind; it returns their number, 0 if none are left. */
export const RemovesExpired = methodMark<string, Parameters<RemoveExpired>, Promise<number>>(
  'RemovesExpired',
);

/** Milliseconds from the end of one run to the next. */
const PERIOD_MS = 60_000;

/** Rows that one transaction removes: on SQLite other writers wait for it. */
export const BATCH = 500;

/** Pause after a batch, as a multiple of the batch's duration, so that others can write. */
const PAUSES = 3;

/**
 * Removes expired rows in the background: only in the eldest process, in small batches with pauses, until none are left
 * (docs/adr/0017). Rows that are expired but still present are ignored everywhere.
 */
@Injectable()
export class ExpiredRows implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly kinds = new Map<string, RemoveExpired>();
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly self: ThisProcess,
    private readonly processes: ProcessesRepository,
    private readonly unitOfWork: UnitOfWork,
    private readonly marked: MarkedMethods,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  onApplicationBootstrap(): void {
    for (const { value: what, call } of this.marked.of(RemovesExpired)) this.kinds.set(what, call);
    this.look();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearTimeout(this.timer);
    this.stopping.abort();
    await this.running;
  }

  /** Removes rows that are expired now, if this process is the eldest. */
  async purge(): Promise<void> {
    if (!(await this.unitOfWork.run((tx) => this.processes.isEldest(tx, this.self.id)))) return;
    for (const [what, remove] of this.kinds) {
      if (this.stopping.signal.aborted) return;
      await this.purgeKind(what, remove).catch((error: unknown) => {
        this.log.error({ err: error, what }, 'expired rows could not be removed; will try again later');
      });
    }
  }

  private look(): void {
    this.running = this.purge()
      .catch((error: unknown) => {
        this.log.error({ err: error }, 'the search for expired rows failed; will try again later');
      })
      .finally(() => {
        if (this.stopping.signal.aborted) return;
        this.timer = setTimeout(() => this.look(), PERIOD_MS).unref();
      });
  }

  private async purgeKind(what: string, remove: RemoveExpired): Promise<void> {
    let rows = 0;
    for (let removed = -1; removed !== 0 && !this.stopping.signal.aborted;) {
      let startedAt = performance.now();
      removed = await this.unitOfWork.run((tx) => {
        // Time only the batch: waiting for the transaction must not lengthen the pause.
        startedAt = performance.now();
        return remove(tx, BATCH);
      });
      rows += removed;
      if (removed > 0) await this.pause((performance.now() - startedAt) * PAUSES);
    }
    if (rows > 0) this.log.info({ what, rows }, 'expired rows were removed');
  }

  private async pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.stopping.signal }).catch(() => undefined);
  }
}

import { stat } from 'node:fs/promises';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Logger } from 'pino';
import sqlite3 from 'sqlite3';
import { LOGGER } from '../logging/logger.js';
import { CONFIG } from '../config/config.module.js';
import type { Config } from '../config/config.schema.js';
import { dialectOf, sqlitePath } from './data-source.js';

const MIB = 1024 * 1024;

/** Interval between checks. */
const PERIOD_MS = 60_000;
/** SQLite writes its WAL back from 4 MiB on. Twice that is suspicious. */
const SUSPICIOUS_BYTES = 8 * MIB;
/** Bytes that may stay in the WAL after a checkpoint, because a reader is active. */
const TOLERATED_BYTES = 64 * MIB;

/** Result of a checkpoint: frames in the WAL, and frames written back. */
interface Checkpoint {
  readonly log: number;
  readonly checkpointed: number;
}

/**
 * SQLite checkpoints its WAL by itself, but does not report when it cannot: the WAL would grow until the disk is full.
 * This checks the WAL's size. If it is suspicious, it runs a checkpoint and logs why frames remain.
 */
@Injectable()
export class CheckpointWatch implements OnApplicationBootstrap, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;
  private told = '';

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  onApplicationBootstrap(): void {
    if (dialectOf(this.config) === 'sqlite') this.lookLater();
  }

  onModuleDestroy(): void {
    clearTimeout(this.timer);
  }

  /**
   * Checks once.
   * @param suspicious WAL bytes from which a checkpoint is run.
   * @param tolerated WAL bytes that may remain after it.
   */
  async look(suspicious = SUSPICIOUS_BYTES, tolerated = TOLERATED_BYTES): Promise<void> {
    const file = sqlitePath(this.config);
    const bytes = await stat(`${file}-wal`).then(
      ({ size }) => size,
      () => 0,
    );
    if (bytes < suspicious) {
      this.tell('', {});
      return;
    }
    try {
      const { log, checkpointed } = await writeBack(file);
      const left = log === 0 ? 0 : Math.round((bytes * (log - checkpointed)) / log);
      if (left <= tolerated) this.tell('', {});
      else
        this.tell('the WAL of the database grows: a reader has been active for a long time', { bytes, left });
    } catch (error) {
      this.tell('the WAL of the database cannot be checkpointed, and grows', { err: error, bytes });
    }
  }

  /** Schedules the next check after the current one has ended. */
  private lookLater(): void {
    this.timer = setTimeout(() => void this.look().finally(() => this.lookLater()), PERIOD_MS);
    this.timer.unref();
  }

  /** Logs a problem once, and its end. */
  private tell(trouble: string, details: object): void {
    if (trouble === this.told) return;
    if (trouble === '') this.log.info('the WAL of the database is checkpointed again');
    else this.log.warn(details, trouble);
    this.told = trouble;
  }
}

/** Uses its own connection, as the others may be in a transaction. A passive checkpoint does not wait for other connections. */
async function writeBack(file: string): Promise<Checkpoint> {
  return new Promise((done, fail) => {
    const database = new sqlite3.Database(file, sqlite3.OPEN_READWRITE, (failure) => {
      if (failure !== null) {
        fail(failure);
        return;
      }
      database.get<Checkpoint>('PRAGMA wal_checkpoint(PASSIVE)', (error, row) => {
        database.close(() => {
          if (error === null) done(row);
          else fail(error);
        });
      });
    });
  });
}

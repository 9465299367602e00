import { performance } from 'node:perf_hooks';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { databaseLocked, isLockTimeout } from './database-failure.js';

/** Pause before a locked row is tried again, in milliseconds. Clients get the same Retry-After. */
const PAUSE_MS = 5_000;

const MOST_ROWS = 10_000;

/**
 * Remembers rows whose lock timed out. Each waiting unit occupies a connection, so one foreign lock would block every
 * write. During a pause, requests for the row fail at once; after it, one at a time tries again.
 */
@Injectable()
export class LockedRows {
  private readonly leftAloneUntil = new LRUCache<string, number>({ max: MOST_ROWS });

  /** Locks a row in a unit by calling `take`. @throws DatabaseTrouble at once if the lock has just timed out. */
  async lock<T>(row: string, take: () => Promise<T>): Promise<T> {
    const until = this.leftAloneUntil.get(row);
    if (until !== undefined) {
      if (performance.now() < until) throw databaseLocked();
      this.leaveAlone(row);
    }
    try {
      const found = await take();
      this.leftAloneUntil.delete(row);
      return found;
    } catch (error) {
      if (isLockTimeout(error)) this.leaveAlone(row);
      throw error;
    }
  }

  private leaveAlone(row: string): void {
    this.leftAloneUntil.set(row, performance.now() + PAUSE_MS);
  }
}

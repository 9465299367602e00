import { performance } from 'node:perf_hooks';
import { databaseBusy } from './database-failure.js';

/** `small`: one or a few rows. `large`: a page, a count, or a scan of many rows. */
export type Weight = 'small' | 'large';

/** Limits in milliseconds. */
export interface TurnLimits {
  readonly waitMs: number;
  /** For the work itself, where its connection sets no limit; the connection stays lent until the work ends. */
  readonly workMs?: number;
}

/** The work exceeded its limit. Its outcome is unknown. */
export class Overdue extends Error {
  override readonly name = 'Overdue';
  readonly code = 'ETIMEDOUT';
}

interface Waiter<Connection> {
  readonly sinceMs: number;
  readonly go: (connection: Connection) => void;
}

/**
 * Lends connections, each to one borrower at a time, first come first served. Small work goes before large work, and
 * has one connection to itself if there are several. Large work that has waited half its limit goes next.
 */
export class Turns<Connection> {
  private readonly free: Connection[];
  private readonly mostLarge: number;
  private large = 0;
  private readonly waiting: Readonly<Record<Weight, Set<Waiter<Connection>>>> = {
    small: new Set(),
    large: new Set(),
  };

  constructor(
    connections: readonly Connection[],
    private readonly limits: TurnLimits,
  ) {
    this.free = [...connections];
    this.mostLarge = Math.max(1, connections.length - 1);
  }

  /** Runs `work` with an exclusive connection. @throws DatabaseTrouble when none is free in time; Overdue. */
  async take<T>(weight: Weight, work: (connection: Connection) => Promise<T>): Promise<T> {
    const connection = await this.turn(weight);
    const working = work(connection).finally(() => {
      if (weight === 'large') this.large -= 1;
      this.free.push(connection);
      this.serve();
    });
    const { workMs } = this.limits;
    return workMs === undefined ? working : inTime(working, workMs);
  }

  private turn(weight: Weight): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const waiter: Waiter<Connection> = {
        sinceMs: performance.now(),
        go: (connection) => {
          clearTimeout(timer);
          resolve(connection);
        },
      };
      const timer = setTimeout(() => {
        this.waiting[weight].delete(waiter);
        reject(databaseBusy());
      }, this.limits.waitMs);
      this.waiting[weight].add(waiter);
      this.serve();
    });
  }

  private serve(): void {
    for (let next = this.nextOf(); next !== undefined; next = this.nextOf()) {
      const [weight, waiter] = next;
      const connection = this.free.pop();
      if (connection === undefined) return;
      this.waiting[weight].delete(waiter);
      if (weight === 'large') this.large += 1;
      waiter.go(connection);
    }
  }

  private nextOf(): [Weight, Waiter<Connection>] | undefined {
    const [small] = this.waiting.small;
    const [large] = this.large < this.mostLarge ? this.waiting.large : [];
    const isOverdue = large !== undefined && performance.now() - large.sinceMs > this.limits.waitMs / 2;
    if (large !== undefined && (small === undefined || isOverdue)) return ['large', large];
    return small === undefined ? undefined : ['small', small];
  }
}

async function inTime<T>(working: Promise<T>, limitMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const overdue = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Overdue(`not done within ${limitMs} ms`)), limitMs);
  });
  try {
    return await Promise.race([working, overdue]);
  } finally {
    clearTimeout(timer);
  }
}

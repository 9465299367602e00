import { Injectable } from '@nestjs/common';
import type { Reader } from './reader.js';

/** Checks the database on a dedicated connection, so that no check queues behind other work. Concurrent checks share a result. */
@Injectable()
export class DatabaseHealth {
  private asking: Promise<boolean> | null = null;

  /** @param limitMs timeout, after which the database counts as not well. */
  constructor(
    private readonly reader: Reader,
    private readonly limitMs: number,
  ) {}

  async isWell(): Promise<boolean> {
    this.asking ??= this.ask().finally(() => {
      this.asking = null;
    });
    return this.asking;
  }

  private async ask(): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), this.limitMs);
    });
    const answered = this.reader.rows('SELECT 1 AS well', []).then(
      () => true,
      () => false,
    );
    try {
      return await Promise.race([answered, tooLate]);
    } finally {
      clearTimeout(timer);
    }
  }
}

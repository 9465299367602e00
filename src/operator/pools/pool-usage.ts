import { performance } from 'node:perf_hooks';
import { Injectable } from '@nestjs/common';
import { Reader } from '../../platform/database/reader.js';

/** What is stored on a backend. */
export interface Usage {
  readonly volumes: number;
  /** Total size of the volumes. */
  readonly gigabytes: number;
}

type UsageByBackend = ReadonlyMap<string, Usage>;

interface UsageRow {
  readonly backend: string;
  readonly volumes: number | string;
  readonly gigabytes: number | string;
}

/** A count that took less is not remembered. */
const LONG_MS = 500;

/** A count is used for so many times as long as it took. */
const PATIENCE = 20;

/**
 * Counts the volumes of each backend. That reads an index of all volumes, so callers share a count, and counting takes at most
 * a twentieth of the time: up to some million volumes the numbers are of now, beyond that of the last seconds.
 */
@Injectable()
export class PoolUsage {
  private counting: Promise<UsageByBackend> | null = null;
  private remembered: { readonly usage: UsageByBackend; readonly untilMs: number } | null = null;

  constructor(private readonly reader: Reader) {}

  /** @throws Unavailable */
  async byBackend(): Promise<UsageByBackend> {
    if (this.remembered !== null && performance.now() < this.remembered.untilMs) return this.remembered.usage;
    this.counting ??= this.count().finally(() => {
      this.counting = null;
    });
    return this.counting;
  }

  private async count(): Promise<UsageByBackend> {
    const startedMs = performance.now();
    const rows = await this.reader.rows<UsageRow>(
      'SELECT backend, COUNT(*) AS volumes, SUM(size) AS gigabytes FROM volumes GROUP BY backend',
      [],
      'large',
    );
    const usage = new Map(
      rows.map(({ backend, volumes, gigabytes }) => [
        backend,
        { volumes: Number(volumes), gigabytes: Number(gigabytes) },
      ]),
    );
    const endedMs = performance.now();
    const tookMs = endedMs - startedMs;
    this.remembered = tookMs < LONG_MS ? null : { usage, untilMs: endedMs + PATIENCE * tookMs };
    return usage;
  }
}

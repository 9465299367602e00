import { performance } from 'node:perf_hooks';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Gauge } from 'prom-client';
import { BackendDirectory } from '../../drivers/registry/backend-directory.js';
import type { CircuitState } from '../../drivers/registry/circuit.js';
import { DatabaseHealth } from '../../platform/database/health.js';
import { Metrics } from '../../platform/metrics/metrics.js';
import { MOST_COUNTED, type StoredState, StoredStateReader, type Tally } from './stored-state.reader.js';

const CIRCUIT_STATES: readonly CircuitState[] = ['closed', 'open', 'probing'];

const AT_LEAST = `At most ${String(MOST_COUNTED)} are counted: that value means "at least".`;

/** What was found out of the database; the state is null if it could not be read in time. */
interface Sample {
  readonly isUp: boolean;
  readonly state: StoredState | null;
  readonly readAtMs: number;
}

/** Answers scrapes: what the instruments counted, and what the backends and the database say now. */
@Injectable()
export class Scrape implements OnModuleInit {
  /** How long what was read of the database is used: several scrapers, or an impatient one, cost no more than one. */
  freshMs = 5_000;
  /** How long a scrape waits for the database; the next ones answer at once while it still does not. */
  limitMs = 2_000;
  private sample: Sample | null = null;
  private sampling: Promise<Sample> | null = null;
  private reading: Promise<StoredState | null> | null = null;

  constructor(
    private readonly metrics: Metrics,
    private readonly backends: BackendDirectory,
    private readonly health: DatabaseHealth,
    private readonly reader: StoredStateReader,
  ) {}

  onModuleInit(): void {
    this.addBackends();
    this.addDatabase();
  }

  /** The text for one scrape. Never waits longer for the database than a limit. */
  async text(): Promise<string> {
    this.sample = await this.freshSample();
    return this.metrics.text();
  }

  private async freshSample(): Promise<Sample> {
    if (this.sample !== null && performance.now() - this.sample.readAtMs < this.freshMs) return this.sample;
    this.sampling ??= this.ask().finally(() => {
      this.sampling = null;
    });
    return this.sampling;
  }

  private async ask(): Promise<Sample> {
    // A read that hangs is not repeated: it would queue behind itself.
    this.reading ??= this.reader
      .read()
      .catch(() => null)
      .finally(() => {
        this.reading = null;
      });
    const [isWell, state] = await Promise.all([
      inTime(this.health.isWell(), false, this.limitMs),
      inTime(this.reading, null, this.limitMs),
    ]);
    return { isUp: isWell, state: isWell ? state : null, readAtMs: performance.now() };
  }

  private addBackends(): void {
    const { registry } = this.metrics;
    const { backends } = this;
    const registers = [registry];
    new Gauge({
      name: 'clinker_backend_up',
      help: '1 while the backend is set up and its circuit is closed.',
      labelNames: ['backend'],
      registers,
      collect() {
        for (const { name, isAnswering } of backends.all()) this.set({ backend: name }, Number(isAnswering));
      },
    });
    new Gauge({
      name: 'clinker_backend_circuit_state',
      help: '1 for the state of the backend’s circuit breaker, 0 for the others.',
      labelNames: ['backend', 'state'],
      registers,
      collect() {
        for (const { name, circuitState } of backends.all())
          for (const state of CIRCUIT_STATES)
            this.set({ backend: name, state }, Number(state === circuitState));
      },
    });
    new Gauge({
      name: 'clinker_backend_jobs',
      help: 'Jobs of the backend that run, and that wait for their volume or a slot.',
      labelNames: ['backend', 'state'],
      registers,
      collect() {
        for (const { name, jobs } of backends.all())
          for (const [state, count] of Object.entries(jobs)) this.set({ backend: name, state }, count);
      },
    });
  }

  private addDatabase(): void {
    const registers = [this.metrics.registry];
    const sample = (): Sample | null => this.sample;
    new Gauge({
      name: 'clinker_database_up',
      help: '1 if the database answered. While it is 0, the series that come from it are absent.',
      registers,
      collect() {
        this.set(Number(sample()?.isUp === true));
      },
    });
    this.addTallies('clinker_journal_entries', 'clinker_journal_oldest_seconds', 'kind', 'journal', [
      `Open journal entries by kind of work. ${AT_LEAST}`,
      'Age of the oldest open journal entry by kind of work; 0 if there is none.',
    ]);
    this.addTallies(
      'clinker_attachments_passing',
      'clinker_attachments_passing_oldest_seconds',
      'status',
      'attachments',
      [
        `Attachments in states that a healthy one leaves again. ${AT_LEAST}`,
        'Time since the last change of the attachment that has not changed for longest, by state; 0 if there is none.',
      ],
    );
    this.addTallies(
      'clinker_volumes_in_work',
      'clinker_volumes_in_work_oldest_seconds',
      'status',
      'volumes',
      [
        `Open journal entries by the state of their volume. ${AT_LEAST}`,
        'Age of the oldest open journal entry by the state of its volume; 0 if there is none.',
      ],
    );
  }

  private addTallies(
    countName: string,
    ageName: string,
    label: string,
    part: keyof StoredState,
    [countHelp, ageHelp]: readonly [string, string],
  ): void {
    const registers = [this.metrics.registry];
    const tallies = (): Iterable<[string, Tally]> => this.sample?.state?.[part] ?? [];
    new Gauge({
      name: countName,
      help: countHelp,
      labelNames: [label],
      registers,
      collect() {
        this.reset();
        for (const [value, { count }] of tallies()) this.set({ [label]: value }, count);
      },
    });
    new Gauge({
      name: ageName,
      help: ageHelp,
      labelNames: [label],
      registers,
      collect() {
        this.reset();
        for (const [value, { oldestS }] of tallies()) this.set({ [label]: value }, oldestS);
      },
    });
  }
}

/** Returns the result, or `late` when it takes too long. */
async function inTime<T>(result: Promise<T>, late: T, limitMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeUp = new Promise<T>((resolve) => {
    timer = setTimeout(() => resolve(late), limitMs);
  });
  try {
    return await Promise.race([result, timeUp]);
  } finally {
    clearTimeout(timer);
  }
}

import { performance } from 'node:perf_hooks';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import { LOGGER } from '../platform/logging/logger.js';
import { Metrics } from '../platform/metrics/metrics.js';
import { CONFIG } from '../platform/config/config.module.js';
import type { Config } from '../platform/config/config.schema.js';
import { MarkedMethods, methodMark } from '../platform/marked-methods.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import type { Backend } from '../drivers/registry/backend.js';
import { BackendRegistry } from '../drivers/registry/backend-registry.js';
import { BackgroundWork } from './background-work.js';
import { BESIDE_BACKENDS, type OpenOperation, OperationJournal } from './operation-journal.js';
import type { OperationEntity } from './operation.entity.js';
import { OperationRecovery } from './operation-recovery.js';
import { ProcessesRepository } from './processes.repository.js';
import { ThisProcess } from './this-process.js';
import { WorkOutcomes } from './work-outcomes.js';

/** Most doublings of an entry's retry delay. */
const MAX_DOUBLINGS = 6;

/** Entries per read, and reads per run. The next run starts at once, behind them. */
const PAGE = 500;
const PAGES = 20;

/** Failed entries whose retry time is remembered; a forgotten one is retried sooner. */
const FAILURES = 10_000;

/** `more` if a task has work that must not wait for the next period. */
export type TaskOutcome = 'done' | 'more';

/** Marks, by the name of its task, a method that the eldest process calls in each run, after the open entries. */
export const RunsInEachRound = methodMark<string, [], Promise<TaskOutcome>>('RunsInEachRound');

/** The same for a task at this process's backends, which each volume node calls in its own runs. */
export const RunsAtBackends = methodMark<string, [], Promise<TaskOutcome>>('RunsAtBackends');

/** Queue of the entries that need no backend. A queue's entries are ended one at a time. */
const BESIDE = Symbol('beside backends');

type Queue = string | typeof BESIDE | null;

/** State of one run. */
interface Run {
  /** Queues skipped for the rest of the run, since their work is not accepted. */
  readonly silent: Set<Queue>;
  /** Number of entries ended. */
  ended: number;
}

interface Failure {
  readonly count: number;
  readonly retryAtMs: number;
}

/**
 * Ends journal entries that were left open: by a process that died, or by this one where it failed (docs/adr/0007). Runs
 * at start and every `reconcile_interval_s`. The server answers meanwhile; a request for the same volume waits for the
 * volume's lock as for any other work.
 */
@Injectable()
export class Reconciler implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly tasks = new Map<string, () => Promise<TaskOutcome>>();
  private readonly tasksAtBackends = new Map<string, () => Promise<TaskOutcome>>();
  private readonly failures = new LRUCache<string, Failure>({ max: FAILURES });
  /** Last entry of the previous run, if that run did not reach the end of the journal. */
  private position: OperationEntity | null = null;
  private hasMore = false;
  /** Backends that are not configured and were already logged. */
  private readonly unknown = new Set<string>();
  /** Kinds of work that this release does not know and were already logged. */
  private readonly unknownKinds = new Set<string>();
  private running: Promise<void> | null = null;
  private timer: NodeJS.Timeout | undefined;
  private isStopping = false;

  constructor(
    private readonly self: ThisProcess,
    private readonly unitOfWork: UnitOfWork,
    private readonly journal: OperationJournal,
    private readonly processes: ProcessesRepository,
    private readonly recovery: OperationRecovery,
    private readonly background: BackgroundWork,
    private readonly outcomes: WorkOutcomes,
    private readonly backends: BackendRegistry,
    private readonly marked: MarkedMethods,
    private readonly metrics: Metrics,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  onApplicationBootstrap(): void {
    for (const { value: name, call } of this.marked.of(RunsInEachRound)) this.tasks.set(name, call);
    for (const { value: name, call } of this.marked.of(RunsAtBackends)) this.tasksAtBackends.set(name, call);
    this.backends.onLateSetup(({ name }) =>
      // Entries left for this backend need not wait for the next round.
      this.background.start('', `reconciliation of backend ${name}`, () => this.run(true)),
    );
    this.startRun();
  }

  onModuleDestroy(): void {
    this.isStopping = true;
    clearTimeout(this.timer);
  }

  /**
   * Ends due entries; one run at a time.
   * @param now on demand: ignores retry times, and does not leave others' entries to the eldest process.
   */
  async run(now = false): Promise<void> {
    if (now) await this.running;
    this.running ??= this.counted(this.reconcile(now)).finally(() => {
      this.running = null;
    });
    await this.running;
  }

  private async counted(round: Promise<void>): Promise<void> {
    try {
      await round;
      this.metrics.roundEnded('done');
    } catch (error) {
      this.metrics.roundEnded('failed');
      throw error;
    }
  }

  /** Next try of an entry that could not be ended; null if it never failed. */
  nextTry(id: string): { readonly inS: number; readonly tries: number } | null {
    const failure = this.failures.get(id);
    if (failure === undefined) return null;
    return {
      inS: Math.max(0, Math.ceil((failure.retryAtMs - performance.now()) / 1000)),
      tries: failure.count,
    };
  }

  private startRun(): void {
    this.background.start('', 'reconciliation', () =>
      this.run().finally(() => {
        if (this.isStopping) return;
        const delayMs = this.hasMore ? 0 : this.config.reconcile_interval_s * 1000;
        this.timer = setTimeout(() => this.startRun(), delayMs);
        this.timer.unref();
      }),
    );
  }

  private async reconcile(now: boolean): Promise<void> {
    // Do not repeat a failed run at once: what it depends on may be down.
    this.hasMore = false;
    const isLeader = await this.unitOfWork.run((tx) => this.processes.isEldest(tx, this.self.id));
    const run: Run = { silent: new Set(), ended: 0 };
    const others = this.endsOf(now || isLeader);
    if (now) this.position = null;
    for (let page = 0; page < PAGES && !this.isStopping; page += 1) {
      const open = await this.unitOfWork.run((tx) =>
        this.journal.unfinished(tx, this.position, PAGE, others),
      );
      const due = open.filter((entry) => this.isKnown(entry) && (now || this.isDue(entry)));
      const queues = new Map<Queue, OpenOperation[]>();
      for (const entry of due) {
        const queue = queueOf(entry);
        queues.set(queue, [...(queues.get(queue) ?? []), entry]);
      }
      await Promise.all([...queues].map(([queue, entries]) => this.endInTurn(queue, entries, run)));
      this.position = open.length < PAGE ? null : (open.at(-1)?.operation ?? null);
      if (this.position === null) break;
    }
    const tasks = [
      ...(isLeader ? this.tasks : []),
      ...(isLeader || this.config.role === 'volume' ? this.tasksAtBackends : []),
    ];
    const hasMoreTasks = (await this.runTasks(tasks)) === 'more';
    // Continue with the remaining entries at once, unless this run made no progress.
    this.hasMore = hasMoreTasks || (this.position !== null && run.ended > 0);
  }

  /**
   * The other processes' entries that this one ends: the eldest all that it can, and a volume node those of its backends.
   * Nobody else reads any.
   */
  private endsOf(isLeader: boolean): 'all' | 'none' | readonly string[] {
    if (isLeader) return 'all';
    return this.config.role === 'volume' ? this.backends.all().map(({ name }) => name) : 'none';
  }

  private async runTasks(
    tasks: readonly (readonly [string, () => Promise<TaskOutcome>])[],
  ): Promise<TaskOutcome> {
    let outcome: TaskOutcome = 'done';
    for (const [name, task] of tasks) {
      if (this.isStopping) break;
      try {
        if ((await task()) === 'more') outcome = 'more';
      } catch (error) {
        this.log.error({ err: error }, `${name} failed`);
      }
    }
    return outcome;
  }

  /** Ends entries one at a time, so that a backend that has just recovered is not flooded. */
  private async endInTurn(queue: Queue, entries: readonly OpenOperation[], run: Run): Promise<void> {
    const backend = typeof queue === 'string' ? this.backends.find(queue) : undefined;
    if (typeof queue === 'string' && backend === undefined) {
      this.tellOfUnknown(queue);
      return;
    }
    if (backend !== undefined && backend.missing !== null) {
      this.log.warn({ backend: backend.name }, 'the backend is not set up: its open work is left for later');
      return;
    }
    for (const entry of entries) {
      if (this.isStopping || run.silent.has(queue)) return;
      const isEnded = await this.endOne(entry, backend, run);
      // The service that refused this entry would refuse the others too, and each try may have to wait.
      if (!isEnded && queue === BESIDE) run.silent.add(queue);
      if (!isEnded && backend?.isAnswering === false) {
        run.silent.add(queue);
        this.log.warn(
          { backend: backend.name },
          'the backend does not answer: its open work is left for later',
        );
      }
    }
  }

  /** Work of a newer release stays as it is: who claimed it would keep it from those that can end it (docs/adr/0044). */
  private isKnown({ operation: { id, kind, volumeId } }: OpenOperation): boolean {
    if (this.recovery.knows(kind)) return true;
    if (!this.unknownKinds.has(kind)) {
      this.unknownKinds.add(kind);
      this.log.warn(
        { operation: id, kind, volumeId },
        'open work of a newer release is left to a server of that release',
      );
    }
    return false;
  }

  /** Logs once: only a restart changes the configuration. */
  private tellOfUnknown(backend: string): void {
    // Else it is a volume node's.
    if (this.config.role !== 'all' || this.unknown.has(backend)) return;
    this.unknown.add(backend);
    this.log.warn({ backend }, 'the backend is not configured: its open work waits until it is');
  }

  private async endOne(
    { operation, isOwn }: OpenOperation,
    backend: Backend | undefined,
    run: Run,
  ): Promise<boolean> {
    const { id, kind, volumeId, attachmentId, requestId } = operation;
    // Own work is still under way while this process holds the volume.
    if (isOwn && (backend?.isBusyWith(volumeId) === true || this.outcomes.isUnderWay(id))) return true;
    const about = { operation: id, kind, volumeId, attachmentId, requestId };
    try {
      if (!(await this.unitOfWork.run((tx) => this.journal.claim(tx, operation)))) return true;
      this.log.info({ ...about, earlierTries: this.failures.get(id)?.count ?? 0 }, 'finishing open work');
      await this.recovery.end(operation);
      this.failures.delete(id);
      run.ended += 1;
      this.metrics.workTried(kind, 'done');
      this.log.info(about, 'open work was finished');
      return true;
    } catch (error) {
      const retryInS = this.noteFailure(id);
      this.metrics.workTried(kind, 'failed');
      this.log.error({ err: error, ...about, retryInS }, 'open work could not be finished yet');
      return false;
    }
  }

  private noteFailure(id: string): number {
    const count = (this.failures.get(id)?.count ?? 0) + 1;
    const delayS = this.config.reconcile_interval_s * 2 ** Math.min(count - 1, MAX_DOUBLINGS);
    // Half a period less: a run that comes slightly early must not skip the entry.
    const retryAtMs = performance.now() + (delayS - this.config.reconcile_interval_s / 2) * 1000;
    this.failures.set(id, { count, retryAtMs });
    return delayS;
  }

  private isDue({ operation }: OpenOperation): boolean {
    return performance.now() >= (this.failures.get(operation.id)?.retryAtMs ?? 0);
  }
}

function queueOf({ operation, backend }: OpenOperation): Queue {
  return BESIDE_BACKENDS.some((kind) => kind === operation.kind) ? BESIDE : backend;
}

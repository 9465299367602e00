import { performance } from 'node:perf_hooks';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Logger } from 'pino';
import { LOGGER } from '../common/logger.js';
import { CONFIG } from '../config/config.module.js';
import type { Config } from '../config/config.schema.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import type { Backend } from '../drivers/registry/backend.js';
import { BackendRegistry } from '../drivers/registry/backend-registry.js';
import { BackgroundWork } from './background-work.js';
import { type OpenOperation, OperationJournal } from './operation-journal.js';
import { OperationRecovery } from './operation-recovery.js';
import { ProcessesRepository } from './processes.repository.js';
import { ThisProcess } from './this-process.js';

/** Most doublings of the time between two tries of the same entry. */
const MAX_DOUBLINGS = 6;

interface Failure {
  readonly count: number;
  readonly retryAtMs: number;
}

/**
 * Ends what was begun and left open: by a process that died, or by this one where it could not (docs/adr/0007). At
 * start and every `reconcile_interval_s`; the server answers meanwhile, and a request for the same volume waits for
 * the volume's lock like for any other work.
 */
@Injectable()
export class Reconciler implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly tasks = new Map<string, () => Promise<void>>();
  private readonly failures = new Map<string, Failure>();
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
    private readonly backends: BackendRegistry,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.startRun();
  }

  onModuleDestroy(): void {
    this.isStopping = true;
    clearTimeout(this.timer);
  }

  /** Has further work done in each run, after the open entries; by the eldest of the processes alone. */
  register(name: string, task: () => Promise<void>): void {
    this.tasks.set(name, task);
  }

  /**
   * Ends what is due; there is one run at a time.
   * @param now on demand: no entry waits for its retry time, nor for the eldest of the servers.
   */
  async run(now = false): Promise<void> {
    if (now) await this.running;
    this.running ??= this.reconcile(now).finally(() => {
      this.running = null;
    });
    await this.running;
  }

  private startRun(): void {
    this.background.start('', 'reconciliation', () =>
      this.run().finally(() => {
        if (this.isStopping) return;
        this.timer = setTimeout(() => this.startRun(), this.config.reconcile_interval_s * 1000);
        this.timer.unref();
      }),
    );
  }

  private async reconcile(now: boolean): Promise<void> {
    const open = await this.unitOfWork.run((tx) => this.journal.unfinished(tx));
    this.forgetFailuresExcept(open);
    const isLeader = await this.unitOfWork.run(
      async (tx) => (await this.processes.all(tx))[0]?.id === this.self.id,
    );
    const due = open.filter((entry) => now || ((entry.isOwn || isLeader) && this.isDue(entry)));
    const byBackend = new Map<string | null, OpenOperation[]>();
    for (const entry of due) byBackend.set(entry.backend, [...(byBackend.get(entry.backend) ?? []), entry]);
    await Promise.all([...byBackend].map(([backend, entries]) => this.endInTurn(backend, entries)));
    if (isLeader) await this.runTasks();
  }

  private async runTasks(): Promise<void> {
    for (const [name, task] of this.tasks) {
      if (this.isStopping) return;
      await task().catch((error: unknown) => this.log.error({ err: error }, `${name} failed`));
    }
  }

  /** One after the other: a backend that has just come back is not to be flooded. */
  private async endInTurn(backendName: string | null, entries: readonly OpenOperation[]): Promise<void> {
    const backend = this.backends.all().find(({ name }) => name === backendName);
    for (const entry of entries) {
      if (this.isStopping) return;
      const isEnded = await this.endOne(entry, backend);
      if (!isEnded && backend?.isAnswering === false) {
        this.log.warn(
          { backend: backend.name },
          'the backend does not answer: its open work is left for later',
        );
        return;
      }
    }
  }

  private async endOne({ operation, isOwn }: OpenOperation, backend: Backend | undefined): Promise<boolean> {
    const { id, kind, volumeId, attachmentId, requestId } = operation;
    // This process's own work is under way as long as it has the volume.
    if (isOwn && backend?.isBusyWith(volumeId) === true) return true;
    const about = { operation: id, kind, volumeId, attachmentId, requestId };
    try {
      if (!(await this.unitOfWork.run((tx) => this.journal.claim(tx, operation)))) return true;
      this.log.info({ ...about, earlierTries: this.failures.get(id)?.count ?? 0 }, 'ending open work');
      await this.recovery.end(operation);
      this.failures.delete(id);
      this.log.info(about, 'open work was brought to an end');
      return true;
    } catch (error) {
      const retryInS = this.noteFailure(id);
      this.log.error({ err: error, ...about, retryInS }, 'open work could not be ended yet');
      return false;
    }
  }

  private noteFailure(id: string): number {
    const count = (this.failures.get(id)?.count ?? 0) + 1;
    const delayS = this.config.reconcile_interval_s * 2 ** Math.min(count - 1, MAX_DOUBLINGS);
    // Half a period less, so that a run that comes a little early does not wait for the next one.
    const retryAtMs = performance.now() + (delayS - this.config.reconcile_interval_s / 2) * 1000;
    this.failures.set(id, { count, retryAtMs });
    return delayS;
  }

  private isDue({ operation }: OpenOperation): boolean {
    return performance.now() >= (this.failures.get(operation.id)?.retryAtMs ?? 0);
  }

  private forgetFailuresExcept(open: readonly OpenOperation[]): void {
    const ids = new Set(open.map(({ operation }) => operation.id));
    for (const id of this.failures.keys()) if (!ids.has(id)) this.failures.delete(id);
  }
}

import { performance } from 'node:perf_hooks';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Logger } from 'pino';
import { LOGGER } from '../../platform/logging/logger.js';
import { CONFIG } from '../../platform/config/config.module.js';
import type { Config } from '../../platform/config/config.schema.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import type { BackendStats } from '../../drivers/contract/index.js';
import { BackendRegistry } from '../../drivers/registry/backend-registry.js';
import type { Backend } from '../../drivers/registry/backend.js';
import { BackgroundWork } from '../../operations/background-work.js';
import { ThisProcess } from '../../operations/this-process.js';
import { placementIn } from '../../drivers/registry/placement.js';
import { factsOf } from './backend-facts.js';
import { NodeBackendsRepository } from './node-backends.repository.js';
import { OwnedElsewhere } from './owned-elsewhere.js';

/** Milliseconds between two looks at this node's backends. Only changes are written. */
const PERIOD_MS = 1_000;

/** Milliseconds between two questions for a backend's capacity. */
const STATS_PERIOD_MS = 10_000;

/** Tells the API replicas, by the database, of this volume node's backends. */
@Injectable()
export class NodeRegistration implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly told = new Map<string, string>();
  private readonly stats = new Map<string, BackendStats | null>();
  private statsAtMs = -STATS_PERIOD_MS;
  private timer: NodeJS.Timeout | undefined;
  private isFailing = false;
  private isStopping = false;

  constructor(
    private readonly self: ThisProcess,
    private readonly unitOfWork: UnitOfWork,
    private readonly backends: BackendRegistry,
    private readonly rows: NodeBackendsRepository,
    private readonly background: BackgroundWork,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** @throws OwnedElsewhere if another node has taken a backend's name since the start began. */
  async onApplicationBootstrap(): Promise<void> {
    const names = this.backends.all().map(({ name }) => name);
    await this.unitOfWork.run((tx) => this.rows.removeOthersOf(tx, this.node, names));
    for (const backend of this.backends.all()) await this.tell(backend);
    this.log.info({ node: this.node, backends: names }, 'this volume node has joined');
    this.waitForNext();
  }

  onModuleDestroy(): void {
    this.isStopping = true;
    clearTimeout(this.timer);
  }

  private get node(): string {
    return this.config.node_name ?? '';
  }

  private waitForNext(): void {
    if (this.isStopping) return;
    this.timer = setTimeout(
      () =>
        this.background.start('', 'the description of backends', () =>
          this.look().finally(() => this.waitForNext()),
        ),
      PERIOD_MS,
    ).unref();
  }

  private async look(): Promise<void> {
    try {
      this.askForStats();
      for (const backend of this.backends.all()) await this.tell(backend);
      this.isFailing = false;
    } catch (error) {
      if (!this.isFailing) this.log.warn({ err: error }, 'the API replicas cannot be told of the backends');
      this.isFailing = true;
    }
  }

  /** Waits for no driver: what one answers late is told later. */
  private askForStats(): void {
    if (performance.now() - this.statsAtMs < STATS_PERIOD_MS) return;
    this.statsAtMs = performance.now();
    for (const backend of this.backends.all()) {
      if (!backend.isAnswering) continue;
      backend.getStats('').then(
        (stats) => this.stats.set(backend.name, stats),
        () => this.stats.set(backend.name, null),
      );
    }
  }

  private async tell(backend: Backend): Promise<void> {
    const { name } = backend;
    const facts = factsOf(backend, this.stats.get(name) ?? null, placementIn(this.config, name));
    const text = JSON.stringify(facts);
    if (this.told.get(name) === text) return;
    const { node } = this;
    const row = { name, node, processId: this.self.id, facts };
    if (!(await this.unitOfWork.run((tx) => this.rows.put(tx, row)))) throw new OwnedElsewhere([name]);
    this.told.set(name, text);
  }
}

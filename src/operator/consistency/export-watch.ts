import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { Logger } from 'pino';
import { LOGGER } from '../../platform/logging/logger.js';
import { Metrics } from '../../platform/metrics/metrics.js';
import { CONFIG } from '../../platform/config/config.module.js';
import type { Config } from '../../platform/config/config.schema.js';
import { BackendRegistry } from '../../drivers/registry/backend-registry.js';
import { RunsAtBackends, type TaskOutcome } from '../../operations/reconciler.js';
import { type Finding, FINDING_KINDS } from './finding.js';
import { StretchCheck } from './stretch-check.js';

/** The check pauses four times as long as it works, to leave the machine to requests. */
const REST = 4;
const LONGEST_REST_MS = 500;

/** Findings logged individually per pass; further ones are only counted. */
const LOGGED = 1000;

/**
 * Periodically compares exports with connections (docs/adr/0022). A pass covers all volumes,
 * `reconcile_volumes_per_round` in each round. Its rounds follow each other at once when exports may have been lost: at
 * start, after a backend's return, and while the pass restores some.
 */
@Injectable()
export class ExportWatch implements OnModuleDestroy {
  /** Position of the pass; null before it begins. */
  private position: string | null = null;
  /** Names of the backends in the pass. */
  private covered = new Set<string>();
  private isUrgent = false;
  private hasRestored = false;
  private readonly told = new ToldFindings();
  private isStopping = false;

  constructor(
    private readonly backends: BackendRegistry,
    private readonly stretches: StretchCheck,
    private readonly metrics: Metrics,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  onModuleDestroy(): void {
    this.isStopping = true;
  }

  /** Checks the next volumes. Restores lost exports; only logs findings whose repair would take access from a host. */
  @RunsAtBackends('the comparison of exports')
  async round(): Promise<TaskOutcome> {
    this.beginAgainForNewcomers();
    if (this.covered.size === 0) return 'done';
    const round = this.stretches.begin('', this.position, ({ name }) => this.covered.has(name));
    const options = {
      requestId: '',
      repair: 'restore',
      isThorough: false,
      isOver: () => this.isStopping,
    } as const;
    for (let volumes = 0; volumes < this.config.reconcile_volumes_per_round;) {
      const startedMs = performance.now();
      const stretch = await round.walk.next();
      const findings = await this.stretches.check(round, stretch, options);
      this.hasRestored ||= findings.some(({ repair }) => repair === 'done');
      for (const { kind, repair } of findings) this.metrics.found(kind, repair);
      for (const finding of findings) this.tell(finding);
      for (const backend of this.backends.all()) {
        if (!round.walk.covers(backend)) this.covered.delete(backend.name);
      }
      this.position = stretch.end;
      if (stretch.end === null || this.isStopping) return this.endPass();
      volumes += stretch.sights.length;
      await sleep(Math.min(REST * (performance.now() - startedMs), LONGEST_REST_MS));
    }
    return this.isUrgent || this.hasRestored ? 'more' : 'done';
  }

  /** Restarts the pass if a backend that it leaves out answers now. */
  private beginAgainForNewcomers(): void {
    const answering = this.backends.all().filter(({ isAnswering }) => isAnswering);
    if (answering.every(({ name }) => this.covered.has(name))) return;
    this.covered = new Set(answering.map(({ name }) => name));
    this.position = null;
    this.isUrgent = true;
  }

  private endPass(): TaskOutcome {
    const unlogged = this.told.endPass();
    if (unlogged > 0) this.log.warn({ findings: unlogged }, 'more findings than are logged individually');
    this.isUrgent = false;
    this.hasRestored = false;
    return 'done';
  }

  private tell(finding: Finding): void {
    if (!this.told.isNews(finding)) return;
    const { kind, volumeId, backend, text, repair } = finding;
    this.log.warn({ kind, volumeId, backend, repair }, `${FINDING_KINDS[kind]}: ${text}`);
  }
}

/** Remembers what was logged, for two passes and up to a limit. */
class ToldFindings {
  private now = new Set<string>();
  private before = new Set<string>();
  private unlogged = 0;

  isNews({ kind, volumeId }: Finding): boolean {
    const key = `${kind} ${volumeId}`;
    const isKnown = this.now.has(key) || this.before.has(key);
    if (this.now.size >= LOGGED) {
      if (!isKnown) this.unlogged += 1;
      return false;
    }
    this.now.add(key);
    return !isKnown;
  }

  /** @returns the number of findings in the pass that were not logged. */
  endPass(): number {
    const unlogged = this.unlogged;
    this.unlogged = 0;
    this.before = this.now;
    this.now = new Set();
    return unlogged;
  }
}

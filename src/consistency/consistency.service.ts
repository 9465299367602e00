import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import type { Logger } from 'pino';
import { LOGGER } from '../common/logger.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { BackendRegistry } from '../drivers/registry/backend-registry.js';
import { OperationJournal } from '../operations/operation-journal.js';
import { Reconciler } from '../operations/reconciler.js';
import { ExportCheck, type ExportCheckOptions } from './export-check.js';
import { type Finding, FINDING_KINDS, type Report } from './finding.js';
import { StatusCheck } from './status-check.js';

/** Tells what is inconsistent between the database and the backends, and mends it. */
@Injectable()
export class ConsistencyService implements OnModuleInit, OnModuleDestroy {
  /** What was told to the log already. */
  private readonly told = new Set<string>();
  private isStopping = false;

  constructor(
    private readonly reconciler: Reconciler,
    private readonly backends: BackendRegistry,
    private readonly exports: ExportCheck,
    private readonly statuses: StatusCheck,
    private readonly unitOfWork: UnitOfWork,
    private readonly journal: OperationJournal,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  onModuleInit(): void {
    this.reconciler.register('the comparison of exports', () => this.watch());
  }

  onModuleDestroy(): void {
    this.isStopping = true;
  }

  /** Everything that is inconsistent now. Changes nothing. */
  async examine(requestId: string): Promise<Report> {
    const open = await this.openWork('possible');
    const { findings, unchecked } = await this.compare({ requestId, repair: 'none', isThorough: true });
    return { findings: [...open, ...findings, ...(await this.statuses.check('none'))], unchecked };
  }

  /** The same, after everything was repaired that has a repair. Volumes are never deleted. */
  async repair(requestId: string): Promise<Report> {
    await this.reconciler.run(true);
    const open = await this.openWork('failed');
    const { findings, unchecked } = await this.compare({ requestId, repair: 'all', isThorough: true });
    return { findings: [...open, ...findings, ...(await this.statuses.check('all'))], unchecked };
  }

  /** The periodic part: lost exports come back; what would take something from a host is only told. */
  private async watch(): Promise<void> {
    const { findings } = await this.compare({ requestId: '', repair: 'restore', isThorough: false });
    const keys = new Map(findings.map((finding) => [`${finding.kind} ${finding.volumeId}`, finding]));
    for (const [key, { kind, volumeId, backend, text, repair }] of keys) {
      if (this.told.has(key)) continue;
      this.log.warn({ kind, volumeId, backend, repair }, `${FINDING_KINDS[kind]}: ${text}`);
    }
    this.told.clear();
    for (const key of keys.keys()) this.told.add(key);
  }

  /** All backends at the same time; the volumes of each one after the other. */
  private async compare(options: ExportCheckOptions): Promise<Report> {
    const isOver = () => this.isStopping;
    const reports = await Promise.all(
      this.backends.all().map((backend) => this.exports.check(backend, { ...options, isOver })),
    );
    return {
      findings: reports.flatMap(({ findings }) => findings),
      unchecked: reports.flatMap(({ unchecked }) => unchecked),
    };
  }

  /** What was begun and is not being worked on, neither here nor by another living server. */
  private async openWork(repair: Finding['repair']): Promise<Finding[]> {
    const open = await this.unitOfWork.run((tx) => this.journal.unfinished(tx));
    return open
      .filter(({ operation, backend }) => !this.isUnderWay(operation.volumeId, backend))
      .map(({ operation: { kind, volumeId, startedAt }, backend }) => ({
        kind: 'open-work' as const,
        volumeId,
        backend,
        text: `Work of the kind ${kind} for volume ${volumeId} is open since ${startedAt}.`,
        repair,
      }));
  }

  private isUnderWay(volumeId: string, backendName: string | null): boolean {
    return (
      this.backends
        .all()
        .find(({ name }) => name === backendName)
        ?.isBusyWith(volumeId) === true
    );
  }
}

import { performance } from 'node:perf_hooks';
import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { CONFIG } from '../../platform/config/config.module.js';
import type { Config } from '../../platform/config/config.schema.js';
import { BackgroundReader } from '../../platform/database/reader.js';
import { Metrics } from '../../platform/metrics/metrics.js';
import { BackendDirectory } from '../../drivers/registry/backend-directory.js';
import { Reconciler } from '../../operations/reconciler.js';
import { strandedBackends, usageOf } from '../stranded/index.js';
import { ComputeCheck } from './compute-check.js';
import type { Sight } from './consistency-walk.js';
import {
  type CheckedElsewhere,
  type Finding,
  FINDING_KINDS,
  REPAIR_STATES,
  type RepairLevel,
  type RepairState,
  type Report,
  type ReportPart,
  type Unchecked,
} from './finding.js';
import { OpenWork } from './open-work.js';
import { StatusCheck } from './status-check.js';
import { StretchCheck } from './stretch-check.js';

/** A part ends with the stretch that exceeds this time or number of findings. */
const PART_MS = 5000;
const PART_FINDINGS = 500;

const downReason = (node: string): string =>
  `Its volume node ${node} is down. If it is gone for good, start another process with its name, or retire it (docs/operations/roles.md).`;

const NOTHING: Report = { findings: [], unchecked: [] };

/** Finds and repairs inconsistencies between the database and the backends. */
@Injectable()
export class ConsistencyService implements OnModuleInit, OnModuleDestroy {
  private isStopping = false;

  constructor(
    private readonly reconciler: Reconciler,
    private readonly backends: BackendDirectory,
    private readonly stretches: StretchCheck,
    private readonly openWork: OpenWork,
    private readonly statuses: StatusCheck,
    private readonly servers: ComputeCheck,
    private readonly reader: BackgroundReader,
    private readonly metrics: Metrics,
    @Inject(CONFIG) private readonly config: Pick<Config, 'role'>,
  ) {}

  onModuleInit(): void {
    this.metrics.expectFindings(Object.keys(FINDING_KINDS), REPAIR_STATES);
  }

  onModuleDestroy(): void {
    this.isStopping = true;
  }

  /**
   * Current inconsistencies, ordered by volume id, preceded by those with Nova. Changes nothing.
   * @param position the `next` of the previous part; null for the first.
   */
  async examine(requestId: string, position: string | null): Promise<ReportPart> {
    return this.part(requestId, position, 'none');
  }

  /** Like {@link examine}, after performing all repairs. Never deletes volumes. */
  async repair(requestId: string, position: string | null): Promise<ReportPart> {
    if (position === null) await this.reconciler.run(true);
    return this.part(requestId, position, 'all');
  }

  private async part(requestId: string, position: string | null, repair: RepairLevel): Promise<ReportPart> {
    // Nova first: attachments removed because of it change the rest of the comparison.
    const servers = position === null ? await this.compareWithNova(requestId, repair) : NOTHING;
    const round = this.stretches.begin(requestId, position, () => true);
    const openWork: RepairState = repair === 'none' ? 'possible' : 'failed';
    const findings: Finding[] = [...servers.findings];
    round.unchecked.push(...servers.unchecked);
    const remote = this.atVolumeNodes();
    round.unchecked.push(...remote.down);
    if (position === null) round.unchecked.push(...(await this.onStrandedBackends()));
    const endMs = performance.now() + PART_MS;
    for (;;) {
      const stretch = await round.walk.next();
      findings.push(
        ...(await this.openWork.check(stretch.sights, openWork)),
        ...this.onUnknownBackends(stretch.sights),
        ...(await this.stretches.check(round, stretch, { requestId, repair, isThorough: true })),
        ...(await this.statuses.check(stretch.sights, repair)),
      );
      const isFull = findings.length >= PART_FINDINGS || performance.now() >= endMs;
      if (stretch.end === null || isFull) {
        for (const { kind, repair } of findings) this.metrics.found(kind, repair);
        return { findings, unchecked: round.unchecked, elsewhere: remote.up, next: stretch.end };
      }
    }
  }

  private compareWithNova(requestId: string, repair: RepairLevel): Promise<Report> {
    return this.servers.check(requestId, repair, () => this.isStopping);
  }

  /** Exports of a backend that is not configured cannot be checked; each of its volumes is a finding. */
  private async onStrandedBackends(): Promise<Unchecked[]> {
    // A volume node knows its own backends only.
    if (this.config.role === 'volume') return [];
    const names = await strandedBackends(
      this.reader,
      this.backends.all().map(({ name }) => name),
    );
    const usages = await Promise.all(names.map((name) => usageOf(this.reader, name)));
    return usages.map(({ backend, volumes, attachments, isAtLeast }) => ({
      backend,
      reason: `It is not configured and has ${isAtLeast ? 'at least ' : ''}volumes: ${volumes}, attachments: ${attachments}.`,
    }));
  }

  /** The backends of an API replica, which calls no driver: those whose nodes compare their exports, and the others. */
  private atVolumeNodes(): { readonly up: CheckedElsewhere[]; readonly down: Unchecked[] } {
    const [up, down]: [CheckedElsewhere[], Unchecked[]] = [[], []];
    for (const { name: backend, node } of this.backends.all()) {
      if (node === undefined) continue;
      if (node.isUp) up.push({ backend, node: node.name });
      else down.push({ backend, reason: downReason(node.name) });
    }
    return { up, down };
  }

  private onUnknownBackends(sights: readonly Sight[]): Finding[] {
    if (this.config.role === 'volume') return [];
    return sights.flatMap(({ volumeId, volume }) => {
      if (volume === null || this.backends.find(volume.backend) !== undefined) return [];
      const text = `Volume ${volumeId} is on backend ${volume.backend}, which is not configured: it cannot be attached, detached or deleted. Configure the backend again, or use "clinker backend".`;
      return [{ kind: 'unknown-backend', volumeId, backend: volume.backend, text, repair: 'manual' }];
    });
  }
}

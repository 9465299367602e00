import { Injectable } from '@nestjs/common';
import type { Backend } from '../../drivers/registry/backend.js';
import { BackendRegistry } from '../../drivers/registry/backend-registry.js';
import { ConsistencyRepository } from './consistency.repository.js';
import { ConsistencyWalk, isInWork, type Sight, type Stretch } from './consistency-walk.js';
import { ExportCheck, type ExportCheckOptions } from './export-check.js';
import { exportDifference } from './export-difference.js';
import { ExportStream } from './export-stream.js';
import type { Finding, Report, Unchecked } from './finding.js';

export interface StretchCheckOptions extends ExportCheckOptions {
  /** True to check every attached or exported volume itself, not only those that the lists make suspicious. */
  readonly isThorough: boolean;
}

/** A walk through all volumes, and what it could not check. */
export interface Round {
  readonly walk: ConsistencyWalk;
  readonly unchecked: Unchecked[];
}

/** Compares the exports of a stretch of volumes with their connections. */
@Injectable()
export class StretchCheck {
  constructor(
    private readonly repository: ConsistencyRepository,
    private readonly backends: BackendRegistry,
    private readonly exports: ExportCheck,
  ) {}

  /**
   * Starts a walk, at the end of an earlier one or at the beginning.
   * @param isWanted selects the backends to check.
   */
  begin(requestId: string, position: string | null, isWanted: (backend: Backend) => boolean): Round {
    const unchecked: Unchecked[] = [];
    const walk = new ConsistencyWalk(
      this.repository,
      this.backends.all().filter(isWanted),
      requestId,
      position,
      (backend, error) => unchecked.push(this.exports.noteUnchecked(backend, error)),
    );
    return { walk, unchecked };
  }

  /** Checks all backends concurrently, and each backend's volumes one at a time. */
  async check(
    { walk, unchecked }: Round,
    stretch: Stretch,
    options: StretchCheckOptions,
  ): Promise<Finding[]> {
    const reports = await Promise.all(
      this.backends
        .all()
        .filter((backend) => walk.covers(backend))
        .map(async (backend) => {
          const candidates = candidatesOf(backend, stretch.sights, options.isThorough);
          const report = await this.exports.check(backend, candidates, options);
          if (report.unchecked.length > 0 && !backend.isAnswering) walk.leaveOut(backend);
          unchecked.push(...report.unchecked);
          return this.confirmed(backend, stretch, report, options);
        }),
    );
    return reports.flat();
  }

  /** Drops unknown exports of volumes that were deleted during the check. */
  private async confirmed(
    backend: Backend,
    { after, end }: Stretch,
    { findings }: Report,
    { requestId }: ExportCheckOptions,
  ): Promise<readonly Finding[]> {
    if (!findings.some(({ kind }) => kind === 'unknown-export')) return findings;
    const still = new Set<string>();
    const stream = new ExportStream(backend, requestId, after);
    for (let isOver = false; !isOver;) {
      const slice = await stream.peek().catch(() => ({ rows: [], end: null }));
      for (const { volumeId } of slice.rows) still.add(volumeId);
      isOver = slice.end === null || (end !== null && slice.end >= end);
      stream.pass(slice.end);
    }
    return findings.filter(({ kind, volumeId }) => kind !== 'unknown-export' || still.has(volumeId));
  }
}

/** Volumes to check under their locks: the lists were read at different times and prove nothing. */
function candidatesOf(backend: Backend, sights: readonly Sight[], isThorough: boolean): string[] {
  return sights.filter((sight) => isCandidate(backend, sight, isThorough)).map(({ volumeId }) => volumeId);
}

function isCandidate(backend: Backend, sight: Sight, isThorough: boolean): boolean {
  const { volume, attachments, connections } = sight;
  const state = sight.exports.get(backend.name);
  if (volume?.backend !== backend.name) return state !== undefined;
  // The result of open work is not known yet; whoever ends it makes both sides equal.
  if (isInWork(sight)) return false;
  if (sight.isPartial) return true;
  if (isThorough) return state !== undefined || attachments.length > 0 || connections.length > 0;
  const found = { exported: state !== undefined, admitted: state?.admitted ?? null };
  return exportDifference(found, connections, backend.capabilities.accessControl).kind !== 'none';
}

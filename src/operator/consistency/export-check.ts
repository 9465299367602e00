import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import {
  type Attachment,
  AttachmentHistory,
  AttachmentsRepository,
  connectionsOf,
  LegacyConnectionsRepository,
  systemActor,
} from '../../attachments/index.js';
import { Unavailable } from '../../platform/errors.js';
import { reasonOf } from '../../platform/failure-reason.js';
import { LOGGER } from '../../platform/logging/logger.js';
import { type Tx, UnitOfWork } from '../../platform/database/unit-of-work.js';
import type { Connection, VolumeRef } from '../../drivers/contract/index.js';
import type { Backend } from '../../drivers/registry/backend.js';
import { BackendRegistry } from '../../drivers/registry/backend-registry.js';
import type { BackendSession } from '../../drivers/registry/backend-session.js';
import { JournalledWork } from '../../operations/journalled-work.js';
import { OperationJournal } from '../../operations/operation-journal.js';
import { VolumeBusyElsewhere } from '../../operations/volume-busy.js';
import type { OperationEntity } from '../../operations/operation.entity.js';
import { EndsInterrupted } from '../../operations/operation-recovery.js';
import { type VolumeEntity, volumeRef, VolumesRepository } from '../../volumes/index.js';
import { type ExportDifference, exportDifference, keyOf } from './export-difference.js';
import type { Finding, RepairLevel, RepairState, Report, Unchecked } from './finding.js';

export interface ExportCheckOptions {
  readonly requestId: string;
  readonly repair: RepairLevel;
  /** True to stop; the rest is left out. */
  readonly isOver?: () => boolean;
}

interface Found {
  readonly volume: VolumeEntity;
  readonly attachments: readonly Attachment[];
  /** Connections of its attachments, and those made by volume actions. */
  readonly connections: readonly Connection[];
}

/** Compares what backends export with what the attachments require, and repairs differences (docs/adr/0007). */
@Injectable()
export class ExportCheck {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly journal: OperationJournal,
    private readonly volumes: VolumesRepository,
    private readonly attachments: AttachmentsRepository,
    private readonly legacy: LegacyConnectionsRepository,
    private readonly history: AttachmentHistory,
    private readonly backends: BackendRegistry,
    private readonly work: JournalledWork,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /**
   * Checks volumes of one backend under their locks, one at a time. Failures are reported, never thrown. Stops asking a
   * backend that does not answer.
   */
  async check(backend: Backend, volumeIds: readonly string[], options: ExportCheckOptions): Promise<Report> {
    const findings: Finding[] = [];
    const unchecked: Unchecked[] = [];
    for (const volumeId of volumeIds) {
      if (options.isOver?.() === true) break;
      try {
        const finding = await this.look(backend, volumeId, options);
        if (finding !== null) findings.push(finding);
      } catch (error) {
        // Another server has just started work on the volume, which will change the result.
        if (error instanceof VolumeBusyElsewhere) continue;
        unchecked.push(this.noteUnchecked(backend, error, volumeId));
        if (!backend.isAnswering || error instanceof Unavailable) break;
      }
    }
    return { findings, unchecked };
  }

  /** Logs and reports a backend that cannot be checked. */
  noteUnchecked(backend: Backend, error: unknown, volumeId?: string): Unchecked {
    this.log.warn({ err: error, backend: backend.name, volumeId }, 'a backend could not be checked');
    return { backend: backend.name, reason: reasonOf(error) };
  }

  private async look(
    backend: Backend,
    volumeId: string,
    { requestId, repair }: ExportCheckOptions,
  ): Promise<Finding | null> {
    const about = { volumeId, backend: backend.name };
    const planned = await this.unitOfWork.run((tx) => this.volumes.lock(tx, volumeId));
    if (planned?.backend !== backend.name) {
      const text = `Backend ${backend.name} exports volume ${volumeId}, which the database does not have on that backend.`;
      return { ...about, kind: 'unknown-export', text, repair: 'manual' };
    }
    return backend.exclusively(volumeId, requestId, async (session) => {
      const found = await this.idle(volumeId);
      if (found === null) return null;
      const state = await session.inspect(volumeRef(found.volume));
      const difference = exportDifference(state, found.connections, backend.capabilities.accessControl);
      if (difference.kind === 'none') return null;
      const finding = { ...about, kind: difference.kind, text: textOf(difference, about) };
      if (difference.kind === 'lost-volume') return { ...finding, repair: 'manual' };
      if (!isWithin(repair, difference)) return { ...finding, repair: 'possible' };
      return { ...finding, repair: await this.repair(backend, session, volumeId, { requestId, repair }) };
    });
  }

  /** The volume and its connections; null while open work will change both. */
  private async idle(volumeId: string): Promise<Found | null> {
    return this.unitOfWork.run(async (tx) => {
      const volume = await this.volumes.lock(tx, volumeId);
      if (volume === null || (await this.journal.isOpenFor(tx, volumeId))) return null;
      return this.found(tx, volume);
    });
  }

  private async found(tx: Tx, volume: VolumeEntity): Promise<Found> {
    const attachments = await this.attachments.ofVolume(tx, volume.id);
    const connections = connectionsOf(attachments, await this.legacy.ofVolume(tx, volume.id));
    return { volume, attachments, connections };
  }

  private async repair(
    backend: Backend,
    session: BackendSession,
    volumeId: string,
    { requestId, repair }: Pick<ExportCheckOptions, 'requestId' | 'repair'>,
  ): Promise<RepairState> {
    const operationId = await this.unitOfWork.run(async (tx) => {
      await this.volumes.lock(tx, volumeId);
      return this.journal.open(tx, { kind: 'restore-export', volumeId, requestId });
    });
    try {
      const isEqual = await this.makeEqual(backend, session, volumeId, { id: operationId, requestId });
      this.log.info({ volumeId, backend: backend.name, requestId, isEqual }, 'an export was repaired');
      return isEqual ? 'done' : 'failed';
    } catch (error) {
      this.log.error(
        { err: error, volumeId, backend: backend.name, requestId },
        'an export could not be repaired',
      );
      await this.unitOfWork.run(async (tx) => {
        // A partial repair may leave no visible difference, so the reconciler ends it. Missing access that was only to be
        // restored is still missing: the next check finds it again, sooner.
        if (repair === 'all') await this.journal.leave(tx, operationId);
        else await this.journal.closeIfOwn(tx, operationId);
      });
      return 'failed';
    }
  }

  /** Exports the volume to exactly the hosts that it is connected to. @returns whether that succeeded. */
  private async makeEqual(
    backend: Backend,
    session: BackendSession,
    volumeId: string,
    { id: operationId, requestId }: Pick<OperationEntity, 'id' | 'requestId'>,
  ): Promise<boolean> {
    const { accessControl } = backend.capabilities;
    const found = await this.unitOfWork.run(async (tx) => {
      const volume = await this.volumes.lock(tx, volumeId);
      return volume === null ? null : this.found(tx, volume);
    });
    if (found === null) {
      await this.unitOfWork.run((tx) => this.journal.closeIfOwn(tx, operationId));
      return true;
    }
    const { volume, connections } = found;
    let ref: VolumeRef = volumeRef(volume);
    let taken: string | null = null;
    if (connections.length === 0) {
      await session.removeExport(ref);
      ref = { ...ref, exportDetails: null };
      taken = 'The export was removed: the volume has no connection.';
    } else {
      ref = { ...ref, exportDetails: await session.ensureExport(ref, connections) };
      const { unjustified } = exportDifference(await session.inspect(ref), connections, accessControl);
      for (const host of unjustified) {
        const stranger = {
          attachmentId: '',
          connector: { [keyOf(accessControl)]: host },
          mode: 'rw' as const,
        };
        await session.terminateConnection(ref, stranger, connections);
        taken = 'Access without a connection was removed.';
      }
      // Names of other hosts are not for the tenant, who sees the reason.
      if (taken !== null)
        this.log.warn({ volumeId, requestId, hosts: unjustified }, 'access without a connection was removed');
    }
    const { kind } = exportDifference(await session.inspect(ref), connections, accessControl);
    await this.unitOfWork.run(async (tx) => {
      await this.volumes.lock(tx, volumeId);
      await this.journal.close(tx, operationId);
      await this.volumes.setExportDetails(tx, volumeId, ref.exportDetails);
      if (kind === 'none') await this.record(tx, found, requestId, taken);
    });
    return kind === 'none';
  }

  /** @param taken what was taken away; null if access was restored. */
  private async record(tx: Tx, found: Found, requestId: string, taken: string | null): Promise<void> {
    const { volume, attachments, connections } = found;
    const by = systemActor(requestId);
    const connected = attachments.filter(({ id }) => connections.some((one) => one.attachmentId === id));
    if (taken !== null || connected.length === 0) {
      const reason = taken ?? 'The export was restored.';
      await this.history.recordRepair(tx, volume, { by, reason });
      return;
    }
    for (const attachment of connected) {
      const { attachStatus: status } = attachment;
      await this.history.record(tx, attachment, { kind: 'export-restored', by, from: status, to: status });
    }
  }

  @EndsInterrupted(['restore-export'])
  async resume(operation: OperationEntity): Promise<void> {
    const { id, volumeId, requestId } = operation;
    const isThere = await this.work.resume(
      operation,
      (tx) => this.volumes.lock(tx, volumeId),
      async (session, volume) => {
        await this.makeEqual(this.backends.get(volume.backend), session, volumeId, { id, requestId });
      },
    );
    if (!isThere) await this.unitOfWork.run((tx) => this.journal.closeIfOwn(tx, id));
  }
}

/**
 * Automatic repairs only restore access and take none away: after a restore of an old database, a host unknown to it may
 * rightly use the volume.
 */
function isWithin(level: RepairLevel, { kind, unjustified }: ExportDifference): boolean {
  if (level === 'all') return true;
  return level === 'restore' && kind === 'missing-export' && unjustified.length === 0;
}

function textOf(
  { kind, missing, unjustified }: ExportDifference,
  { volumeId, backend }: { volumeId: string; backend: string },
): string {
  switch (kind) {
    case 'lost-volume':
      return `Backend ${backend} does not have volume ${volumeId}, which has attachments or connections.`;
    case 'orphan-export':
      return `Backend ${backend} exports volume ${volumeId}, which has no connection.`;
    case 'unjustified-access':
      return `Backend ${backend} admits ${unjustified.join(', ')} to volume ${volumeId} without a connection.`;
    default:
      return missing.length > 0
        ? `Backend ${backend} does not admit ${missing.join(', ')} to volume ${volumeId}.`
        : `Backend ${backend} does not export volume ${volumeId}, which has connections.`;
  }
}

import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { Logger } from 'pino';
import { AttachmentsRepository, connectionsOf, LegacyConnectionsRepository } from '../attachments/index.js';
import { DomainError, Unavailable } from '../common/errors.js';
import { LOGGER } from '../common/logger.js';
import { type Tx, UnitOfWork } from '../database/unit-of-work.js';
import type { Connection, VolumeRef } from '../drivers/contract/index.js';
import type { Backend } from '../drivers/registry/backend.js';
import { BackendRegistry } from '../drivers/registry/backend-registry.js';
import type { BackendSession } from '../drivers/registry/backend-session.js';
import { OperationJournal, VolumeBusyElsewhere } from '../operations/operation-journal.js';
import type { OperationEntity } from '../operations/operation.entity.js';
import { OperationRecovery } from '../operations/operation-recovery.js';
import { type VolumeEntity, volumeRef, VolumesRepository } from '../volumes/index.js';
import { ConsistencyRepository } from './consistency.repository.js';
import { type ExportDifference, exportDifference, keyOf } from './export-difference.js';
import type { Finding, RepairLevel, RepairState, Report, Unchecked } from './finding.js';

export interface ExportCheckOptions {
  readonly requestId: string;
  readonly repair: RepairLevel;
  /** Looks at every connected volume itself, instead of those that the list of exports makes doubtful. */
  readonly isThorough: boolean;
  /** Whether to stop: the rest is left out. */
  readonly isOver?: () => boolean;
}

interface Found {
  readonly volume: VolumeEntity;
  /** Those of its attachments, and those that volume actions have made. */
  readonly connections: readonly Connection[];
}

/** Compares what backends export with what the attachments ask for, and makes them equal (docs/adr/0007). */
@Injectable()
export class ExportCheck implements OnModuleInit {
  constructor(
    private readonly recovery: OperationRecovery,
    private readonly repository: ConsistencyRepository,
    private readonly unitOfWork: UnitOfWork,
    private readonly journal: OperationJournal,
    private readonly volumes: VolumesRepository,
    private readonly attachments: AttachmentsRepository,
    private readonly legacy: LegacyConnectionsRepository,
    private readonly backends: BackendRegistry,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  onModuleInit(): void {
    this.recovery.register('restore-export', (operation) => this.resume(operation));
  }

  /** Checks one backend, its volumes one after the other. What cannot be looked at is told, never thrown. */
  async check(backend: Backend, options: ExportCheckOptions): Promise<Report> {
    const findings: Finding[] = [];
    const unchecked: Unchecked[] = [];
    const note = (error: unknown, volumeId?: string) => {
      this.log.warn({ err: error, backend: backend.name, volumeId }, 'a backend could not be checked');
      const reason = error instanceof DomainError ? error.message : 'The server failed unexpectedly.';
      unchecked.push({ backend: backend.name, reason });
    };
    const candidates = await this.candidates(backend, options).catch((error: unknown) => {
      note(error);
      return [];
    });
    for (const volumeId of candidates) {
      if (options.isOver?.() === true) break;
      try {
        const finding = await this.look(backend, volumeId, options);
        if (finding !== null) findings.push(finding);
      } catch (error) {
        // Another server has just begun to work on the volume, which will change what is found.
        if (error instanceof VolumeBusyElsewhere) continue;
        note(error, volumeId);
        if (!backend.isAnswering || error instanceof Unavailable) break;
      }
    }
    return { findings: await this.confirmed(backend, findings, options), unchecked };
  }

  /** The findings without exports of volumes that were deleted while they were looked for. */
  private async confirmed(
    backend: Backend,
    findings: readonly Finding[],
    { requestId }: ExportCheckOptions,
  ): Promise<Finding[]> {
    if (!findings.some(({ kind }) => kind === 'unknown-export')) return [...findings];
    const exports = await backend.listExports(requestId).catch(() => []);
    const still = new Set(exports.map(({ volumeId }) => volumeId));
    return findings.filter(({ kind, volumeId }) => kind !== 'unknown-export' || still.has(volumeId));
  }

  /** Volumes to look at under their locks: the lists were read at different times, and prove nothing. */
  private async candidates(backend: Backend, { requestId, isThorough }: ExportCheckOptions) {
    const exports = new Map(
      (await backend.listExports(requestId)).map((found) => [found.volumeId, found] as const),
    );
    const expected = await this.repository.connections(backend.name);
    const ids = new Set([...expected.keys(), ...exports.keys()]);
    if (isThorough) return [...new Set([...ids, ...(await this.repository.attached(backend.name))])];
    return [...ids].filter((id) => {
      const admitted = exports.get(id)?.admitted ?? null;
      const state = { exported: exports.has(id), admitted };
      const { kind } = exportDifference(state, expected.get(id) ?? [], backend.capabilities.accessControl);
      return kind !== 'none';
    });
  }

  private async look(
    backend: Backend,
    volumeId: string,
    { requestId, repair }: ExportCheckOptions,
  ): Promise<Finding | null> {
    const about = { volumeId, backend: backend.name };
    const planned = await this.unitOfWork.run((tx) => this.volumes.lock(tx, volumeId));
    if (planned?.backend !== backend.name) {
      const text = `Backend ${backend.name} exports volume ${volumeId}, which the database does not know there.`;
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

  /** The volume and its connections, or null while work for it is recorded: that will change both. */
  private async idle(volumeId: string): Promise<Found | null> {
    return this.unitOfWork.run(async (tx) => {
      const volume = await this.volumes.lock(tx, volumeId);
      if (volume === null || (await this.journal.isOpenFor(tx, volumeId))) return null;
      return this.found(tx, volume);
    });
  }

  private async found(tx: Tx, volume: VolumeEntity): Promise<Found> {
    const attachments = await this.attachments.ofVolume(tx, volume.id);
    return { volume, connections: connectionsOf(attachments, await this.legacy.ofVolume(tx, volume.id)) };
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
      const isEqual = await this.makeEqual(backend, session, volumeId, operationId);
      this.log.info({ volumeId, backend: backend.name, requestId, isEqual }, 'an export was repaired');
      return isEqual ? 'done' : 'failed';
    } catch (error) {
      this.log.error(
        { err: error, volumeId, backend: backend.name, requestId },
        'an export could not be repaired',
      );
      await this.unitOfWork.run(async (tx) => {
        // What was asked for may be done in part, with no difference left to see: the reconciler ends it. What is only
        // given back is still missing, and the next check finds it again, sooner.
        if (repair === 'all') await this.journal.leave(tx, operationId);
        else await this.journal.closeIfOwn(tx, operationId);
      });
      return 'failed';
    }
  }

  /** Exports the volume to the hosts that it is connected to and nobody else; tells whether that is so afterwards. */
  private async makeEqual(
    backend: Backend,
    session: BackendSession,
    volumeId: string,
    operationId: string,
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
    if (connections.length === 0) {
      await session.removeExport(ref);
      ref = { ...ref, exportDetails: null };
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
      }
    }
    const { kind } = exportDifference(await session.inspect(ref), connections, accessControl);
    await this.unitOfWork.run(async (tx) => {
      await this.volumes.lock(tx, volumeId);
      await this.journal.close(tx, operationId);
      await this.volumes.setExportDetails(tx, volumeId, ref.exportDetails);
    });
    return kind === 'none';
  }

  private async resume({ id, volumeId, requestId }: OperationEntity): Promise<void> {
    const volume = await this.unitOfWork.run((tx) => this.volumes.lock(tx, volumeId));
    if (volume === null) {
      await this.unitOfWork.run((tx) => this.journal.closeIfOwn(tx, id));
      return;
    }
    const backend = this.backends.get(volume.backend);
    const work = async (session: BackendSession) => {
      if (await this.unitOfWork.run((tx) => this.journal.holds(tx, id))) {
        await this.makeEqual(backend, session, volumeId, id);
      }
    };
    await backend.exclusively(volumeId, requestId, work, 'recorded');
  }
}

/**
 * What may be repaired unasked gives hosts back what they had, and takes nothing from anybody: after an old database
 * was restored, a host that it does not know may rightly use the volume.
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

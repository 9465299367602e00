import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Conflict, NotSupported } from '../common/errors.js';
import { type Tx, UnitOfWork } from '../database/unit-of-work.js';
import type { AccessMode, Connection, Connector } from '../drivers/contract/index.js';
import { BackendRegistry } from '../drivers/registry/backend-registry.js';
import type { BackendSession } from '../drivers/registry/backend-session.js';
import type { OperationEntity } from '../operations/operation.entity.js';
import { OperationJournal } from '../operations/operation-journal.js';
import { OperationRecovery } from '../operations/operation-recovery.js';
import { OverruledWork } from '../operations/overruled-work.js';
import { type VolumeEntity, volumeRef, VolumesRepository } from '../volumes/index.js';
import type { Attachment } from './attachment.js';
import { AttachmentsRepository } from './attachments.repository.js';
import { ConnectSaga } from './connect.saga.js';
import { connectionOf, otherConnections } from './connections.js';
import { DisconnectSaga } from './disconnect.saga.js';
import { theServer } from './history/actor.js';
import { LegacyConnectionsRepository } from './legacy-connections.repository.js';

const INTERRUPTED = 'The connection was interrupted while it was being made, and was undone.';

interface Found {
  readonly volume: VolumeEntity;
  readonly attachments: readonly Attachment[];
  /** Connections made by volume actions. */
  readonly legacy: readonly Connection[];
}

/** Ends interrupted connects by undoing them, and interrupted disconnects by finishing them. */
@Injectable()
export class AttachmentRecovery implements OnModuleInit {
  constructor(
    private readonly recovery: OperationRecovery,
    private readonly unitOfWork: UnitOfWork,
    private readonly journal: OperationJournal,
    private readonly volumes: VolumesRepository,
    private readonly attachments: AttachmentsRepository,
    private readonly legacy: LegacyConnectionsRepository,
    private readonly backends: BackendRegistry,
    private readonly overruled: OverruledWork,
    private readonly connecting: ConnectSaga,
    private readonly disconnecting: DisconnectSaga,
  ) {}

  onModuleInit(): void {
    this.recovery.register('connect', (operation) => this.undoConnect(operation));
    this.recovery.register('disconnect', (operation) => this.finishDisconnect(operation));
    this.recovery.register('force-detach', (operation) => this.finishForceDetach(operation));
    this.recovery.register('remove-export', (operation) => this.removeExport(operation));
  }

  private async undoConnect(operation: OperationEntity): Promise<void> {
    await this.atBackend(operation, async (session, { volume, attachments, legacy }) => {
      const { connector, mode, isNew } = operation.details as {
        connector: Connector;
        mode: AccessMode;
        isNew: boolean;
      };
      const attachmentId = operation.attachmentId ?? '';
      const attachment = attachments.find(({ id }) => id === attachmentId);
      const plan = {
        operationId: operation.id,
        by: theServer(operation.requestId),
        volume,
        attachment: attachment ?? ({ id: attachmentId } as Attachment),
        connection: { attachmentId, connector, mode },
        previous: attachment === undefined ? null : connectionOf(attachment),
        others: [...otherConnections(attachments, attachmentId), ...legacy],
        isNew,
      };
      // A client has tried again in the meantime: what became of that is the attachment's state.
      const isSuperseded = attachment !== undefined && isChangedSince(attachment, operation, isNew);
      await this.overruled.watch(volume.id, operation.requestId, async () => {
        await this.connecting.undo(session, plan, null);
        await this.unitOfWork.run((tx) =>
          isSuperseded
            ? this.journal.close(tx, operation.id)
            : this.connecting.recordFailure(tx, plan, INTERRUPTED),
        );
      });
    });
  }

  private async finishDisconnect(operation: OperationEntity): Promise<void> {
    await this.atBackend(operation, async (session, { attachments }) => {
      const { id, volumeId, requestId } = operation;
      const attachment = attachments.find((candidate) => candidate.id === operation.attachmentId);
      // A client has repeated its delete in the meantime: that is the end that was wanted.
      if (attachment === undefined) return this.close(operation);
      const target = { id: attachment.id, volumeId };
      await this.disconnecting.disconnect(session, target, theServer(requestId), { resumed: id });
    });
  }

  /** Tries once more; what the driver does not confirm stays attached, for the admin to decide again. */
  private async finishForceDetach(operation: OperationEntity): Promise<void> {
    await this.atBackend(operation, async (session, { attachments }) => {
      const { id, volumeId, requestId } = operation;
      const attachment = attachments.find((candidate) => candidate.id === operation.attachmentId);
      if (attachment === undefined) return this.close(operation);
      const target = { id: attachment.id, volumeId };
      await this.disconnecting
        .disconnect(session, target, theServer(requestId), { resumed: id, way: 'fence' })
        .catch(async (error: unknown) => {
          if (!(error instanceof Conflict || error instanceof NotSupported)) throw error;
          await this.close(operation);
        });
    });
  }

  private async removeExport(operation: OperationEntity): Promise<void> {
    await this.atBackend(operation, async (session, { volume, attachments, legacy }) => {
      const isUnused = otherConnections(attachments, '').length + legacy.length === 0;
      if (isUnused) await session.removeExport(volumeRef(volume));
      await this.unitOfWork.run(async (tx) => {
        if (isUnused && (await this.volumes.lock(tx, operation.volumeId)) !== null) {
          await this.volumes.setExportDetails(tx, operation.volumeId, null);
        }
        await this.journal.close(tx, operation.id);
      });
    });
  }

  /** Does `work` under the volume's lock, while the entry is still to be ended. Without its volume nothing is. */
  private async atBackend(
    operation: OperationEntity,
    work: (session: BackendSession, found: Found) => Promise<void>,
  ): Promise<void> {
    const { id, volumeId, requestId } = operation;
    const planned = await this.unitOfWork.run((tx) => this.volumes.lock(tx, volumeId));
    if (planned === null) return this.close(operation);
    await this.backends.get(planned.backend).exclusively(
      volumeId,
      requestId,
      async (session) => {
        const found = await this.unitOfWork.run(async (tx) => {
          const now = await this.find(tx, operation);
          return { now, isOpen: await this.journal.holds(tx, id) };
        });
        if (!found.isOpen) return;
        if (found.now === null) return this.close(operation);
        await work(session, found.now);
      },
      'recorded',
    );
  }

  private async find(tx: Tx, { volumeId }: OperationEntity): Promise<Found | null> {
    const volume = await this.volumes.lock(tx, volumeId);
    if (volume === null) return null;
    const attachments = await this.attachments.ofVolume(tx, volumeId);
    return { volume, attachments, legacy: await this.legacy.ofVolume(tx, volumeId) };
  }

  private async close(operation: OperationEntity): Promise<void> {
    await this.unitOfWork.run((tx) => this.journal.closeIfOwn(tx, operation.id));
  }
}

/**
 * Whether somebody has gone on with the attachment since its connect began. One that its create made, which goes with
 * that, is not judged by times: another server's clock may be late.
 */
function isChangedSince(attachment: Attachment, { startedAt }: OperationEntity, isNew: boolean): boolean {
  return isNew ? attachment.attachStatus !== 'reserved' : (attachment.updatedAt ?? '') > startedAt;
}

import { Injectable, type OnModuleInit } from '@nestjs/common';
import { NotFound } from '../common/errors.js';
import { type Tx, UnitOfWork } from '../database/unit-of-work.js';
import type { AccessMode, Connector } from '../drivers/contract/index.js';
import { BackendRegistry } from '../drivers/registry/backend-registry.js';
import type { OperationEntity } from '../operations/operation.entity.js';
import { OperationJournal } from '../operations/operation-journal.js';
import { OperationRecovery } from '../operations/operation-recovery.js';
import { type VolumeEntity, volumeRef, VolumesRepository } from '../volumes/index.js';
import type { Attachment } from './attachment.js';
import { AttachmentsRepository } from './attachments.repository.js';
import { ConnectSaga } from './connect.saga.js';
import { connectionOf, otherConnections } from './connections.js';
import { DisconnectSaga } from './disconnect.saga.js';

const INTERRUPTED = 'The server stopped while the connection was being made.';

interface Found {
  readonly volume: VolumeEntity;
  readonly attachments: readonly Attachment[];
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
    private readonly backends: BackendRegistry,
    private readonly connecting: ConnectSaga,
    private readonly disconnecting: DisconnectSaga,
  ) {}

  onModuleInit(): void {
    this.recovery.register('connect', (operation) => this.undoConnect(operation));
    this.recovery.register('disconnect', (operation) => this.finishDisconnect(operation));
    this.recovery.register('remove-export', (operation) => this.removeExport(operation));
  }

  private async undoConnect(operation: OperationEntity): Promise<void> {
    const found = await this.unitOfWork.run((tx) => this.find(tx, operation));
    if (found === null) return this.close(operation);
    const backend = this.backends.get(found.volume.backend);
    await backend.exclusively(
      operation.volumeId,
      operation.requestId,
      async (session) => {
        const now = await this.unitOfWork.run((tx) => this.find(tx, operation));
        if (now === null) return this.close(operation);
        const { connector, mode, isNew } = operation.details as {
          connector: Connector;
          mode: AccessMode;
          isNew: boolean;
        };
        const attachmentId = operation.attachmentId ?? '';
        const attachment = now.attachments.find(({ id }) => id === attachmentId);
        const plan = {
          operationId: operation.id,
          requestId: operation.requestId,
          volume: now.volume,
          attachment: attachment ?? ({ id: attachmentId } as Attachment),
          connection: { attachmentId, connector, mode },
          previous: attachment === undefined ? null : connectionOf(attachment),
          others: otherConnections(now.attachments, attachmentId),
          isNew,
        };
        await this.connecting.undo(session, plan, null);
        // The connection before, if there was one, may have lost its access on the way to the new one.
        if (plan.previous !== null)
          await session.initializeConnection(volumeRef(now.volume), plan.previous, plan.others);
        await this.unitOfWork.run((tx) => this.connecting.recordFailure(tx, plan, INTERRUPTED));
      },
      'recorded',
    );
  }

  private async finishDisconnect(operation: OperationEntity): Promise<void> {
    const found = await this.unitOfWork.run((tx) => this.find(tx, operation));
    const attachment = found?.attachments.find(({ id }) => id === operation.attachmentId);
    if (found !== null && attachment !== undefined) {
      const target = { id: attachment.id, volumeId: operation.volumeId };
      await this.backends
        .get(found.volume.backend)
        .exclusively(
          operation.volumeId,
          operation.requestId,
          (session) => this.disconnecting.disconnect(session, target, operation.requestId),
          'recorded',
        )
        .catch((error: unknown) => {
          // A client has repeated its delete in the meantime: that is the end that was wanted.
          if (!(error instanceof NotFound)) throw error;
        });
    }
    await this.close(operation);
  }

  private async removeExport(operation: OperationEntity): Promise<void> {
    const found = await this.unitOfWork.run((tx) => this.find(tx, operation));
    if (found === null) return this.close(operation);
    await this.backends.get(found.volume.backend).exclusively(
      operation.volumeId,
      operation.requestId,
      async (session) => {
        const now = await this.unitOfWork.run((tx) => this.find(tx, operation));
        const isUnused = now !== null && otherConnections(now.attachments, '').length === 0;
        if (isUnused) await session.removeExport(volumeRef(now.volume));
        await this.unitOfWork.run(async (tx) => {
          if (isUnused && (await this.volumes.lock(tx, operation.volumeId)) !== null) {
            await this.volumes.setExportDetails(tx, operation.volumeId, null);
          }
          await this.journal.close(tx, operation.id);
        });
      },
      'recorded',
    );
  }

  private async find(tx: Tx, { volumeId }: OperationEntity): Promise<Found | null> {
    const volume = await this.volumes.lock(tx, volumeId);
    return volume === null ? null : { volume, attachments: await this.attachments.ofVolume(tx, volumeId) };
  }

  private async close(operation: OperationEntity): Promise<void> {
    await this.unitOfWork.run((tx) => this.journal.close(tx, operation.id));
  }
}

import { Injectable, type OnModuleInit } from '@nestjs/common';
import { UnitOfWork } from '../database/unit-of-work.js';
import type { AccessMode, Connector } from '../drivers/contract/index.js';
import type { OperationEntity } from '../operations/operation.entity.js';
import { failureOf, OperationJournal } from '../operations/operation-journal.js';
import { OperationRecovery } from '../operations/operation-recovery.js';
import { OverruledWork } from '../operations/overruled-work.js';
import { volumeRef, VolumesRepository } from '../volumes/index.js';
import type { Attachment } from './attachment.js';
import { ConnectSaga } from './connect.saga.js';
import { connectionOf, connectionsOf } from './connections.js';
import { DisconnectSaga, isUnconfirmed } from './disconnect.saga.js';
import { INTERRUPTED } from './failure-reason.js';
import { theServer } from './history/actor.js';
import { InterruptedWork } from './interrupted-work.js';

/** Ends interrupted connects by undoing them, and interrupted disconnects by finishing them. */
@Injectable()
export class AttachmentRecovery implements OnModuleInit {
  constructor(
    private readonly recovery: OperationRecovery,
    private readonly interrupted: InterruptedWork,
    private readonly unitOfWork: UnitOfWork,
    private readonly journal: OperationJournal,
    private readonly volumes: VolumesRepository,
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
    await this.interrupted.end(operation, async (session, { volume, attachments, legacy }) => {
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
        others: connectionsOf(attachments, legacy, [attachmentId]),
        isNew,
      };
      // A client has tried again in the meantime: what became of that is the attachment's state.
      const isSuperseded = attachment !== undefined && isChangedSince(attachment, operation, isNew);
      await this.overruled.watch(volume.id, operation.requestId, async () => {
        await this.connecting.undo(session, plan, null);
        await this.unitOfWork.run((tx) =>
          isSuperseded
            ? this.journal.close(tx, operation.id)
            : this.connecting.recordFailure(tx, plan, failureOf(operation) ?? INTERRUPTED),
        );
      });
    });
  }

  private async finishDisconnect(operation: OperationEntity): Promise<void> {
    await this.interrupted.end(operation, async (session, { attachments }) => {
      const { id, volumeId, requestId } = operation;
      const attachment = attachments.find((candidate) => candidate.id === operation.attachmentId);
      // A client has repeated its delete in the meantime: that is the end that was wanted.
      if (attachment === undefined) return this.interrupted.close(operation);
      const target = { id: attachment.id, volumeId };
      await this.disconnecting.disconnect(session, target, theServer(requestId), { resumed: id });
    });
  }

  /** Tries once more; what the driver does not confirm stays attached, for the admin to decide again. */
  private async finishForceDetach(operation: OperationEntity): Promise<void> {
    await this.interrupted.end(operation, async (session, { attachments }) => {
      const { id, volumeId, requestId } = operation;
      const attachment = attachments.find((candidate) => candidate.id === operation.attachmentId);
      if (attachment === undefined) return this.interrupted.close(operation);
      const target = { id: attachment.id, volumeId };
      await this.disconnecting
        .disconnect(session, target, theServer(requestId), { resumed: id, way: 'fence' })
        .catch((error: unknown) => {
          if (!isUnconfirmed(error)) throw error;
        });
    });
  }

  private async removeExport(operation: OperationEntity): Promise<void> {
    await this.interrupted.end(operation, async (session, { volume, attachments, legacy }) => {
      const isUnused = connectionsOf(attachments, legacy).length === 0;
      if (isUnused) await session.removeExport(volumeRef(volume));
      await this.unitOfWork.run(async (tx) => {
        if (isUnused && (await this.volumes.lock(tx, operation.volumeId)) !== null) {
          await this.volumes.setExportDetails(tx, operation.volumeId, null);
        }
        await this.journal.close(tx, operation.id);
      });
    });
  }
}

/**
 * Whether somebody has gone on with the attachment since its connect began. One that its create made, which goes with
 * that, is not judged by times: another server's clock may be late.
 */
function isChangedSince(attachment: Attachment, { startedAt }: OperationEntity, isNew: boolean): boolean {
  return isNew ? attachment.attachStatus !== 'reserved' : (attachment.updatedAt ?? '') > startedAt;
}

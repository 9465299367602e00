import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import type { AccessMode, Connector } from '../../drivers/contract/index.js';
import type { OperationEntity } from '../../operations/operation.entity.js';
import { JournalledWork } from '../../operations/journalled-work.js';
import { failureOf, OperationJournal } from '../../operations/operation-journal.js';
import { EndsInterrupted } from '../../operations/operation-recovery.js';
import { volumeRef, VolumesRepository } from '../../volumes/index.js';
import type { Attachment } from '../attachment/attachment.js';
import { ConnectSaga } from './connect.saga.js';
import { connectionOf, connectionsOf } from '../attachment/connection.js';
import { ConnectionMaker } from './connection-maker.js';
import { DisconnectSaga, isUnconfirmed } from './disconnect.saga.js';
import { INTERRUPTED } from '../attachment/failure-reason.js';
import { systemActor } from '../history/actor.js';
import { InterruptedWork } from './interrupted-work.js';

/** Undoes interrupted connects and finishes interrupted disconnects. */
@Injectable()
export class AttachmentRecovery {
  constructor(
    private readonly interrupted: InterruptedWork,
    private readonly unitOfWork: UnitOfWork,
    private readonly journal: OperationJournal,
    private readonly volumes: VolumesRepository,
    private readonly work: JournalledWork,
    private readonly maker: ConnectionMaker,
    private readonly connecting: ConnectSaga,
    private readonly disconnecting: DisconnectSaga,
  ) {}

  @EndsInterrupted(['connect'])
  async undoConnect(operation: OperationEntity): Promise<void> {
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
        by: systemActor(operation.requestId),
        volume,
        attachment: attachment ?? ({ id: attachmentId } as Attachment),
        connection: { attachmentId, connector, mode },
        previous: attachment === undefined ? null : connectionOf(attachment),
        others: connectionsOf(attachments, legacy, [attachmentId]),
        isNew,
      };
      // A client has retried in the meantime: the attachment already shows that outcome.
      const isSuperseded = attachment !== undefined && isChangedSince(attachment, operation, isNew);
      await this.work.drive(operation, async () => {
        await this.maker.undo(session, plan, null);
        await this.unitOfWork.run((tx) =>
          isSuperseded
            ? this.journal.close(tx, operation.id)
            : this.connecting.recordFailure(tx, plan, failureOf(operation) ?? INTERRUPTED),
        );
      });
    });
  }

  @EndsInterrupted(['disconnect'])
  async finishDisconnect(operation: OperationEntity): Promise<void> {
    await this.interrupted.end(operation, async (session, { attachments }) => {
      const { id, volumeId, requestId } = operation;
      const attachment = attachments.find((candidate) => candidate.id === operation.attachmentId);
      // A client has repeated its delete in the meantime: nothing is left to do.
      if (attachment === undefined) return this.interrupted.close(operation);
      const target = { id: attachment.id, volumeId };
      await this.disconnecting.disconnect(session, target, systemActor(requestId), { resumed: id });
    });
  }

  /** Tries once more. If the driver does not confirm, the attachment stays, and the admin decides again. */
  @EndsInterrupted(['force-detach'])
  async finishForceDetach(operation: OperationEntity): Promise<void> {
    await this.interrupted.end(operation, async (session, { attachments }) => {
      const { id, volumeId, requestId } = operation;
      const attachment = attachments.find((candidate) => candidate.id === operation.attachmentId);
      if (attachment === undefined) return this.interrupted.close(operation);
      const target = { id: attachment.id, volumeId };
      await this.disconnecting
        .disconnect(session, target, systemActor(requestId), { resumed: id, way: 'fence' })
        .catch((error: unknown) => {
          if (!isUnconfirmed(error)) throw error;
        });
    });
  }

  @EndsInterrupted(['remove-export'])
  async removeExport(operation: OperationEntity): Promise<void> {
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
 * True if the attachment has changed since its connect began. An attachment that is new with the connect is not judged by
 * time: another server's clock may lag.
 */
function isChangedSince(attachment: Attachment, { startedAt }: OperationEntity, isNew: boolean): boolean {
  return isNew ? attachment.attachStatus !== 'reserved' : (attachment.updatedAt ?? '') > startedAt;
}

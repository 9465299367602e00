import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import type { OperationEntity } from '../../operations/operation.entity.js';
import { failureOf, OperationJournal } from '../../operations/operation-journal.js';
import { EndsInterrupted } from '../../operations/operation-recovery.js';
import { Settled } from '../../operations/settled.js';
import { volumeRef, VolumesRepository } from '../../volumes/index.js';
import type { Attachment } from '../attachment/attachment.js';
import { ConnectSaga } from './connect.saga.js';
import { connectionsOf } from '../attachment/connection.js';
import { DisconnectSaga, isUnconfirmed } from './disconnect.saga.js';
import { INTERRUPTED } from '../attachment/failure-reason.js';
import { systemActor } from '../history/actor.js';
import type { EndingWay } from './connection-ender.js';
import { ConnectionWork } from './connection-work.js';
import { recordedConnect, recordedPlan } from './recorded-connect.js';

/** Undoes interrupted connects and finishes interrupted disconnects. */
@Injectable()
export class AttachmentRecovery {
  constructor(
    private readonly work: ConnectionWork,
    private readonly unitOfWork: UnitOfWork,
    private readonly journal: OperationJournal,
    private readonly volumes: VolumesRepository,
    private readonly connecting: ConnectSaga,
    private readonly disconnecting: DisconnectSaga,
  ) {}

  @EndsInterrupted(['connect'])
  async undoConnect(operation: OperationEntity): Promise<void> {
    await this.work.finish(
      operation,
      (found) => {
        const { isNew } = recordedConnect(operation);
        const attachment = found.attachments.find(({ id }) => id === operation.attachmentId);
        const plan = recordedPlan(operation, found, systemActor(operation.requestId));
        // A client has retried in the meantime: the attachment already shows that outcome.
        const isSuperseded = attachment !== undefined && isChangedSince(attachment, operation, isNew);
        return { plan, reason: isSuperseded ? null : (failureOf(operation) ?? INTERRUPTED) };
      },
      (session, { plan, reason }) => this.connecting.undo(session, plan, reason),
    );
  }

  @EndsInterrupted(['disconnect'])
  async finishDisconnect(operation: OperationEntity): Promise<void> {
    await this.finish(operation, 'terminate');
  }

  /** Tries once more. If the driver does not confirm, the attachment stays, and the admin decides again. */
  @EndsInterrupted(['force-detach'])
  async finishForceDetach(operation: OperationEntity): Promise<void> {
    await this.finish(operation, 'fence').catch((error: unknown) => {
      if (!isUnconfirmed(error)) throw error;
    });
  }

  @EndsInterrupted(['remove-export'])
  async removeExport(operation: OperationEntity): Promise<void> {
    await this.work.end(operation, async (session, { volume, attachments, legacy }) => {
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

  private async finish(operation: OperationEntity, way: EndingWay): Promise<void> {
    const { id: resumed, volumeId, requestId } = operation;
    await this.work.finish(
      operation,
      async ({ attachments }) => {
        const attachment = attachments.find(({ id }) => id === operation.attachmentId);
        // A client has repeated its delete in the meantime: nothing is left to do.
        if (attachment === undefined) return null;
        const target = { id: attachment.id, volumeId };
        const by = systemActor(requestId);
        const planned = await this.unitOfWork.run((tx) =>
          this.disconnecting.plan(tx, target, by, { resumed, way }),
        );
        return planned instanceof Settled ? null : planned;
      },
      (session, plan) => this.disconnecting.carryOut(session, plan),
    );
  }
}

/**
 * True if the attachment has changed since its connect began. An attachment that is new with the connect is not judged by
 * time: another server's clock may lag.
 */
function isChangedSince(attachment: Attachment, { startedAt }: OperationEntity, isNew: boolean): boolean {
  return isNew ? attachment.attachStatus !== 'reserved' : (attachment.updatedAt ?? '') > startedAt;
}

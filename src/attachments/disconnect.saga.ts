import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { BackendFailure, NotFound } from '../common/errors.js';
import { LOGGER } from '../common/logger.js';
import { type Tx, UnitOfWork } from '../database/unit-of-work.js';
import type { Connection } from '../drivers/contract/index.js';
import type { BackendSession } from '../drivers/registry/backend-session.js';
import { MessagesService } from '../messages/index.js';
import { OperationJournal } from '../operations/operation-journal.js';
import { type VolumeEntity, volumeRef, VolumesRepository } from '../volumes/index.js';
import { notFoundText } from './attachment-list.js';
import type { Attachment } from './attachment.js';
import { AttachmentsRepository } from './attachments.repository.js';
import { connectionOf, otherConnections } from './connections.js';
import { Reservations } from './reservations.js';

interface DisconnectPlan {
  readonly operationId: string;
  readonly requestId: string;
  readonly volume: VolumeEntity;
  readonly connection: Connection;
  readonly others: readonly Connection[];
}

/** What is to be disconnected. */
export interface DisconnectTarget {
  readonly id: string;
  readonly volumeId: string;
}

/** Takes an attachment away, its connection first (SPEC 12). */
@Injectable()
export class DisconnectSaga {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly journal: OperationJournal,
    private readonly volumes: VolumesRepository,
    private readonly attachments: AttachmentsRepository,
    private readonly reservations: Reservations,
    private readonly messages: MessagesService,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /**
   * Removes an attachment that has no connection and is getting none, which needs no backend.
   * @returns the volume's other attachments, or null when the backend has to be asked.
   */
  async removeUnconnected(target: DisconnectTarget): Promise<Attachment[] | null> {
    return this.unitOfWork.run(async (tx) => {
      const { volume, attachment } = await this.load(tx, target);
      if (attachment.connector !== null || (await this.journal.isOpen(tx, 'connect', target.id))) return null;
      return this.reservations.release(tx, volume, target.id);
    });
  }

  /**
   * Ends the connection and removes the attachment. The volume is free only once its backend is done with it.
   * @returns the volume's other attachments.
   * @throws BackendFailure when the host could not be cut off; nothing has changed then.
   */
  async disconnect(
    session: BackendSession,
    target: DisconnectTarget,
    requestId: string,
  ): Promise<Attachment[]> {
    const plan = await this.unitOfWork.run((tx) => this.plan(tx, target, requestId));
    if ('remaining' in plan) return plan.remaining;
    try {
      await session.terminateConnection(volumeRef(plan.volume), plan.connection, plan.others);
    } catch (failure) {
      await this.unitOfWork.run(async (tx) => {
        await this.journal.close(tx, plan.operationId);
        const reason = failure instanceof BackendFailure ? failure.message : 'unexpected failure';
        await this.messages.record(tx, { action: 'detach', volume: plan.volume, requestId, reason });
      });
      if (!(failure instanceof BackendFailure)) throw failure;
      throw new BackendFailure(
        `Unable to delete attachment ${target.id} (${failure.message.replace(/\.$/, '')}).`,
        {
          cause: failure,
        },
      );
    }
    const isWithdrawn = plan.others.length === 0 && (await this.withdraw(session, plan));
    return this.unitOfWork.run((tx) => this.apply(tx, plan, target, isWithdrawn));
  }

  private async load(
    tx: Tx,
    target: DisconnectTarget,
  ): Promise<{ volume: VolumeEntity; attachment: Attachment; attachments: Attachment[] }> {
    const volume = await this.volumes.lock(tx, target.volumeId);
    const attachments = await this.attachments.ofVolume(tx, target.volumeId);
    const attachment = attachments.find(({ id }) => id === target.id);
    if (volume === null || attachment === undefined) throw new NotFound(notFoundText(target.id));
    return { volume, attachment, attachments };
  }

  private async plan(
    tx: Tx,
    target: DisconnectTarget,
    requestId: string,
  ): Promise<DisconnectPlan | { remaining: Attachment[] }> {
    const { volume, attachment, attachments } = await this.load(tx, target);
    const connection = connectionOf(attachment);
    if (connection === null) return { remaining: await this.reservations.release(tx, volume, target.id) };
    const operationId = await this.journal.open(tx, {
      kind: 'disconnect',
      volumeId: volume.id,
      attachmentId: target.id,
      requestId,
    });
    return { operationId, requestId, volume, connection, others: otherConnections(attachments, target.id) };
  }

  /** Withdraws the export that nobody uses any more. A failure is not the client's: its host is cut off already. */
  private async withdraw(session: BackendSession, { volume, requestId }: DisconnectPlan): Promise<boolean> {
    try {
      await session.removeExport(volumeRef(volume));
      return true;
    } catch (error) {
      this.log.warn(
        { err: error, requestId, volumeId: volume.id },
        'an unused export could not be withdrawn yet',
      );
      return false;
    }
  }

  private async apply(
    tx: Tx,
    plan: DisconnectPlan,
    target: DisconnectTarget,
    isWithdrawn: boolean,
  ): Promise<Attachment[]> {
    const { volume } = await this.load(tx, target);
    await this.journal.close(tx, plan.operationId);
    if (isWithdrawn) await this.volumes.setExportDetails(tx, volume.id, null);
    else if (plan.others.length === 0) {
      await this.journal.open(tx, { kind: 'remove-export', volumeId: volume.id, requestId: plan.requestId });
    }
    return this.reservations.release(tx, volume, target.id);
  }
}

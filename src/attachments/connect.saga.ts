import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { Clock, stopwatch } from '../common/clock.js';
import { NotFound } from '../common/errors.js';
import { LOGGER } from '../common/logger.js';
import { type Tx, UnitOfWork } from '../database/unit-of-work.js';
import type { ConnectionInfo, ExportDetails } from '../drivers/contract/index.js';
import type { BackendSession } from '../drivers/registry/backend-session.js';
import { MessagesService } from '../messages/index.js';
import { OperationJournal, OperationOverruled } from '../operations/operation-journal.js';
import { OverruledWork } from '../operations/overruled-work.js';
import { VolumeTypesService } from '../volume-types/index.js';
import { volumeRef, VolumesRepository } from '../volumes/index.js';
import { statusAfter } from './attachment-status.js';
import type { Attachment } from './attachment.js';
import { type AttachmentChanges, AttachmentsRepository } from './attachments.repository.js';
import { isCacheable } from './cacheable.js';
import type { ConnectPlan } from './connect-plan.js';
import { assembleConnectionInfo } from './connection-info.js';
import { isSameHost, placeOf } from './connections.js';
import { explained, reasonOf, storedReason } from './failure-reason.js';
import { AttachmentHistory } from './history/attachment-history.js';
import { notFoundText } from './attachment-list.js';
import { Reservations } from './reservations.js';
import { volumeEffect } from './volume-effect.js';

/** What the driver came up with. */
interface Connected {
  readonly exportDetails: ExportDetails;
  readonly info: ConnectionInfo;
  readonly durationMs: number;
}

/** Gives an attachment its connection: the second and third step of create and update (docs/adr/0003). */
@Injectable()
export class ConnectSaga {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly journal: OperationJournal,
    private readonly volumes: VolumesRepository,
    private readonly attachments: AttachmentsRepository,
    private readonly reservations: Reservations,
    private readonly types: VolumeTypesService,
    private readonly messages: MessagesService,
    private readonly history: AttachmentHistory,
    private readonly overruled: OverruledWork,
    private readonly clock: Clock,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /**
   * Makes the connection; gives back the attachment as it is then. When that fails, everything is as before but
   * for an update of a reservation, which becomes `error_attaching` with the reason.
   */
  async carryOut(session: BackendSession, plan: ConnectPlan): Promise<Attachment> {
    const { volume, by } = plan;
    return this.overruled.watch(volume.id, by.requestId, () => this.connect(session, plan));
  }

  private async connect(session: BackendSession, plan: ConnectPlan): Promise<Attachment> {
    let exportDetails: ExportDetails | null = null;
    const elapsed = stopwatch();
    try {
      const details = await session.createExport(volumeRef(plan.volume), plan.connection);
      exportDetails = details;
      const info = await this.admit(session, plan, details);
      const connected = { exportDetails: details, info, durationMs: elapsed() };
      return await this.unitOfWork.run((tx) => this.apply(tx, plan, connected));
    } catch (failure) {
      if (failure instanceof OperationOverruled) throw failure;
      await this.giveUp(session, plan, exportDetails, { failure, elapsed });
      const { isNew, volume } = plan;
      const what = isNew ? `create attachment for volume ${volume.id}` : 'update attachment';
      throw explained(`Unable to ${what}`, failure);
    }
  }

  /** Undoes, as far as the backend is concerned, a connection that was not finished. Idempotent. */
  async undo(session: BackendSession, plan: ConnectPlan, exportDetails: ExportDetails | null): Promise<void> {
    const volume = volumeRef({ ...plan.volume, exportDetails: exportDetails ?? plan.volume.exportDetails });
    const { connection, previous, others } = plan;
    if (previous === null) {
      await session.terminateConnection(volume, connection, others);
      if (others.length === 0) await session.removeExport(volume);
    } else if (!isSameHost(previous.connector, connection.connector)) {
      await session.terminateConnection(volume, connection, [...others, previous]);
      // The connection before may have lost its access on the way to the new one.
      await session.initializeConnection(volume, previous, others);
    }
  }

  /**
   * Records that a connection was not made, once the backend holds nothing of it.
   * @param durationMs how long the backend took for it, undoing included; null when nobody knows.
   */
  async recordFailure(
    tx: Tx,
    plan: ConnectPlan,
    reason: string,
    durationMs: number | null = null,
  ): Promise<void> {
    const volume = await this.volumes.lock(tx, plan.volume.id);
    await this.journal.close(tx, plan.operationId);
    if (volume === null) return;
    const action = plan.isNew ? 'attach' : 'update';
    await this.messages.record(tx, { action, volume, requestId: plan.by.requestId, reason });
    const attachments = await this.attachments.ofVolume(tx, volume.id);
    const attachment = attachments.find(({ id }) => id === plan.attachment.id);
    if (plan.previous === null && plan.others.length === 0)
      await this.volumes.setExportDetails(tx, volume.id, null);
    if (attachment === undefined) return;
    const from = attachment.attachStatus;
    const to = plan.isNew ? from : statusAfter(from, 'connect-failed');
    await this.history.record(tx, attachment, {
      kind: 'connect-failed',
      by: plan.by,
      from,
      to,
      durationMs,
      reason,
    });
    if (plan.isNew) {
      await this.reservations.undo(tx, volume, attachment.id, { by: plan.by, reason });
      return;
    }
    await this.attachments.update(tx, attachment.id, { attachStatus: to, errorReason: storedReason(reason) });
    if (volume.status !== 'reserved') return;
    // Others may share the volume: what one of them failed at is not to keep it from the rest.
    const after = attachments.map(({ id, attachStatus }) => (id === attachment.id ? to : attachStatus));
    const effect = volumeEffect(after);
    await this.volumes.setStatus(tx, volume.id, effect.status, effect.attachStatus);
  }

  private async admit(
    session: BackendSession,
    plan: ConnectPlan,
    exportDetails: ExportDetails,
  ): Promise<ConnectionInfo> {
    const volume = volumeRef({ ...plan.volume, exportDetails });
    const { connection, previous, others } = plan;
    const info = await session.initializeConnection(volume, connection, others);
    // The attachment has moved to another host: the one before must not keep its access (docs/parity.md).
    if (previous !== null && !isSameHost(previous.connector, connection.connector)) {
      await session.terminateConnection(volume, previous, [...others, connection]);
    }
    return info;
  }

  private async apply(
    tx: Tx,
    plan: ConnectPlan,
    { exportDetails, info, durationMs }: Connected,
  ): Promise<Attachment> {
    const { id, volumeId } = plan.attachment;
    const volume = await this.volumes.lock(tx, volumeId);
    await this.journal.close(tx, plan.operationId);
    const current = (await this.attachments.ofVolume(tx, volumeId)).find(
      (attachment) => attachment.id === id,
    );
    if (volume === null || current === undefined) throw new NotFound(notFoundText(id));
    const { connector, mode } = plan.connection;
    const from = current.attachStatus;
    const to = statusAfter(from, 'connected');
    const changes: AttachmentChanges = {
      ...placeOf(connector),
      attachStatus: to,
      attachMode: mode,
      attachTime: this.clock.now(),
      connector,
      connectionInfo: assembleConnectionInfo(info, {
        attachmentId: id,
        mode,
        connector,
        isEncrypted: volume.encryptionKeyId !== null,
        isCacheable: await isCacheable(this.types, volume),
      }),
      errorReason: null,
    };
    await this.attachments.update(tx, id, changes);
    await this.history.record(tx, current, { kind: 'connected', by: plan.by, from, to, durationMs });
    await this.volumes.setExportDetails(tx, volumeId, exportDetails);
    await this.volumes.setStatus(tx, volumeId, 'attaching', 'attaching');
    // An export that should have been withdrawn earlier is in use again.
    await this.journal.closeAll(tx, 'remove-export', volumeId);
    await this.journal.closeAllOf(tx, 'disconnect', id);
    return { ...current, ...changes };
  }

  /** Undoes and records a failure. What cannot be undone now is left to the reconciler. */
  private async giveUp(
    session: BackendSession,
    plan: ConnectPlan,
    exportDetails: ExportDetails | null,
    { failure, elapsed }: { failure: unknown; elapsed: () => number },
  ): Promise<void> {
    const reason = reasonOf(failure);
    try {
      // Whoever took the work over has undone it: what the backend holds by now may be somebody else's.
      await this.unitOfWork.run((tx) => this.journal.assertHeld(tx, plan.operationId));
      await this.undo(session, plan, exportDetails);
      const durationMs = elapsed();
      await this.unitOfWork.run((tx) => this.recordFailure(tx, plan, reason, durationMs));
    } catch (error) {
      if (error instanceof OperationOverruled) throw error;
      this.log.error(
        { err: error, requestId: plan.by.requestId, volumeId: plan.volume.id },
        'a failed connection could not be undone yet',
      );
      await this.leave(plan, reason);
    }
  }

  /**
   * Leaves the undoing to the reconciler. The attachment of a create, of which nobody will ever hear, frees its volume
   * at once, though the backend may still hold its export.
   */
  private async leave(plan: ConnectPlan, reason: string): Promise<void> {
    const { operationId, by, volume, attachment, isNew } = plan;
    await this.unitOfWork
      .run(async (tx) => {
        const locked = await this.volumes.lock(tx, volume.id);
        if (!(await this.journal.holds(tx, operationId))) return;
        await this.journal.leave(tx, operationId, reason);
        if (!isNew || locked === null) return;
        await this.reservations.undo(tx, locked, attachment.id, { by, reason });
      })
      .catch((error: unknown) => {
        this.log.error(
          { err: error, requestId: by.requestId, volumeId: volume.id },
          'a failed connection could not be left to the reconciler yet',
        );
      });
  }
}

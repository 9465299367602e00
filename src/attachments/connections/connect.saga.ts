import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock.js';
import { NotFound } from '../../platform/errors.js';
import type { Tx } from '../../platform/database/unit-of-work.js';
import type { BackendSession } from '../../drivers/registry/backend-session.js';
import { JournalledWork } from '../../operations/journalled-work.js';
import { OperationJournal } from '../../operations/operation-journal.js';
import { VolumeTypesService } from '../../volumes/types/index.js';
import { type VolumeEntity, VolumesRepository } from '../../volumes/index.js';
import { statusAfter } from '../attachment/attachment-status.js';
import type { Attachment } from '../attachment/attachment.js';
import { type AttachmentChanges, AttachmentsRepository } from '../attachment/attachments.repository.js';
import { isCacheable } from './cacheable.js';
import type { ConnectPlan } from './connect-plan.js';
import { type Connected, ConnectionMaker, type ConnectOutcomes } from './connection-maker.js';
import { assembleConnectionInfo } from '../attachment/connection-info.js';
import { placeOf } from '../attachment/connection.js';
import { storedReason } from '../../platform/failure-reason.js';
import { AttachmentHistory } from '../history/attachment-history.js';
import { notFoundText } from '../attachment/attachment-list.js';
import { Reservations } from '../reservations/reservations.js';
import { volumeEffect } from '../attachment/volume-effect.js';

/** Connects an attachment: the second and third step of create and update (docs/adr/0003). */
@Injectable()
export class ConnectSaga {
  constructor(
    private readonly maker: ConnectionMaker,
    private readonly journal: OperationJournal,
    private readonly volumes: VolumesRepository,
    private readonly attachments: AttachmentsRepository,
    private readonly reservations: Reservations,
    private readonly types: VolumeTypesService,
    private readonly history: AttachmentHistory,
    private readonly work: JournalledWork,
    private readonly clock: Clock,
  ) {}

  /**
   * Makes the connection; returns the updated attachment. On failure everything is as before, except that a reservation
   * whose update failed becomes `error_attaching` with the reason.
   */
  async carryOut(session: BackendSession, plan: ConnectPlan): Promise<Attachment> {
    const { volume, by } = plan;
    return this.work.drive({ volumeId: volume.id, requestId: by.requestId }, () =>
      this.connect(session, plan),
    );
  }

  private async connect(session: BackendSession, plan: ConnectPlan): Promise<Attachment> {
    return this.maker.make(session, plan, this.outcomes(plan));
  }

  /** Records a failed connect after the backend has been cleaned up; its duration is unknown. */
  async recordFailure(tx: Tx, plan: ConnectPlan, reason: string): Promise<void> {
    await this.maker.recordFailure(tx, plan, this.outcomes(plan), reason);
  }

  private outcomes(plan: ConnectPlan): ConnectOutcomes<Attachment> {
    const { isNew, volume } = plan;
    return {
      what: `Unable to ${isNew ? `create attachment for volume ${volume.id}` : 'update attachment'}`,
      action: isNew ? 'attach' : 'update',
      apply: (tx, connected) => this.apply(tx, plan, connected),
      recordFailure: (tx, locked, reason, durationMs) =>
        this.applyFailure(tx, plan, locked, { reason, durationMs }),
      leave: (tx, reason) => this.leave(tx, plan, reason),
    };
  }

  private async applyFailure(
    tx: Tx,
    plan: ConnectPlan,
    volume: VolumeEntity,
    { reason, durationMs }: { reason: string; durationMs: number | null },
  ): Promise<void> {
    const attachments = await this.attachments.ofVolume(tx, volume.id);
    const attachment = attachments.find(({ id }) => id === plan.attachment.id);
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
    // Others may share the volume: one failed attachment must not block it for them.
    const after = attachments.map(({ id, attachStatus }) => (id === attachment.id ? to : attachStatus));
    const effect = volumeEffect(after);
    await this.volumes.setStatus(tx, volume.id, effect.status, effect.attachStatus);
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
    // The export was due for withdrawal, but is in use again.
    await this.journal.closeAll(tx, 'remove-export', volumeId);
    await this.journal.closeAllOf(tx, 'disconnect', { volumeId, attachmentId: id });
    return { ...current, ...changes };
  }

  /**
   * Leaves the undo to the reconciler. The attachment of a failed create, which its client never learns of, frees its
   * volume at once, although the backend may still hold its export.
   */
  private async leave(tx: Tx, plan: ConnectPlan, reason: string): Promise<void> {
    const { operationId, by, volume, attachment, isNew } = plan;
    const locked = await this.volumes.lock(tx, volume.id);
    if (!(await this.journal.holds(tx, operationId))) return;
    await this.journal.leave(tx, operationId, reason);
    if (isNew && locked !== null) await this.reservations.undo(tx, locked, attachment.id, { by, reason });
  }
}

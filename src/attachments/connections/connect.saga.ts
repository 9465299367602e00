import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock.js';
import { NotFound } from '../../platform/errors.js';
import type { Tx } from '../../platform/database/unit-of-work.js';
import type { BackendSession } from '../../drivers/registry/backend-session.js';
import { OperationJournal } from '../../operations/operation-journal.js';
import type { VolumeChanges } from '../../volumes/index.js';
import { statusAfter } from '../attachment/attachment-status.js';
import type { Attachment } from '../attachment/attachment.js';
import { type AttachmentChanges, AttachmentsRepository } from '../attachment/attachments.repository.js';
import type { ConnectPlan } from './connect-plan.js';
import {
  type Applied,
  type Connected,
  type ConnectFailure,
  ConnectionMaker,
  type ConnectOutcomes,
} from './connection-maker.js';
import { assembleConnectionInfo } from '../attachment/connection-info.js';
import { placeOf } from '../attachment/connection.js';
import { storedReason } from '../../platform/failure-reason.js';
import { type ConnectedVolume, VolumeConnections } from '../attachment/volume-connections.js';
import { AttachmentHistory } from '../history/attachment-history.js';
import { notFoundText } from '../attachment/attachment-list.js';
import { Reservations } from '../reservations/reservations.js';
import { volumeEffect } from '../attachment/volume-effect.js';

interface FailedConnect {
  readonly found: ConnectedVolume;
  readonly failure: ConnectFailure;
  /** Changes of the volume that are not recorded yet. */
  readonly changes: VolumeChanges;
}

/** Connects an attachment: the second and third step of create and update (docs/adr/0003). */
@Injectable()
export class ConnectSaga {
  constructor(
    private readonly maker: ConnectionMaker,
    private readonly journal: OperationJournal,
    private readonly connections: VolumeConnections,
    private readonly attachments: AttachmentsRepository,
    private readonly reservations: Reservations,
    private readonly history: AttachmentHistory,
    private readonly clock: Clock,
  ) {}

  /**
   * Makes the connection; returns the updated attachment. On failure everything is as before, except that a reservation
   * whose update failed becomes `error_attaching` with the reason.
   */
  async carryOut(session: BackendSession, plan: ConnectPlan): Promise<Attachment> {
    return this.maker.make(session, plan, this.outcomes(plan));
  }

  /**
   * Undoes an interrupted connect.
   * @param reason why it failed; null if the attachment already shows a later outcome.
   */
  async undo(session: BackendSession, plan: ConnectPlan, reason: string | null): Promise<void> {
    await this.maker.undoInterrupted(session, plan, this.outcomes(plan), reason);
  }

  private outcomes(plan: ConnectPlan): ConnectOutcomes<Attachment> {
    const { isNew, volume } = plan;
    return {
      what: `Unable to ${isNew ? `create attachment for volume ${volume.id}` : 'update attachment'}`,
      action: isNew ? 'attach' : 'update',
      notFound: notFoundText(plan.attachment.id),
      apply: (tx, found, connected) => this.apply(tx, plan, found, connected),
      recordFailure: (tx, found, failure, changes) =>
        this.recordFailure(tx, plan, { found, failure, changes }),
      leave: (tx, reason) => this.leave(tx, plan, reason),
    };
  }

  private async recordFailure(
    tx: Tx,
    { attachment: planned, by, isNew }: ConnectPlan,
    { found, failure: { reason, durationMs }, changes }: FailedConnect,
  ): Promise<VolumeChanges> {
    const { volume, attachments } = found;
    const attachment = attachments.find(({ id }) => id === planned.id);
    if (attachment === undefined) return changes;
    const from = attachment.attachStatus;
    const to = isNew ? from : statusAfter(from, 'connect-failed');
    await this.history.record(tx, attachment, { kind: 'connect-failed', by, from, to, durationMs, reason });
    if (isNew) {
      await this.reservations.undo(tx, found, attachment.id, { by, reason }, changes);
      return {};
    }
    await this.attachments.update(tx, attachment.id, { attachStatus: to, errorReason: storedReason(reason) });
    if (volume.status !== 'reserved') return changes;
    // Others may share the volume: one failed attachment must not block it for them.
    const after = attachments.map(({ id, attachStatus }) => (id === attachment.id ? to : attachStatus));
    return { ...changes, ...volumeEffect(after) };
  }

  private async apply(
    tx: Tx,
    { attachment: { id, volumeId }, connection: { connector, mode }, by }: ConnectPlan,
    { attachments, hasOtherWork }: ConnectedVolume,
    { info, facts, durationMs }: Connected,
  ): Promise<Applied<Attachment>> {
    const current = attachments.find((one) => one.id === id);
    if (current === undefined) throw new NotFound(notFoundText(id));
    const from = current.attachStatus;
    const to = statusAfter(from, 'connected');
    const changes: AttachmentChanges = {
      ...placeOf(connector),
      attachStatus: to,
      attachMode: mode,
      attachTime: this.clock.now(),
      connector,
      connectionInfo: assembleConnectionInfo(info, facts),
      errorReason: null,
    };
    await this.attachments.update(tx, id, changes);
    await this.history.record(tx, current, { kind: 'connected', by, from, to, durationMs });
    if (hasOtherWork) await this.journal.closeAllOf(tx, 'disconnect', { volumeId, attachmentId: id });
    return {
      result: { ...current, ...changes },
      changes: { status: 'attaching', attachStatus: 'attaching' },
    };
  }

  /**
   * Leaves the undo to the reconciler. The attachment of a failed create, which its client never learns of, frees its
   * volume at once, although the backend may still hold its export.
   */
  private async leave(tx: Tx, plan: ConnectPlan, reason: string): Promise<void> {
    const { operationId, by, volume, attachment, isNew } = plan;
    const found = await this.connections.lock(tx, volume.id);
    if (!(await this.journal.holds(tx, operationId))) return;
    await this.journal.leave(tx, operationId, reason);
    if (isNew && found !== null) await this.reservations.undo(tx, found, attachment.id, { by, reason });
  }
}

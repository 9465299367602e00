import { Injectable } from '@nestjs/common';
import { BackendRefusal, Conflict, NotFound, NotSupported } from '../../platform/errors.js';
import type { Tx } from '../../platform/database/unit-of-work.js';
import type { BackendSession } from '../../drivers/registry/backend-session.js';
import { OperationJournal } from '../../operations/operation-journal.js';
import { Settled } from '../../operations/settled.js';
import { type RemovalFailure, statusAfter } from '../attachment/attachment-status.js';
import { notFoundText } from '../attachment/attachment-list.js';
import type { Attachment } from '../attachment/attachment.js';
import { AttachmentsRepository } from '../attachment/attachments.repository.js';
import { connectionOf, connectionsOf, isConnected } from '../attachment/connection.js';
import { ConnectionEnder, type Ended, type EndingConnections, type EndingWay } from './connection-ender.js';
import type { Permit } from './detach-rule.js';
import { storedReason } from '../../platform/failure-reason.js';
import { type Actor, storedActor } from '../history/actor.js';
import { AttachmentHistory } from '../history/attachment-history.js';
import { Reservations } from '../reservations/reservations.js';
import { type AttachmentTarget, VolumeConnections } from '../attachment/volume-connections.js';

/** A disconnect. For a volume's last attachment it includes the connections made by volume actions. */
interface DisconnectPlan extends EndingConnections {
  readonly by: Actor;
  readonly attachment: Attachment;
  readonly onFailure: RemovalFailure;
  readonly isResumed: boolean;
}

/** Options of a disconnect. */
export interface DisconnectOptions {
  /** Open entry of an interrupted disconnect; a failure leaves it open. */
  readonly resumed?: string | null;
  /** True if a failure of resumed work is recorded instead. */
  readonly isAsked?: boolean;
  readonly way?: EndingWay;
  /** Removal that the caller is permitted. */
  readonly permit?: Permit;
  /** Event applied to the attachment on failure. */
  readonly onFailure?: RemovalFailure;
}

/** Removes an attachment after ending its connection (docs/specification.md#delete). */
@Injectable()
export class DisconnectSaga {
  constructor(
    private readonly journal: OperationJournal,
    private readonly connections: VolumeConnections,
    private readonly attachments: AttachmentsRepository,
    private readonly reservations: Reservations,
    private readonly ender: ConnectionEnder,
    private readonly history: AttachmentHistory,
  ) {}

  /**
   * Removes an attachment that has no connection and no connect under way; needs no backend.
   * @returns the volume's other attachments, or null if the backend is needed.
   */
  async removeUnconnected(tx: Tx, target: AttachmentTarget, by: Actor): Promise<Attachment[] | null> {
    const found = await this.connections.lockAttachment(tx, target);
    if (found.attachment.connector !== null) return null;
    const inQuestion = { volumeId: target.volumeId, attachmentId: target.id };
    if (found.hasOtherWork && (await this.journal.isOpen(tx, 'connect', inQuestion))) return null;
    if (found.attachments.length === 1 && found.legacy.length > 0) return null;
    return this.reservations.release(tx, found, target.id, { by });
  }

  /**
   * Checks that the attachment's hosts are known, so that they can be cut off.
   * @throws NotFound; Conflict if nothing tells which of several connections is its host's.
   */
  async assertHostsKnown(tx: Tx, target: AttachmentTarget): Promise<void> {
    const { volume, attachment, attachments, legacy } = await this.connections.lockAttachment(tx, target);
    if (attachment.connector !== null || attachments.length === 1 || legacy.length === 0) return;
    throw new Conflict(
      `It is not known which host of volume ${volume.id} attachment ${target.id} is for. End its connection with os-terminate_connection first.`,
    );
  }

  /**
   * Journals the disconnect. An attachment without a connection is removed at once.
   * @throws NotFound; Conflict if it has a connection that the permit does not cover: nothing has changed.
   */
  async plan(
    tx: Tx,
    target: AttachmentTarget,
    by: Actor,
    options: DisconnectOptions = {},
  ): Promise<DisconnectPlan | Settled<Attachment[]>> {
    const { resumed = null, way = 'terminate', permit = 'any', onFailure = 'delete-failed' } = options;
    const found = await this.connections.lockAttachment(tx, target);
    const { volume, attachment, attachments, legacy } = found;
    if (permit === 'unconnected' && isConnected(attachment))
      throw new Conflict(`Attachment ${target.id} was connected while it was being deleted. Try again.`);
    const isLast = attachments.length === 1;
    const ending = [connectionOf(attachment) ?? [], isLast ? legacy : []].flat();
    if (ending.length === 0) {
      if (resumed !== null) await this.journal.close(tx, resumed);
      return new Settled(await this.reservations.release(tx, found, target.id, { by }));
    }
    const operationId = resumed ?? (await this.begin(tx, attachment, { by, way, onFailure }));
    const others = connectionsOf(attachments, isLast ? [] : legacy, [target.id]);
    const isResumed = resumed !== null && options.isAsked !== true;
    return { operationId, by, attachment, volume, ending, others, way, onFailure, isResumed };
  }

  /**
   * Ends the connection and removes the attachment. The volume is freed only after its backend is done.
   * @returns the volume's other attachments.
   * @throws BackendFailure if the host could not be cut off: attachment and volume remain.
   */
  async carryOut(session: BackendSession, plan: DisconnectPlan): Promise<Attachment[]> {
    return this.ender.end(session, plan, {
      what: `Unable to delete attachment ${plan.attachment.id}`,
      // Retry interrupted work, except a fence that the driver said it cannot confirm.
      isTriedAgain: (failure) => plan.isResumed && !(plan.way === 'fence' && isUnconfirmed(failure)),
      apply: (tx, ended) => this.apply(tx, plan, ended),
      recordFailure: (tx, reason, durationMs) => this.recordFailure(tx, plan, reason, durationMs),
    });
  }

  private async recordFailure(
    tx: Tx,
    { by, volume, attachment: planned, onFailure }: DisconnectPlan,
    reason: string,
    durationMs: number,
  ): Promise<void> {
    const attachments = await this.attachments.ofVolume(tx, volume.id);
    const attachment = attachments.find(({ id }) => id === planned.id);
    if (attachment === undefined) return;
    const from = attachment.attachStatus;
    const to = statusAfter(from, onFailure);
    await this.history.record(tx, attachment, { kind: 'detach-failed', by, from, to, durationMs, reason });
    if (to === from) return;
    await this.attachments.update(tx, attachment.id, { attachStatus: to, errorReason: storedReason(reason) });
  }

  private async begin(
    tx: Tx,
    attachment: Attachment,
    { by, way, onFailure }: Pick<DisconnectPlan, 'by' | 'way' | 'onFailure'>,
  ): Promise<string> {
    const { id, volumeId, attachStatus: status } = attachment;
    await this.history.record(tx, attachment, { kind: 'detaching', by, from: status, to: status });
    const kind = way === 'fence' ? 'force-detach' : 'disconnect';
    const { requestId } = by;
    const details = { by: storedActor(by), onFailure };
    return this.journal.open(tx, { kind, volumeId, attachmentId: id, requestId, details });
  }

  private async apply(tx: Tx, plan: DisconnectPlan, ended: Ended): Promise<Attachment[]> {
    const { by, attachment } = plan;
    const { id, volumeId } = attachment;
    const { found, durationMs } = ended;
    if (found === null) throw new NotFound(notFoundText(id));
    if (!found.attachments.some((one) => one.id === id)) {
      // os-reset_status has removed the attachments meanwhile, also those of hosts that were to keep their access.
      await this.journal.defer(tx, { kind: 'restore-export', volumeId, requestId: by.requestId });
      return [...found.attachments];
    }
    const changes = await this.ender.exportChanges(tx, plan, ended);
    return this.reservations.release(tx, found, id, { by, durationMs }, changes);
  }
}

/** True if the driver answered that it cannot confirm that a host is cut off. */
export function isUnconfirmed(failure: unknown): boolean {
  return failure instanceof BackendRefusal || failure instanceof NotSupported;
}

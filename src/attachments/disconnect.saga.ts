import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { Conflict, NotFound, NotSupported } from '../common/errors.js';
import { stopwatch } from '../common/clock.js';
import { LOGGER } from '../common/logger.js';
import { type Tx, UnitOfWork } from '../database/unit-of-work.js';
import type { Connection } from '../drivers/contract/index.js';
import type { BackendSession } from '../drivers/registry/backend-session.js';
import { MessagesService } from '../messages/index.js';
import { OperationJournal } from '../operations/operation-journal.js';
import { OverruledWork } from '../operations/overruled-work.js';
import { type VolumeEntity, volumeRef, VolumesRepository } from '../volumes/index.js';
import { type RemovalFailure, statusAfter } from './attachment-status.js';
import { notFoundText } from './attachment-list.js';
import type { Attachment } from './attachment.js';
import { AttachmentsRepository } from './attachments.repository.js';
import { connectionOf, connectionsOf, isConnected } from './connections.js';
import type { Permit } from './detach-rule.js';
import { explained, reasonOf, storedReason } from './failure-reason.js';
import type { Actor } from './history/actor.js';
import { AttachmentHistory } from './history/attachment-history.js';
import { LegacyConnectionsRepository } from './legacy/legacy-connections.repository.js';
import { Reservations } from './reservations.js';

interface DisconnectPlan {
  readonly operationId: string;
  readonly by: Actor;
  readonly attachment: Attachment;
  readonly volume: VolumeEntity;
  /** The attachment's connection; for a volume's last attachment, those made by volume actions as well. */
  readonly ending: readonly Connection[];
  readonly others: readonly Connection[];
  readonly way: EndingWay;
  readonly onFailure: RemovalFailure;
}

/** How hosts are cut off: by asking the driver to, or so that it confirms that they are (os-force_detach). */
export type EndingWay = 'terminate' | 'fence';

/** How a disconnect is carried out. */
export interface DisconnectOptions {
  /** The open entry of a disconnect that was interrupted, which a failure leaves open. */
  readonly resumed?: string | null;
  readonly way?: EndingWay;
  /** What the caller may take away. */
  readonly permit?: Permit;
  /** What a failure is to the attachment. */
  readonly onFailure?: RemovalFailure;
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
    private readonly legacy: LegacyConnectionsRepository,
    private readonly reservations: Reservations,
    private readonly messages: MessagesService,
    private readonly history: AttachmentHistory,
    private readonly overruled: OverruledWork,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /**
   * Removes an attachment that has no connection and is getting none, which needs no backend.
   * @returns the volume's other attachments, or null when the backend has to be asked.
   */
  async removeUnconnected(target: DisconnectTarget, by: Actor): Promise<Attachment[] | null> {
    return this.unitOfWork.run(async (tx) => {
      const { volume, attachment, attachments } = await this.load(tx, target);
      if (attachment.connector !== null || (await this.journal.isOpen(tx, 'connect', target.id))) return null;
      if (attachments.length === 1 && (await this.legacy.ofVolume(tx, volume.id)).length > 0) return null;
      return this.reservations.release(tx, volume, target.id, { by });
    });
  }

  /**
   * Makes sure that the attachment's hosts are known, so that they can be cut off.
   * @throws NotFound; Conflict when one of several connections is its host's, and nothing says which.
   */
  async assertHostsKnown(target: DisconnectTarget): Promise<void> {
    await this.unitOfWork.run(async (tx) => {
      const { volume, attachment, attachments } = await this.load(tx, target);
      if (attachment.connector !== null || attachments.length === 1) return;
      if ((await this.legacy.ofVolume(tx, volume.id)).length === 0) return;
      throw new Conflict(
        `Nothing says which of the hosts of volume ${volume.id} attachment ${target.id} is for. End its connection by os-terminate_connection first.`,
      );
    });
  }

  /**
   * Ends the connection and removes the attachment. The volume is free only once its backend is done with it.
   * @returns the volume's other attachments.
   * @throws BackendFailure when the host could not be cut off, the attachment and its volume are still there then;
   * Conflict when it has a connection that the permit does not cover, and nothing has changed.
   */
  async disconnect(
    session: BackendSession,
    target: DisconnectTarget,
    by: Actor,
    {
      resumed = null,
      way = 'terminate',
      permit = 'any',
      onFailure = 'delete-failed',
    }: DisconnectOptions = {},
  ): Promise<Attachment[]> {
    const plan = await this.journal.whenFree(() =>
      this.unitOfWork.run((tx) => this.plan(tx, target, by, { resumed, way, permit, onFailure })),
    );
    if ('remaining' in plan) return plan.remaining;
    return this.overruled.watch(target.volumeId, by.requestId, () =>
      this.carryOut(session, plan, resumed !== null),
    );
  }

  private async carryOut(
    session: BackendSession,
    plan: DisconnectPlan,
    isResumed: boolean,
  ): Promise<Attachment[]> {
    const elapsed = stopwatch();
    try {
      await this.end(session, plan);
    } catch (failure) {
      // What was interrupted is tried again, but not asked of the driver what it has said that it cannot confirm.
      if (isResumed && !(plan.way === 'fence' && isUnconfirmed(failure))) throw failure;
      const durationMs = elapsed();
      await this.unitOfWork.run((tx) => this.recordFailure(tx, plan, failure, durationMs));
      throw explained(`Unable to delete attachment ${plan.attachment.id}`, failure);
    }
    const isWithdrawn = plan.others.length === 0 && (await this.withdraw(session, plan));
    const durationMs = elapsed();
    return this.unitOfWork.run((tx) => this.apply(tx, plan, { isWithdrawn, durationMs }));
  }

  private async end(session: BackendSession, { volume, ending, others, way }: DisconnectPlan): Promise<void> {
    for (const connection of ending) {
      if (way === 'fence') await session.fenceConnection(volumeRef(volume), connection, others);
      else await session.terminateConnection(volumeRef(volume), connection, others);
    }
  }

  private async recordFailure(
    tx: Tx,
    { operationId, by, volume, attachment: planned, onFailure }: DisconnectPlan,
    failure: unknown,
    durationMs: number,
  ): Promise<void> {
    await this.volumes.lock(tx, volume.id);
    await this.journal.close(tx, operationId);
    // The host may have lost its access in part.
    await this.journal.defer(tx, { kind: 'restore-export', volumeId: volume.id, requestId: by.requestId });
    const reason = reasonOf(failure);
    await this.messages.record(tx, { action: 'detach', volume, requestId: by.requestId, reason });
    const attachments = await this.attachments.ofVolume(tx, volume.id);
    const attachment = attachments.find(({ id }) => id === planned.id);
    if (attachment === undefined) return;
    const from = attachment.attachStatus;
    const to = statusAfter(from, onFailure);
    await this.history.record(tx, attachment, { kind: 'detach-failed', by, from, to, durationMs, reason });
    if (to === from) return;
    await this.attachments.update(tx, attachment.id, { attachStatus: to, errorReason: storedReason(reason) });
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
    by: Actor,
    { resumed, way, permit, onFailure }: Required<DisconnectOptions>,
  ): Promise<DisconnectPlan | { remaining: Attachment[] }> {
    const { volume, attachment, attachments } = await this.load(tx, target);
    if (permit === 'unconnected' && isConnected(attachment))
      throw new Conflict(`Attachment ${target.id} was connected while it was being deleted. Try again.`);
    const legacy = await this.legacy.ofVolume(tx, volume.id);
    const isLast = attachments.length === 1;
    const ending = [connectionOf(attachment) ?? [], isLast ? legacy : []].flat();
    if (ending.length === 0) {
      if (resumed !== null) await this.journal.close(tx, resumed);
      return { remaining: await this.reservations.release(tx, volume, target.id, { by }) };
    }
    const operationId = resumed ?? (await this.begin(tx, attachment, by, way));
    const others = connectionsOf(attachments, isLast ? [] : legacy, [target.id]);
    return { operationId, by, attachment, volume, ending, others, way, onFailure };
  }

  private async begin(tx: Tx, attachment: Attachment, by: Actor, way: EndingWay): Promise<string> {
    const { id, volumeId, attachStatus: status } = attachment;
    await this.history.record(tx, attachment, { kind: 'detaching', by, from: status, to: status });
    return this.journal.open(tx, {
      kind: way === 'fence' ? 'force-detach' : 'disconnect',
      volumeId,
      attachmentId: id,
      requestId: by.requestId,
    });
  }

  /** Withdraws the export that nobody uses any more. A failure is not the client's: its host is cut off already. */
  private async withdraw(session: BackendSession, { volume, by }: DisconnectPlan): Promise<boolean> {
    try {
      await session.removeExport(volumeRef(volume));
      return true;
    } catch (error) {
      this.log.warn(
        { err: error, requestId: by.requestId, volumeId: volume.id },
        'an unused export could not be withdrawn yet',
      );
      return false;
    }
  }

  private async apply(
    tx: Tx,
    plan: DisconnectPlan,
    { isWithdrawn, durationMs }: { isWithdrawn: boolean; durationMs: number },
  ): Promise<Attachment[]> {
    const { by, attachment } = plan;
    const { id, volumeId } = attachment;
    const { requestId } = by;
    const volume = await this.volumes.lock(tx, volumeId);
    await this.journal.close(tx, plan.operationId);
    if (volume === null) throw new NotFound(notFoundText(id));
    await this.legacy.remove(tx, plan.ending);
    const attachments = await this.attachments.ofVolume(tx, volumeId);
    if (!attachments.some((one) => one.id === id)) {
      // os-reset_status came in between: hosts that were to keep their access have no attachment any more either.
      await this.journal.defer(tx, { kind: 'restore-export', volumeId, requestId });
      return attachments;
    }
    if (isWithdrawn) await this.volumes.setExportDetails(tx, volumeId, null);
    else if (plan.others.length === 0)
      await this.journal.defer(tx, { kind: 'remove-export', volumeId, requestId });
    return this.reservations.release(tx, volume, id, { by, durationMs });
  }
}

/** Whether a driver has answered that it cannot confirm that a host is cut off. */
export function isUnconfirmed(failure: unknown): boolean {
  return failure instanceof Conflict || failure instanceof NotSupported;
}

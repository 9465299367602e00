import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { Clock } from '../common/clock.js';
import { BackendFailure, Conflict, DomainError, NotFound } from '../common/errors.js';
import { LOGGER } from '../common/logger.js';
import { type Tx, UnitOfWork } from '../database/unit-of-work.js';
import type { Connection, ConnectionInfo, Connector, ExportDetails } from '../drivers/contract/index.js';
import type { Backend } from '../drivers/registry/backend.js';
import type { BackendSession } from '../drivers/registry/backend-session.js';
import { MessagesService } from '../messages/index.js';
import { OperationJournal } from '../operations/operation-journal.js';
import { VolumeTypesService } from '../volume-types/index.js';
import { isErrorStatus, type VolumeEntity, volumeRef, VolumesRepository } from '../volumes/index.js';
import { statusAfter } from './attachment-status.js';
import type { Attachment } from './attachment.js';
import { type AttachmentChanges, AttachmentsRepository } from './attachments.repository.js';
import { assembleConnectionInfo } from './connection-info.js';
import { accessMode, connectionOf, isSameHost, otherConnections, placeOf } from './connections.js';
import { notFoundText } from './attachment-list.js';
import { Reservations } from './reservations.js';

/** Longest reason that a row can hold. */
const REASON_LENGTH = 1024;

/** Everything about a connection that is being made, as found when it was journalled. */
export interface ConnectPlan {
  readonly operationId: string;
  readonly requestId: string;
  readonly volume: VolumeEntity;
  readonly attachment: Attachment;
  readonly connection: Connection;
  /** The attachment's connection before, which the new one replaces. */
  readonly previous: Connection | null;
  /** Connections of the volume's other attachments. */
  readonly others: readonly Connection[];
  /** Whether the attachment was made by the same request, and goes with its failure. */
  readonly isNew: boolean;
}

/** What the driver came up with. */
interface Connected {
  readonly exportDetails: ExportDetails;
  readonly info: ConnectionInfo;
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
    private readonly clock: Clock,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** Checks that an existing attachment may be connected now, and journals that it will be (SPEC 10.2). */
  async planUpdate(
    tx: Tx,
    backend: Backend,
    target: { id: string; volumeId: string },
    connector: Connector,
    requestId: string,
  ): Promise<ConnectPlan> {
    const volume = await this.volumes.lock(tx, target.volumeId);
    const attachments = await this.attachments.ofVolume(tx, target.volumeId);
    const attachment = attachments.find(({ id }) => id === target.id);
    if (volume === null || attachment === undefined) throw new NotFound(notFoundText(target.id));
    if (isErrorStatus(volume.status)) {
      throw new Conflict(
        `Resource conflict: Volume attachments can not be updated if the volume is in an error state. The Volume ${volume.id} currently has a status of: ${volume.status}.`,
      );
    }
    if (
      !volume.multiattach &&
      attachments.length > 1 &&
      attachments.some(({ connector: stored }) => stored !== null)
    ) {
      throw new Conflict(`Resource conflict: duplicate connectors detected on volume ${volume.id}.`);
    }
    backend.validateConnector(connector);
    return this.plan(tx, volume, attachment, attachments, connector, { requestId, isNew: false });
  }

  /** Journals that an attachment of the same unit will be connected. */
  async planCreate(
    tx: Tx,
    volume: VolumeEntity,
    attachment: Attachment,
    connector: Connector,
    requestId: string,
  ): Promise<ConnectPlan> {
    const attachments = await this.attachments.ofVolume(tx, volume.id);
    return this.plan(tx, volume, attachment, attachments, connector, { requestId, isNew: true });
  }

  /**
   * Makes the connection; gives back the attachment as it is then. When that fails, everything is as before but
   * for an update of a reservation, which becomes `error_attaching` with the reason.
   */
  async carryOut(session: BackendSession, plan: ConnectPlan): Promise<Attachment> {
    let exportDetails: ExportDetails | null = null;
    try {
      const details = await session.createExport(volumeRef(plan.volume), plan.connection);
      exportDetails = details;
      const info = await this.admit(session, plan, details);
      return await this.unitOfWork.run((tx) => this.apply(tx, plan, { exportDetails: details, info }));
    } catch (failure) {
      await this.giveUp(session, plan, exportDetails, failure);
      throw this.explain(plan, failure);
    }
  }

  /** Undoes, as far as the backend is concerned, a connection that was not finished. Idempotent. */
  async undo(session: BackendSession, plan: ConnectPlan, exportDetails: ExportDetails | null): Promise<void> {
    const volume = volumeRef({ ...plan.volume, exportDetails: exportDetails ?? plan.volume.exportDetails });
    const { connection, previous, others } = plan;
    if (previous !== null && isSameHost(previous.connector, connection.connector)) return;
    const remaining = previous === null ? others : [...others, previous];
    await session.terminateConnection(volume, connection, remaining);
    if (remaining.length === 0) await session.removeExport(volume);
  }

  /** Records that a connection was not made, once the backend holds nothing of it. */
  async recordFailure(tx: Tx, plan: ConnectPlan, reason: string): Promise<void> {
    const volume = await this.volumes.lock(tx, plan.volume.id);
    await this.journal.close(tx, plan.operationId);
    if (volume === null) return;
    const action = plan.isNew ? 'attach' : 'update';
    await this.messages.record(tx, { action, volume, requestId: plan.requestId, reason });
    const attachments = await this.attachments.ofVolume(tx, volume.id);
    const attachment = attachments.find(({ id }) => id === plan.attachment.id);
    if (plan.previous === null && plan.others.length === 0)
      await this.volumes.setExportDetails(tx, volume.id, null);
    if (attachment === undefined) return;
    if (plan.isNew) {
      await this.reservations.release(tx, volume, attachment.id);
      return;
    }
    await this.attachments.update(tx, attachment.id, {
      attachStatus: statusAfter(attachment.attachStatus, 'connect-failed'),
      errorReason: reason.slice(0, REASON_LENGTH),
    });
  }

  private async plan(
    tx: Tx,
    volume: VolumeEntity,
    attachment: Attachment,
    attachments: readonly Attachment[],
    connector: Connector,
    { requestId, isNew }: { requestId: string; isNew: boolean },
  ): Promise<ConnectPlan> {
    const mode = accessMode(volume, attachment, connector);
    const operationId = await this.journal.open(tx, {
      kind: 'connect',
      volumeId: volume.id,
      attachmentId: attachment.id,
      requestId,
      details: { connector: connector as never, mode, isNew },
    });
    const connection: Connection = { attachmentId: attachment.id, connector, mode };
    return {
      operationId,
      requestId,
      volume,
      attachment,
      connection,
      previous: connectionOf(attachment),
      others: otherConnections(attachments, attachment.id),
      isNew,
    };
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

  private async apply(tx: Tx, plan: ConnectPlan, { exportDetails, info }: Connected): Promise<Attachment> {
    const { id, volumeId } = plan.attachment;
    const volume = await this.volumes.lock(tx, volumeId);
    const current = (await this.attachments.ofVolume(tx, volumeId)).find(
      (attachment) => attachment.id === id,
    );
    if (volume === null || current === undefined) throw new NotFound(notFoundText(id));
    const { connector, mode } = plan.connection;
    const changes: AttachmentChanges = {
      ...placeOf(connector),
      attachStatus: statusAfter(current.attachStatus, 'connected'),
      attachMode: mode,
      attachTime: this.clock.now(),
      connector,
      connectionInfo: assembleConnectionInfo(info, {
        attachmentId: id,
        mode,
        connector,
        isEncrypted: volume.encryptionKeyId !== null,
        isCacheable: await this.isCacheable(volume),
      }),
      errorReason: null,
    };
    await this.attachments.update(tx, id, changes);
    await this.volumes.setExportDetails(tx, volumeId, exportDetails);
    await this.volumes.setStatus(tx, volumeId, 'attaching', 'attaching');
    // An export that should have been withdrawn earlier is in use again.
    await this.journal.closeAll(tx, 'remove-export', volumeId);
    await this.journal.close(tx, plan.operationId);
    return { ...current, ...changes };
  }

  private async isCacheable({ volumeTypeId }: VolumeEntity): Promise<boolean | null> {
    const type = volumeTypeId === null ? null : await this.types.findById(volumeTypeId);
    return type === null ? null : type.extraSpecs['cacheable'] === '<is> True';
  }

  /** Undoes and records a failure. What cannot be undone now stays in the journal, to be undone at the next start. */
  private async giveUp(
    session: BackendSession,
    plan: ConnectPlan,
    exportDetails: ExportDetails | null,
    failure: unknown,
  ): Promise<void> {
    try {
      await this.undo(session, plan, exportDetails);
      await this.unitOfWork.run((tx) => this.recordFailure(tx, plan, reasonOf(failure)));
    } catch (error) {
      this.log.error(
        { err: error, requestId: plan.requestId, volumeId: plan.volume.id },
        'a failed connection could not be undone yet',
      );
      if (plan.isNew) await this.forget(plan);
    }
  }

  /** Frees the volume of an attachment that nobody will ever hear of, though the backend may still hold its export. */
  private async forget({ requestId, volume, attachment }: ConnectPlan): Promise<void> {
    await this.unitOfWork
      .run(async (tx) => {
        const locked = await this.volumes.lock(tx, volume.id);
        if (locked !== null) await this.reservations.release(tx, locked, attachment.id);
      })
      .catch((error: unknown) => {
        this.log.error(
          { err: error, requestId, volumeId: volume.id },
          'a failed create could not be undone yet',
        );
      });
  }

  private explain({ isNew, volume }: ConnectPlan, failure: unknown): unknown {
    if (!(failure instanceof BackendFailure)) return failure;
    const what = isNew
      ? `Unable to create attachment for volume ${volume.id}`
      : 'Unable to update attachment';
    return new BackendFailure(`${what} (${failure.message.replace(/\.$/, '')}).`, { cause: failure });
  }
}

function reasonOf(failure: unknown): string {
  return failure instanceof DomainError ? failure.message : 'unexpected failure';
}

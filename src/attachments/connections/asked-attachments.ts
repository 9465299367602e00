import { Injectable } from '@nestjs/common';
import { type Tx, UnitOfWork } from '../../platform/database/unit-of-work.js';
import { DoesAsked, type TakenBack, TakesBack } from '../../operations/asked-work-handlers.js';
import type { OperationEntity } from '../../operations/operation.entity.js';
import { OperationJournal } from '../../operations/operation-journal.js';
import { notFoundText } from '../attachment/attachment-list.js';
import type { RemovalFailure } from '../attachment/attachment-status.js';
import type { Attachment } from '../attachment/attachment.js';
import { VolumeConnections } from '../attachment/volume-connections.js';
import type { Actor } from '../history/actor.js';
import { AttachmentHistory } from '../history/attachment-history.js';
import { Reservations } from '../reservations/reservations.js';
import { ConnectSaga } from './connect.saga.js';
import { ConnectionWork } from './connection-work.js';
import { DisconnectSaga } from './disconnect.saga.js';
import { recordedConnect, recordedPlan } from './recorded-connect.js';

/** What the journal entry of a disconnect keeps. */
interface RecordedDisconnect {
  readonly onFailure: RemovalFailure;
}

/** Work on attachments that an API replica has recorded: done at a volume node, or taken back (docs/adr/0043). */
@Injectable()
export class AskedAttachments {
  constructor(
    private readonly work: ConnectionWork,
    private readonly unitOfWork: UnitOfWork,
    private readonly journal: OperationJournal,
    private readonly connections: VolumeConnections,
    private readonly connecting: ConnectSaga,
    private readonly disconnecting: DisconnectSaga,
    private readonly reservations: Reservations,
    private readonly history: AttachmentHistory,
  ) {}

  @DoesAsked(['connect'])
  async connect(operation: OperationEntity): Promise<Attachment> {
    const { connector } = recordedConnect(operation);
    return this.work.perform(operation, notFoundText(operation.attachmentId ?? ''), {
      checkAt: (backend) => backend.validateConnector(connector),
      plan: (found) => recordedPlan(operation, found, actorOf(operation)),
      carryOut: (session, plan) => this.connecting.carryOut(session, plan),
      refuse: (tx, reason) => this.takeBack(tx, operation, { reason, hasBegun: false }),
    });
  }

  @DoesAsked(['disconnect', 'force-detach'])
  async disconnect(operation: OperationEntity): Promise<Attachment[]> {
    const { id: resumed, kind, volumeId, attachmentId } = operation;
    const { onFailure } = operation.details as RecordedDisconnect;
    const target = { id: attachmentId ?? '', volumeId };
    const way = kind === 'force-detach' ? 'fence' : 'terminate';
    return this.work.perform(operation, notFoundText(target.id), {
      plan: () =>
        this.unitOfWork.run((tx) =>
          this.disconnecting.plan(tx, target, actorOf(operation), { resumed, way, onFailure, isAsked: true }),
        ),
      carryOut: (session, plan) => this.disconnecting.carryOut(session, plan),
      refuse: (tx, reason) => this.takeBack(tx, operation, { reason, hasBegun: false }),
    });
  }

  @TakesBack(['connect', 'disconnect', 'force-detach', 'fence-host', 'legacy-connect', 'legacy-disconnect'])
  async takeBack(tx: Tx, operation: OperationEntity, { reason, hasBegun }: TakenBack): Promise<boolean> {
    const found = await this.connections.lock(tx, operation.volumeId);
    if (!(await this.journal.takeFrom(tx, operation))) return false;
    if (hasBegun) await this.journal.leave(tx, operation.id, reason);
    // Until then the node may still take the entry.
    else if (!(await this.journal.closeIfOwn(tx, operation.id))) return false;
    const attachment = found?.attachments.find(({ id }) => id === operation.attachmentId);
    if (found === null || attachment === undefined) return true;
    const by = actorOf(operation);
    // A client whose create has failed never learns of its attachment.
    if (operation.kind === 'connect' && recordedConnect(operation).isNew)
      await this.reservations.undo(tx, found, attachment.id, { by, reason });
    else if (!hasBegun) await this.recordRefusal(tx, operation, attachment, reason);
    return true;
  }

  private async recordRefusal(
    tx: Tx,
    operation: OperationEntity,
    attachment: Attachment,
    reason: string,
  ): Promise<void> {
    const { attachStatus: status } = attachment;
    const kind = operation.kind === 'connect' ? 'connect-failed' : 'detach-failed';
    await this.history.record(tx, attachment, {
      kind,
      by: actorOf(operation),
      from: status,
      to: status,
      reason,
    });
  }
}

function actorOf({ requestId, details }: OperationEntity): Actor {
  const { by } = details as { by?: Pick<Actor, 'userId' | 'projectId'> };
  return { userId: by?.userId ?? null, projectId: by?.projectId ?? null, requestId };
}

import { Injectable } from '@nestjs/common';
import { Conflict } from '../../platform/errors.js';
import type { Tx } from '../../platform/database/unit-of-work.js';
import type { Connection, Connector } from '../../drivers/contract/index.js';
import type { KnownBackend } from '../../drivers/registry/backend-directory.js';
import { OperationJournal } from '../../operations/operation-journal.js';
import { isErrorStatus } from '../../volumes/index.js';
import type { Attachment } from '../attachment/attachment.js';
import { accessMode, connectionOf, connectionsOf } from '../attachment/connection.js';
import { type Actor, storedActor } from '../history/actor.js';
import { AttachmentHistory } from '../history/attachment-history.js';
import type { Reserved } from '../reservations/reservations.js';
import { assertSoleOwner, isOfServer } from '../reservations/sole-owner.js';
import type { NewConnection } from './connection-maker.js';
import {
  type AttachmentTarget,
  type LockedAttachment,
  VolumeConnections,
} from '../attachment/volume-connections.js';

/** A connection to be made for an attachment, as found when it was journalled. */
export interface ConnectPlan extends NewConnection {
  readonly by: Actor;
  readonly attachment: Attachment;
  /** True if the same request created the attachment; a failure then removes it. */
  readonly isNew: boolean;
}

/** Checks and journals a connect: the first step of create and update (docs/adr/0003). */
@Injectable()
export class ConnectPlanner {
  constructor(
    private readonly journal: OperationJournal,
    private readonly connections: VolumeConnections,
    private readonly history: AttachmentHistory,
  ) {}

  /** Checks that an attachment may be connected, and journals the connect (docs/specification.md#update). */
  async forUpdate(
    tx: Tx,
    backend: KnownBackend,
    target: AttachmentTarget,
    connector: Connector,
    by: Actor,
  ): Promise<ConnectPlan> {
    const found = await this.connections.lockAttachment(tx, target);
    const { volume, attachment, attachments } = found;
    if (isErrorStatus(volume.status)) {
      throw new Conflict(
        `Resource conflict: Volume attachments can not be updated if the volume is in an error state. The Volume ${volume.id} currently has a status of: ${volume.status}.`,
      );
    }
    const isOwn = isOfServer(attachment.instanceUuid);
    assertSoleOwner(volume, attachments.filter(mayWrite), (other) => other.id === target.id || isOwn(other));
    if (
      !volume.multiattach &&
      attachments.length > 1 &&
      attachments.some(({ connector: stored }) => stored !== null)
    ) {
      throw new Conflict(`Resource conflict: duplicate connectors detected on volume ${volume.id}.`);
    }
    backend.validateConnector(connector);
    return this.plan(tx, found, connector, { by, isNew: false });
  }

  /** Journals the connect of an attachment that the same transaction created. */
  async forCreate(
    tx: Tx,
    { before, attachment }: Reserved,
    connector: Connector,
    by: Actor,
  ): Promise<ConnectPlan> {
    return this.plan(tx, { ...before, attachment }, connector, { by, isNew: true });
  }

  private async plan(
    tx: Tx,
    { volume, attachment, attachments, legacy }: LockedAttachment,
    connector: Connector,
    { by, isNew }: Pick<ConnectPlan, 'by' | 'isNew'>,
  ): Promise<ConnectPlan> {
    const mode = accessMode(volume, attachment, connector);
    const operationId = await this.journal.open(tx, {
      kind: 'connect',
      volumeId: volume.id,
      attachmentId: attachment.id,
      requestId: by.requestId,
      details: { connector: connector as never, mode, isNew, by: storedActor(by) },
    });
    const status = attachment.attachStatus;
    await this.history.record(tx, attachment, { kind: 'connecting', by, from: status, to: status });
    const connection: Connection = { attachmentId: attachment.id, connector, mode };
    const previous = connectionOf(attachment);
    const others = connectionsOf(attachments, legacy, [attachment.id]);
    return { operationId, by, volume, attachment, connection, previous, others, isNew };
  }
}

/** True if hosts may be writing through the attachment. */
function mayWrite({ connector, attachStatus }: Attachment): boolean {
  return connector !== null || !['reserved', 'error_attaching'].includes(attachStatus);
}

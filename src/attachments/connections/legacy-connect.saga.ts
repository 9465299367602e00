import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { RequestContext } from '../../api/auth/request-context.js';
import { InvalidInput } from '../../platform/errors.js';
import type { Tx } from '../../platform/database/unit-of-work.js';
import type { AccessMode, Connector } from '../../drivers/contract/index.js';
import type { BackendSession } from '../../drivers/registry/backend-session.js';
import { DoesAsked } from '../../operations/asked-work-handlers.js';
import type { OperationEntity } from '../../operations/operation.entity.js';
import { failureOf, OperationJournal } from '../../operations/operation-journal.js';
import { EndsInterrupted } from '../../operations/operation-recovery.js';
import { volumeNotFound, type VolumeEntity, type VolumeStatus } from '../../volumes/index.js';
import type { Attachment } from '../attachment/attachment.js';
import { nestedConnectionInfo } from '../attachment/connection-info.js';
import {
  accessMode,
  checkConnector,
  connectionOf,
  connectionsOf,
  isSameHost,
} from '../attachment/connection.js';
import { type ConnectedVolume, VolumeConnections } from '../attachment/volume-connections.js';
import { INTERRUPTED } from '../attachment/failure-reason.js';
import { systemActor } from '../history/actor.js';
import { assertSoleOwner } from '../reservations/sole-owner.js';
import { ConnectionMaker, type NewConnection } from './connection-maker.js';
import { ConnectionWork } from './connection-work.js';
import { LegacyConnectionsRepository } from '../attachment/legacy-connections.repository.js';

/** States in which an owner may connect another host: older Nova does so for a migration's destination, naming no server. */
const SHARED_WITH_OWNER: readonly VolumeStatus[] = ['in-use', 'extending'];

/** Makes connections without attachments: os-initialize_connection (docs/adr/0010). */
@Injectable()
export class LegacyConnectSaga {
  constructor(
    private readonly work: ConnectionWork,
    private readonly journal: OperationJournal,
    private readonly connections: VolumeConnections,
    private readonly legacy: LegacyConnectionsRepository,
    private readonly maker: ConnectionMaker,
  ) {}

  /**
   * Exports the volume to the connector's host; returns its connection_info, with credentials. Idempotent per host. The
   * volume's status does not change.
   * @throws NotFound; InvalidInput for a bad connector or while the volume cannot be exported; Conflict for a volume
   * without multiattach that another host's attachment holds although it is not in use; BackendFailure.
   */
  async initialize(ctx: RequestContext, volumeId: string, connector: Connector): Promise<object> {
    const place = await this.work.placeOf(ctx, volumeId);
    checkConnector(connector);
    return this.work.begin(place, {
      checkAt: (backend) => backend.validateConnector(connector),
      plan: (tx) => this.plan(tx, ctx, volumeId, connector),
      carryOut: (session, plan) => this.connect(session, plan),
    });
  }

  private async plan(
    tx: Tx,
    ctx: RequestContext,
    volumeId: string,
    connector: Connector,
  ): Promise<NewConnection> {
    const { volume, attachments, legacy } = await this.connections.lockVisible(tx, ctx, volumeId);
    checkExportable(volume);
    const same = legacy.find((other) => isSameHost(other.connector, connector));
    if (same === undefined && !SHARED_WITH_OWNER.includes(volume.status))
      assertSoleOwner(volume, attachments, (attachment) => isAt(attachment, connector));
    const mode = accessMode(volume, { attachMode: null }, connector);
    const connection = { attachmentId: same?.attachmentId ?? randomUUID(), connector, mode };
    const operationId = await this.journal.open(tx, {
      kind: 'legacy-connect',
      volumeId,
      attachmentId: connection.attachmentId,
      requestId: ctx.requestId,
      details: { connector: connector as never, mode },
    });
    const others = connectionsOf(attachments, legacy, [connection.attachmentId]);
    return { operationId, by: ctx, volume, connection, previous: same ?? null, others };
  }

  private async connect(session: BackendSession, plan: NewConnection): Promise<object> {
    const { operationId, volume, connection } = plan;
    return this.maker.make(session, plan, {
      what: 'Unable to fetch connection information from backend',
      action: 'attach',
      notFound: volumeNotFound(volume.id),
      apply: async (tx, _found, { info, facts }) => {
        await this.legacy.put(tx, volume.id, connection);
        return { result: nestedConnectionInfo(info, facts), changes: {} };
      },
      leave: (tx, reason) => this.journal.leave(tx, operationId, reason),
    });
  }

  /** Makes a connection that another process has recorded. */
  @DoesAsked(['legacy-connect'])
  async performAsked(operation: OperationEntity): Promise<object> {
    const { connector } = operation.details as { connector: Connector };
    return this.work.perform<NewConnection, object>(operation, volumeNotFound(operation.volumeId), {
      checkAt: (backend) => backend.validateConnector(connector),
      plan: (found) => recordedPlan(operation, found),
      carryOut: (session, plan) => this.connect(session, plan),
    });
  }

  /** Undoes an interrupted connect: the client never learned of the connection. */
  @EndsInterrupted(['legacy-connect'])
  async finish(operation: OperationEntity): Promise<void> {
    await this.work.finish(
      operation,
      (found) => recordedPlan(operation, found),
      (session, plan) =>
        this.maker.undoInterrupted(session, plan, { action: 'attach' }, failureOf(operation) ?? INTERRUPTED),
    );
  }
}

function recordedPlan(operation: OperationEntity, found: ConnectedVolume): NewConnection {
  const { connector, mode } = operation.details as { connector: Connector; mode: AccessMode };
  const { volume, attachments, legacy } = found;
  const attachmentId = operation.attachmentId ?? '';
  return {
    operationId: operation.id,
    by: systemActor(operation.requestId),
    volume,
    connection: { attachmentId, connector, mode },
    previous: legacy.find((one) => one.attachmentId === attachmentId) ?? null,
    others: connectionsOf(attachments, legacy, [attachmentId]),
  };
}

function checkExportable({ status }: VolumeEntity): void {
  if (status === 'maintenance') {
    throw new InvalidInput(
      'Invalid volume: The volume connection cannot be initialized in maintenance mode.',
    );
  }
  if (['creating', 'deleting', 'error_deleting'].includes(status)) {
    throw new InvalidInput(
      `Invalid volume: The volume connection cannot be initialized while the volume is ${status}.`,
    );
  }
}

function isAt(attachment: Attachment, connector: Connector): boolean {
  const connection = connectionOf(attachment);
  return connection !== null && isSameHost(connection.connector, connector);
}

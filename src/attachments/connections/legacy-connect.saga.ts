import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { RequestContext } from '../../api/auth/request-context.js';
import { InvalidInput, NotFound } from '../../platform/errors.js';
import { type Tx, UnitOfWork } from '../../platform/database/unit-of-work.js';
import type { AccessMode, Connector } from '../../drivers/contract/index.js';
import { BackendRegistry } from '../../drivers/registry/backend-registry.js';
import type { BackendSession } from '../../drivers/registry/backend-session.js';
import type { OperationEntity } from '../../operations/operation.entity.js';
import { JournalledWork } from '../../operations/journalled-work.js';
import { failureOf, OperationJournal } from '../../operations/operation-journal.js';
import { EndsInterrupted } from '../../operations/operation-recovery.js';
import { VolumeTypesService } from '../../volumes/types/index.js';
import {
  volumeNotFound,
  type VolumeEntity,
  VolumesRepository,
  VolumesService,
  type VolumeStatus,
} from '../../volumes/index.js';
import type { Attachment } from '../attachment/attachment.js';
import { AttachmentsRepository } from '../attachment/attachments.repository.js';
import { isCacheable } from './cacheable.js';
import { nestedConnectionInfo } from '../attachment/connection-info.js';
import {
  accessMode,
  checkConnector,
  connectionOf,
  connectionsOf,
  isSameHost,
} from '../attachment/connection.js';
import { INTERRUPTED } from '../attachment/failure-reason.js';
import { systemActor } from '../history/actor.js';
import { assertSoleOwner } from '../reservations/sole-owner.js';
import { type Connected, ConnectionMaker, type NewConnection } from './connection-maker.js';
import { InterruptedWork } from './interrupted-work.js';
import { LegacyConnectionsRepository } from './legacy-connections.repository.js';

/** States in which an owner may connect another host: older Nova does so for a migration's destination, naming no server. */
const SHARED_WITH_OWNER: readonly VolumeStatus[] = ['in-use', 'extending'];

/** Makes connections without attachments: os-initialize_connection (docs/adr/0010). */
@Injectable()
export class LegacyConnectSaga {
  constructor(
    private readonly interrupted: InterruptedWork,
    private readonly unitOfWork: UnitOfWork,
    private readonly journal: OperationJournal,
    private readonly backends: BackendRegistry,
    private readonly volumes: VolumesRepository,
    private readonly volumesService: VolumesService,
    private readonly attachments: AttachmentsRepository,
    private readonly connections: LegacyConnectionsRepository,
    private readonly types: VolumeTypesService,
    private readonly work: JournalledWork,
    private readonly maker: ConnectionMaker,
  ) {}

  /**
   * Exports the volume to the connector's host; returns its connection_info, with credentials. Idempotent per host. The
   * volume's status does not change.
   * @throws NotFound; InvalidInput for a bad connector or while the volume cannot be exported; Conflict for a volume
   * without multiattach that another host's attachment holds although it is not in use; BackendFailure.
   */
  async initialize(ctx: RequestContext, volumeId: string, connector: Connector): Promise<object> {
    const { backend: name } = await this.volumesService.find(ctx, volumeId);
    checkConnector(connector);
    const backend = this.backends.get(name);
    backend.validateConnector(connector);
    return this.work.begin(
      backend,
      { volumeId, requestId: ctx.requestId },
      (tx) => this.plan(tx, ctx, volumeId, connector),
      (session, plan) => this.connect(session, plan),
    );
  }

  private async plan(
    tx: Tx,
    ctx: RequestContext,
    volumeId: string,
    connector: Connector,
  ): Promise<NewConnection> {
    const volume = await this.volumes.lockVisible(tx, ctx, volumeId);
    checkExportable(volume);
    const attachments = await this.attachments.ofVolume(tx, volumeId);
    const known = await this.connections.ofVolume(tx, volumeId);
    const same = known.find((other) => isSameHost(other.connector, connector));
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
    const others = connectionsOf(attachments, known, [connection.attachmentId]);
    return { operationId, by: ctx, volume, connection, previous: same ?? null, others };
  }

  private async connect(session: BackendSession, plan: NewConnection): Promise<object> {
    return this.maker.make(session, plan, {
      what: 'Unable to fetch connection information from backend',
      action: 'attach',
      apply: (tx, connected) => this.apply(tx, plan, connected),
      leave: (tx, reason) => this.journal.leave(tx, plan.operationId, reason),
    });
  }

  private async apply(
    tx: Tx,
    { operationId, volume, connection }: NewConnection,
    { exportDetails, info }: Connected,
  ): Promise<object> {
    const now = await this.volumes.lock(tx, volume.id);
    await this.journal.close(tx, operationId);
    if (now === null) throw new NotFound(volumeNotFound(volume.id));
    await this.connections.put(tx, volume.id, connection);
    await this.volumes.setExportDetails(tx, volume.id, exportDetails);
    // The export was due for withdrawal, but is in use again.
    await this.journal.closeAll(tx, 'remove-export', volume.id);
    return nestedConnectionInfo(info, {
      attachmentId: connection.attachmentId,
      mode: connection.mode,
      connector: connection.connector,
      isEncrypted: now.encryptionKeyId !== null,
      isCacheable: await isCacheable(this.types, now),
    });
  }

  /** Undoes an interrupted connect: the client never learned of the connection. */
  @EndsInterrupted(['legacy-connect'])
  async finish(operation: OperationEntity): Promise<void> {
    const { connector, mode } = operation.details as { connector: Connector; mode: AccessMode };
    const connection = { attachmentId: operation.attachmentId ?? '', connector, mode };
    await this.interrupted.end(operation, async (session, { volume, attachments, legacy }) => {
      const previous = legacy.find(({ attachmentId }) => attachmentId === connection.attachmentId) ?? null;
      const others = connectionsOf(attachments, legacy, [connection.attachmentId]);
      const by = systemActor(operation.requestId);
      const plan = { operationId: operation.id, by, volume, connection, previous, others };
      const reason = failureOf(operation) ?? INTERRUPTED;
      await this.work.drive(operation, async () => {
        await this.maker.undo(session, plan, null);
        await this.unitOfWork.run((tx) => this.maker.recordFailure(tx, plan, { action: 'attach' }, reason));
      });
    });
  }
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

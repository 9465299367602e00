import { randomUUID } from 'node:crypto';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { Logger } from 'pino';
import type { RequestContext } from '../../auth/request-context.js';
import { InvalidInput, NotFound } from '../../common/errors.js';
import { LOGGER } from '../../common/logger.js';
import { type Tx, UnitOfWork } from '../../database/unit-of-work.js';
import type {
  AccessMode,
  Connection,
  ConnectionInfo,
  Connector,
  ExportDetails,
} from '../../drivers/contract/index.js';
import { BackendRegistry } from '../../drivers/registry/backend-registry.js';
import type { BackendSession } from '../../drivers/registry/backend-session.js';
import { MessagesService } from '../../messages/index.js';
import type { OperationEntity } from '../../operations/operation.entity.js';
import { failureOf, OperationJournal, OperationOverruled } from '../../operations/operation-journal.js';
import { OperationRecovery } from '../../operations/operation-recovery.js';
import { OverruledWork } from '../../operations/overruled-work.js';
import { VolumeTypesService } from '../../volume-types/index.js';
import { type VolumeEntity, volumeRef, VolumesRepository, VolumesService } from '../../volumes/index.js';
import { AttachmentsRepository } from '../attachments.repository.js';
import { isCacheable } from '../cacheable.js';
import { nestedConnectionInfo } from '../connection-info.js';
import { accessMode, checkConnector, connectionsOf, isSameHost } from '../connections.js';
import { explained, INTERRUPTED, reasonOf } from '../failure-reason.js';
import { InterruptedWork } from '../interrupted-work.js';
import { LegacyConnectionsRepository } from './legacy-connections.repository.js';

interface ConnectPlan {
  readonly operationId: string;
  readonly requestId: string;
  readonly volume: VolumeEntity;
  readonly connection: Connection;
  /** Whether the host had no connection before, so that a failure leaves it none. */
  readonly isNew: boolean;
  readonly others: readonly Connection[];
}

/** Makes connections without attachments: os-initialize_connection (docs/adr/0010). */
@Injectable()
export class LegacyConnectSaga implements OnModuleInit {
  constructor(
    private readonly recovery: OperationRecovery,
    private readonly interrupted: InterruptedWork,
    private readonly unitOfWork: UnitOfWork,
    private readonly journal: OperationJournal,
    private readonly backends: BackendRegistry,
    private readonly volumes: VolumesRepository,
    private readonly volumesService: VolumesService,
    private readonly attachments: AttachmentsRepository,
    private readonly connections: LegacyConnectionsRepository,
    private readonly types: VolumeTypesService,
    private readonly messages: MessagesService,
    private readonly overruled: OverruledWork,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  onModuleInit(): void {
    this.recovery.register('legacy-connect', (operation) => this.finish(operation));
  }

  /**
   * Exports the volume to the connector's host; gives back what the host needs to connect, with credentials. Repeated
   * for the same host it gives back the same. The volume's status stays.
   * @throws NotFound; InvalidInput for a bad connector or while the volume cannot be exported; BackendFailure.
   */
  async initialize(ctx: RequestContext, volumeId: string, connector: Connector): Promise<object> {
    const { backend: name } = await this.volumesService.find(ctx, volumeId);
    checkConnector(connector);
    const backend = this.backends.get(name);
    backend.validateConnector(connector);
    return backend.exclusively(volumeId, ctx.requestId, async (session) => {
      const plan = await this.journal.whenFree(() =>
        this.unitOfWork.run((tx) => this.plan(tx, ctx, volumeId, connector)),
      );
      return this.overruled.watch(volumeId, ctx.requestId, () => this.connect(session, plan));
    });
  }

  private async plan(
    tx: Tx,
    ctx: RequestContext,
    volumeId: string,
    connector: Connector,
  ): Promise<ConnectPlan> {
    const volume = await this.volumes.lockVisible(tx, ctx, volumeId);
    checkExportable(volume);
    const known = await this.connections.ofVolume(tx, volumeId);
    const same = known.find((other) => isSameHost(other.connector, connector));
    const mode = accessMode(volume, { attachMode: null }, connector);
    const connection = { attachmentId: same?.attachmentId ?? randomUUID(), connector, mode };
    const isNew = same === undefined;
    const operationId = await this.journal.open(tx, {
      kind: 'legacy-connect',
      volumeId,
      attachmentId: connection.attachmentId,
      requestId: ctx.requestId,
      details: { connector: connector as never, mode },
    });
    const others = connectionsOf(await this.attachments.ofVolume(tx, volumeId), known, [
      connection.attachmentId,
    ]);
    return { operationId, requestId: ctx.requestId, volume, connection, isNew, others };
  }

  private async connect(session: BackendSession, plan: ConnectPlan): Promise<object> {
    const { connection, others } = plan;
    let exportDetails: ExportDetails | null = null;
    try {
      const details = await session.createExport(volumeRef(plan.volume), connection);
      exportDetails = details;
      const exported = volumeRef({ ...plan.volume, exportDetails: details });
      const info = await session.initializeConnection(exported, connection, others);
      return await this.unitOfWork.run((tx) => this.apply(tx, plan, details, info));
    } catch (failure) {
      if (failure instanceof OperationOverruled) throw failure;
      await this.giveUp(session, plan, exportDetails, failure);
      throw explained('Unable to fetch connection information from backend', failure);
    }
  }

  private async apply(
    tx: Tx,
    { operationId, volume, connection }: ConnectPlan,
    exportDetails: ExportDetails,
    info: ConnectionInfo,
  ): Promise<object> {
    const now = await this.volumes.lock(tx, volume.id);
    await this.journal.close(tx, operationId);
    if (now === null) throw new NotFound(`Volume ${volume.id} could not be found.`);
    await this.connections.put(tx, volume.id, connection);
    await this.volumes.setExportDetails(tx, volume.id, exportDetails);
    // An export that should have been withdrawn earlier is in use again.
    await this.journal.closeAll(tx, 'remove-export', volume.id);
    return nestedConnectionInfo(info, {
      attachmentId: connection.attachmentId,
      mode: connection.mode,
      connector: connection.connector,
      isEncrypted: now.encryptionKeyId !== null,
      isCacheable: await isCacheable(this.types, now),
    });
  }

  /** Undoes and records a failure. What cannot be undone now is left to the reconciler. */
  private async giveUp(
    session: BackendSession,
    plan: ConnectPlan,
    exportDetails: ExportDetails | null,
    failure: unknown,
  ): Promise<void> {
    const { operationId, requestId, volume } = plan;
    try {
      await this.unitOfWork.run((tx) => this.journal.assertHeld(tx, operationId));
      await this.undo(session, plan, exportDetails);
      await this.unitOfWork.run((tx) => this.recordFailure(tx, plan, reasonOf(failure)));
    } catch (error) {
      if (error instanceof OperationOverruled) throw error;
      this.log.error({ err: error, requestId, volumeId: volume.id }, 'a connection could not be undone yet');
      await this.unitOfWork.run((tx) => this.journal.leave(tx, operationId, reasonOf(failure)));
    }
  }

  /** Takes from the backend what a connection that was not finished may have left there. Idempotent. */
  private async undo(
    session: BackendSession,
    { volume, connection, isNew, others }: ConnectPlan,
    exportDetails: ExportDetails | null,
  ): Promise<void> {
    if (!isNew) return;
    const ref = volumeRef({ ...volume, exportDetails: exportDetails ?? volume.exportDetails });
    await session.terminateConnection(ref, connection, others);
    if (others.length === 0) await session.removeExport(ref);
  }

  private async recordFailure(
    tx: Tx,
    { operationId, requestId, volume, isNew, others }: ConnectPlan,
    reason: string,
  ): Promise<void> {
    const now = await this.volumes.lock(tx, volume.id);
    await this.journal.close(tx, operationId);
    if (now === null) return;
    if (isNew && others.length === 0) await this.volumes.setExportDetails(tx, volume.id, null);
    await this.messages.record(tx, { action: 'attach', volume: now, requestId, reason });
  }

  /** Undoes what was interrupted: the client never learned of the connection. */
  private async finish(operation: OperationEntity): Promise<void> {
    const { connector, mode } = operation.details as { connector: Connector; mode: AccessMode };
    const connection = { attachmentId: operation.attachmentId ?? '', connector, mode };
    const { id: operationId, requestId } = operation;
    await this.interrupted.end(operation, async (session, { volume, attachments, legacy }) => {
      const isNew = !legacy.some(({ attachmentId }) => attachmentId === connection.attachmentId);
      const others = connectionsOf(attachments, legacy, [connection.attachmentId]);
      const plan = { operationId, requestId, volume, connection, isNew, others };
      const reason = failureOf(operation) ?? INTERRUPTED;
      await this.overruled.watch(volume.id, requestId, async () => {
        await this.undo(session, plan, null);
        await this.unitOfWork.run((tx) => this.recordFailure(tx, plan, reason));
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

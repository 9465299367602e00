import { randomUUID } from 'node:crypto';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { Logger } from 'pino';
import type { RequestContext } from '../auth/request-context.js';
import { BackendFailure, InvalidInput, NotFound } from '../common/errors.js';
import { LOGGER } from '../common/logger.js';
import { type Tx, UnitOfWork } from '../database/unit-of-work.js';
import type {
  AccessMode,
  Connection,
  ConnectionInfo,
  Connector,
  ExportDetails,
} from '../drivers/contract/index.js';
import { BackendRegistry } from '../drivers/registry/backend-registry.js';
import type { BackendSession } from '../drivers/registry/backend-session.js';
import { checkConnectorNames } from '../drivers/registry/connector-check.js';
import { MessagesService } from '../messages/index.js';
import type { OperationEntity } from '../operations/operation.entity.js';
import { OperationJournal, OperationOverruled } from '../operations/operation-journal.js';
import { OperationRecovery } from '../operations/operation-recovery.js';
import { OverruledWork } from '../operations/overruled-work.js';
import { VolumeTypesService } from '../volume-types/index.js';
import { type VolumeEntity, volumeRef, VolumesRepository, VolumesService } from '../volumes/index.js';
import { AttachmentsRepository } from './attachments.repository.js';
import { isCacheable } from './cacheable.js';
import { nestedConnectionInfo } from './connection-info.js';
import { accessMode, checkConnector, isSameHost, otherConnections } from './connections.js';
import { DetachRule } from './detach-rule.js';
import { LegacyConnectionsRepository } from './legacy-connections.repository.js';

/** What a connection is told apart by. */
const HOST_KEYS = ['initiator', 'ip', 'host'] as const;

interface ConnectPlan {
  readonly operationId: string;
  readonly requestId: string;
  readonly volume: VolumeEntity;
  readonly connection: Connection;
  /** Whether the host had no connection before, so that a failure leaves it none. */
  readonly isNew: boolean;
  readonly others: readonly Connection[];
}

interface DisconnectPlan {
  readonly operationId: string;
  readonly requestId: string;
  readonly volume: VolumeEntity;
  readonly ending: readonly Connection[];
  readonly others: readonly Connection[];
}

/** Connections without attachments: os-initialize_connection and os-terminate_connection (docs/adr/0010). */
@Injectable()
export class LegacyConnectionSaga implements OnModuleInit {
  constructor(
    private readonly recovery: OperationRecovery,
    private readonly unitOfWork: UnitOfWork,
    private readonly journal: OperationJournal,
    private readonly backends: BackendRegistry,
    private readonly volumes: VolumesRepository,
    private readonly volumesService: VolumesService,
    private readonly attachments: AttachmentsRepository,
    private readonly connections: LegacyConnectionsRepository,
    private readonly rule: DetachRule,
    private readonly types: VolumeTypesService,
    private readonly messages: MessagesService,
    private readonly overruled: OverruledWork,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  onModuleInit(): void {
    this.recovery.register('legacy-connect', (operation) => this.undoConnect(operation));
    this.recovery.register('legacy-disconnect', (operation) => this.finishDisconnect(operation));
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
        this.unitOfWork.run((tx) => this.planConnect(tx, ctx, volumeId, connector)),
      );
      return this.overruled.watch(volumeId, ctx.requestId, () => this.connect(session, plan));
    });
  }

  /**
   * Ends the access of the connector's host, or of every host that was admitted this way, and takes the mark of a
   * volume that is attaching away. A host without a connection counts as ended.
   * @throws NotFound; InvalidInput for a connector that names no host; Conflict when a server uses the volume that only
   * the compute service may take it from; BackendFailure. Nothing has changed then.
   */
  async terminate(ctx: RequestContext, volumeId: string, connector: Connector | null): Promise<void> {
    const { backend } = await this.volumesService.find(ctx, volumeId);
    if (connector !== null) checkNamesHost(connector);
    await this.rule.permitForVolume(ctx, volumeId);
    await this.backends.get(backend).exclusively(volumeId, ctx.requestId, async (session) => {
      const plan = await this.journal.whenFree(() =>
        this.unitOfWork.run((tx) => this.planDisconnect(tx, ctx, volumeId, connector)),
      );
      if (plan === null) return;
      await this.overruled.watch(volumeId, ctx.requestId, () => this.disconnect(session, plan, false));
    });
  }

  private async planConnect(
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
      details: { connector: connector as never, mode, isNew },
    });
    const others = await this.othersOf(tx, volumeId, [connection]);
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
      return await this.unitOfWork.run((tx) => this.applyConnect(tx, plan, details, info));
    } catch (failure) {
      if (failure instanceof OperationOverruled) throw failure;
      await this.giveUp(session, plan, exportDetails, failure);
      throw told('Unable to fetch connection information from backend', failure);
    }
  }

  private async applyConnect(
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
      await this.unitOfWork.run((tx) => this.recordFailure(tx, plan, failure));
    } catch (error) {
      if (error instanceof OperationOverruled) throw error;
      this.log.error({ err: error, requestId, volumeId: volume.id }, 'a connection could not be undone yet');
      await this.unitOfWork.run((tx) => this.journal.leave(tx, operationId));
    }
  }

  /** Takes from the backend what a connection that was not finished may have left there. Idempotent. */
  private async undo(
    session: BackendSession,
    { volume, connection, isNew, others }: Pick<ConnectPlan, 'volume' | 'connection' | 'isNew' | 'others'>,
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
    failure: unknown,
  ): Promise<void> {
    const now = await this.volumes.lock(tx, volume.id);
    await this.journal.close(tx, operationId);
    if (now === null) return;
    if (isNew && others.length === 0) await this.volumes.setExportDetails(tx, volume.id, null);
    await this.messages.record(tx, { action: 'attach', volume: now, requestId, reason: reasonOf(failure) });
  }

  /** Journals what is to be ended; null when there is nothing, and the mark is gone already. */
  private async planDisconnect(
    tx: Tx,
    ctx: RequestContext,
    volumeId: string,
    connector: Connector | null,
  ): Promise<DisconnectPlan | null> {
    const volume = await this.volumes.lockVisible(tx, ctx, volumeId);
    const known = await this.connections.ofVolume(tx, volumeId);
    const ending = known.filter((one) => connector === null || isMeant(one.connector, connector));
    if (ending.length === 0) {
      await this.volumes.unreserve(tx, volume);
      return null;
    }
    const operationId = await this.journal.open(tx, {
      kind: 'legacy-disconnect',
      volumeId,
      requestId: ctx.requestId,
      details: { ids: ending.map(({ attachmentId }) => attachmentId) },
    });
    const others = await this.othersOf(tx, volumeId, ending);
    return { operationId, requestId: ctx.requestId, volume, ending, others };
  }

  /** @param isResumed whether the work was interrupted, which a failure leaves open. */
  private async disconnect(session: BackendSession, plan: DisconnectPlan, isResumed: boolean): Promise<void> {
    const { operationId, requestId, volume, ending, others } = plan;
    try {
      for (const connection of ending)
        await session.terminateConnection(volumeRef(volume), connection, others);
    } catch (failure) {
      if (isResumed) throw failure;
      await this.unitOfWork.run(async (tx) => {
        await this.volumes.lock(tx, volume.id);
        await this.journal.close(tx, operationId);
        // The host may have lost its access in part.
        await this.journal.defer(tx, { kind: 'restore-export', volumeId: volume.id, requestId });
        await this.messages.record(tx, { action: 'detach', volume, requestId, reason: reasonOf(failure) });
      });
      throw told('Unable to terminate volume connection from backend', failure);
    }
    const isWithdrawn = others.length === 0 && (await this.withdraw(session, plan));
    await this.unitOfWork.run((tx) => this.applyDisconnect(tx, plan, isWithdrawn));
  }

  /** Withdraws the export that nobody uses any more. A failure is not the client's: its host is cut off already. */
  private async withdraw(session: BackendSession, { volume, requestId }: DisconnectPlan): Promise<boolean> {
    try {
      await session.removeExport(volumeRef(volume));
      return true;
    } catch (error) {
      this.log.warn(
        { err: error, requestId, volumeId: volume.id },
        'an unused export could not be withdrawn yet',
      );
      return false;
    }
  }

  private async applyDisconnect(
    tx: Tx,
    { operationId, requestId, volume, ending, others }: DisconnectPlan,
    isWithdrawn: boolean,
  ): Promise<void> {
    const now = await this.volumes.lock(tx, volume.id);
    await this.journal.close(tx, operationId);
    if (now === null) return;
    await this.connections.remove(tx, ending);
    if (isWithdrawn) await this.volumes.setExportDetails(tx, volume.id, null);
    else if (others.length === 0)
      await this.journal.defer(tx, { kind: 'remove-export', volumeId: volume.id, requestId });
    await this.volumes.unreserve(tx, now);
  }

  /** The client never learned of the connection. */
  private async undoConnect(operation: OperationEntity): Promise<void> {
    await this.atBackend(operation, async (session, volume) => {
      const { connector, mode } = operation.details as { connector: Connector; mode: AccessMode };
      const connection = { attachmentId: operation.attachmentId ?? '', connector, mode };
      const { isNew, others } = await this.unitOfWork.run(async (tx) => {
        const known = await this.connections.ofVolume(tx, volume.id);
        const isKnown = known.some(({ attachmentId }) => attachmentId === connection.attachmentId);
        return { isNew: !isKnown, others: await this.othersOf(tx, volume.id, [connection]) };
      });
      await this.undo(session, { volume, connection, isNew, others }, null);
      await this.unitOfWork.run(async (tx) => {
        const now = await this.volumes.lock(tx, volume.id);
        await this.journal.close(tx, operation.id);
        if (now !== null && isNew && others.length === 0)
          await this.volumes.setExportDetails(tx, volume.id, null);
      });
    });
  }

  private async finishDisconnect(operation: OperationEntity): Promise<void> {
    await this.atBackend(operation, async (session, volume) => {
      const { ids } = operation.details as { ids: readonly string[] };
      const { ending, others } = await this.unitOfWork.run(async (tx) => {
        const known = await this.connections.ofVolume(tx, volume.id);
        const meant = known.filter(({ attachmentId }) => ids.includes(attachmentId));
        return { ending: meant, others: await this.othersOf(tx, volume.id, meant) };
      });
      const { id: operationId, requestId } = operation;
      if (ending.length === 0) return this.close(operation);
      await this.disconnect(session, { operationId, requestId, volume, ending, others }, true);
    });
  }

  /** Does `work` under the volume's lock, while the entry is still to be ended. Without its volume nothing is. */
  private async atBackend(
    operation: OperationEntity,
    work: (session: BackendSession, volume: VolumeEntity) => Promise<void>,
  ): Promise<void> {
    const { id, volumeId, requestId } = operation;
    const planned = await this.unitOfWork.run((tx) => this.volumes.lock(tx, volumeId));
    if (planned === null) return this.close(operation);
    await this.backends.get(planned.backend).exclusively(
      volumeId,
      requestId,
      async (session) => {
        const { volume, isOpen } = await this.unitOfWork.run(async (tx) => ({
          volume: await this.volumes.lock(tx, volumeId),
          isOpen: await this.journal.holds(tx, id),
        }));
        if (!isOpen) return;
        if (volume === null) return this.close(operation);
        await this.overruled.watch(volumeId, requestId, () => work(session, volume));
      },
      'recorded',
    );
  }

  private async close({ id }: OperationEntity): Promise<void> {
    await this.unitOfWork.run((tx) => this.journal.closeIfOwn(tx, id));
  }

  /** Every connection of the volume but those given. */
  private async othersOf(tx: Tx, volumeId: string, but: readonly Connection[]): Promise<Connection[]> {
    const ids = new Set(but.map(({ attachmentId }) => attachmentId));
    const own = await this.connections.ofVolume(tx, volumeId);
    return [
      ...otherConnections(await this.attachments.ofVolume(tx, volumeId), ''),
      ...own.filter(({ attachmentId }) => !ids.has(attachmentId)),
    ];
  }
}

/** Whether a connection is of the host that a connector names, which may say less of it than when it connected. */
function isMeant(connected: Connector, named: Connector): boolean {
  return HOST_KEYS.every((key) => named[key] == null || named[key] === (connected[key] ?? null));
}

function checkNamesHost(connector: Connector): void {
  checkConnector(connector);
  checkConnectorNames(connector);
  if (HOST_KEYS.some((key) => connector[key] != null)) return;
  throw new InvalidInput(
    `Invalid input received: The connector names no host; one of ${HOST_KEYS.join(', ')} is needed, or null for all.`,
  );
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

/** Cinder's words, and the reason. */
function told(what: string, failure: unknown): unknown {
  if (!(failure instanceof BackendFailure)) return failure;
  return new BackendFailure(`${what} (${failure.message.replace(/\.$/, '')}).`, { cause: failure });
}

function reasonOf(failure: unknown): string {
  return failure instanceof BackendFailure ? failure.message : 'unexpected failure';
}

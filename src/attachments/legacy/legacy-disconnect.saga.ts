import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { Logger } from 'pino';
import type { RequestContext } from '../../auth/request-context.js';
import { LOGGER } from '../../common/logger.js';
import { type Tx, UnitOfWork } from '../../database/unit-of-work.js';
import type { Connection, Connector } from '../../drivers/contract/index.js';
import { BackendRegistry } from '../../drivers/registry/backend-registry.js';
import type { BackendSession } from '../../drivers/registry/backend-session.js';
import { MessagesService } from '../../messages/index.js';
import type { OperationEntity } from '../../operations/operation.entity.js';
import { OperationJournal } from '../../operations/operation-journal.js';
import { OperationRecovery } from '../../operations/operation-recovery.js';
import { OverruledWork } from '../../operations/overruled-work.js';
import { type VolumeEntity, volumeRef, VolumesRepository, VolumesService } from '../../volumes/index.js';
import { AttachmentsRepository } from '../attachments.repository.js';
import { connectionsOf } from '../connections.js';
import { DetachRule } from '../detach-rule.js';
import { explained, reasonOf } from '../failure-reason.js';
import { InterruptedWork } from '../interrupted-work.js';
import { LegacyConnectionsRepository } from './legacy-connections.repository.js';
import { checkNamesHost, isNamedBy } from './named-host.js';

interface DisconnectPlan {
  readonly operationId: string;
  readonly requestId: string;
  readonly volume: VolumeEntity;
  readonly ending: readonly Connection[];
  readonly others: readonly Connection[];
}

/** Ends connections without attachments: os-terminate_connection (docs/adr/0010). */
@Injectable()
export class LegacyDisconnectSaga implements OnModuleInit {
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
    private readonly rule: DetachRule,
    private readonly messages: MessagesService,
    private readonly overruled: OverruledWork,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  onModuleInit(): void {
    this.recovery.register('legacy-disconnect', (operation) => this.finish(operation));
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
        this.unitOfWork.run((tx) => this.plan(tx, ctx, volumeId, connector)),
      );
      if (plan === null) return;
      await this.overruled.watch(volumeId, ctx.requestId, () => this.disconnect(session, plan));
    });
  }

  /** Journals what is to be ended; null when there is nothing, and the mark is gone already. */
  private async plan(
    tx: Tx,
    ctx: RequestContext,
    volumeId: string,
    connector: Connector | null,
  ): Promise<DisconnectPlan | null> {
    const volume = await this.volumes.lockVisible(tx, ctx, volumeId);
    const known = await this.connections.ofVolume(tx, volumeId);
    const ending = known.filter((one) => connector === null || isNamedBy(connector, one.connector));
    if (ending.length === 0) {
      await this.volumes.unreserve(tx, volume);
      return null;
    }
    const { requestId } = ctx;
    const ids = ending.map(({ attachmentId }) => attachmentId);
    const kind = 'legacy-disconnect';
    const operationId = await this.journal.open(tx, { kind, volumeId, requestId, details: { ids } });
    const others = connectionsOf(await this.attachments.ofVolume(tx, volumeId), known, ids);
    return { operationId, requestId, volume, ending, others };
  }

  private async disconnect(session: BackendSession, plan: DisconnectPlan): Promise<void> {
    try {
      await this.end(session, plan);
    } catch (failure) {
      await this.unitOfWork.run((tx) => this.recordFailure(tx, plan, failure));
      throw explained('Unable to terminate volume connection from backend', failure);
    }
    await this.conclude(session, plan);
  }

  private async end(session: BackendSession, { volume, ending, others }: DisconnectPlan): Promise<void> {
    for (const connection of ending) await session.terminateConnection(volumeRef(volume), connection, others);
  }

  private async recordFailure(
    tx: Tx,
    { operationId, requestId, volume }: DisconnectPlan,
    failure: unknown,
  ): Promise<void> {
    await this.volumes.lock(tx, volume.id);
    await this.journal.close(tx, operationId);
    // The host may have lost its access in part.
    await this.journal.defer(tx, { kind: 'restore-export', volumeId: volume.id, requestId });
    await this.messages.record(tx, { action: 'detach', volume, requestId, reason: reasonOf(failure) });
  }

  private async conclude(session: BackendSession, plan: DisconnectPlan): Promise<void> {
    const isWithdrawn = plan.others.length === 0 && (await this.withdraw(session, plan));
    await this.unitOfWork.run((tx) => this.apply(tx, plan, isWithdrawn));
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

  private async apply(
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

  /** Ends what was interrupted. What fails again stays open. */
  private async finish(operation: OperationEntity): Promise<void> {
    const { id: operationId, volumeId, requestId } = operation;
    const { ids } = operation.details as { ids: readonly string[] };
    await this.interrupted.end(operation, async (session, { volume, attachments, legacy }) => {
      const ending = legacy.filter(({ attachmentId }) => ids.includes(attachmentId));
      if (ending.length === 0) return this.interrupted.close(operation);
      const others = connectionsOf(attachments, legacy, ids);
      const plan = { operationId, requestId, volume, ending, others };
      await this.overruled.watch(volumeId, requestId, async () => {
        await this.end(session, plan);
        await this.conclude(session, plan);
      });
    });
  }
}

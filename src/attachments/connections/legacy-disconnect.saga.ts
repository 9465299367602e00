import { Injectable } from '@nestjs/common';
import type { RequestContext } from '../../api/auth/request-context.js';
import type { Tx } from '../../platform/database/unit-of-work.js';
import type { Connector } from '../../drivers/contract/index.js';
import type { BackendSession } from '../../drivers/registry/backend-session.js';
import { DoesAsked } from '../../operations/asked-work-handlers.js';
import type { OperationEntity } from '../../operations/operation.entity.js';
import { OperationJournal } from '../../operations/operation-journal.js';
import { Settled } from '../../operations/settled.js';
import { EndsInterrupted } from '../../operations/operation-recovery.js';
import { volumeNotFound, VolumesRepository } from '../../volumes/index.js';
import { connectionsOf } from '../attachment/connection.js';
import { systemActor } from '../history/actor.js';
import { ConnectionEnder, type EndingConnections } from './connection-ender.js';
import { ConnectionWork } from './connection-work.js';
import { DetachRule } from './detach-rule.js';
import { type ConnectedVolume, VolumeConnections } from '../attachment/volume-connections.js';
import { checkNamesHost, isNamedBy } from './named-host.js';

/** Ends connections without attachments: os-terminate_connection (docs/adr/0010). */
@Injectable()
export class LegacyDisconnectSaga {
  constructor(
    private readonly work: ConnectionWork,
    private readonly journal: OperationJournal,
    private readonly volumes: VolumesRepository,
    private readonly connections: VolumeConnections,
    private readonly rule: DetachRule,
    private readonly ender: ConnectionEnder,
  ) {}

  /**
   * Ends the access of the connector's host, or of every host connected by a volume action, and ends the volume's
   * `attaching` status. A host without a connection counts as ended.
   * @throws NotFound; InvalidInput for a connector that names no host; Conflict if a server uses the volume that only
   * Nova may detach; BackendFailure. Nothing has changed then.
   */
  async terminate(ctx: RequestContext, volumeId: string, connector: Connector | null): Promise<void> {
    const place = await this.work.placeOf(ctx, volumeId);
    if (connector !== null) checkNamesHost(connector);
    await this.rule.permitForVolume(ctx, volumeId);
    await this.work.begin(place, {
      plan: (tx) => this.plan(tx, ctx, volumeId, connector),
      carryOut: (session, plan) => this.disconnect(session, plan, false),
    });
  }

  /** Journals the connections to end. If there are none, the `attaching` status is ended already. */
  private async plan(
    tx: Tx,
    ctx: RequestContext,
    volumeId: string,
    connector: Connector | null,
  ): Promise<EndingConnections | Settled<void>> {
    const { volume, attachments, legacy } = await this.connections.lockVisible(tx, ctx, volumeId);
    const ending = legacy.filter((one) => connector === null || isNamedBy(connector, one.connector));
    if (ending.length === 0) {
      await this.volumes.unreserve(tx, volume);
      return new Settled(undefined);
    }
    const { requestId } = ctx;
    const ids = ending.map(({ attachmentId }) => attachmentId);
    const kind = 'legacy-disconnect';
    const operationId = await this.journal.open(tx, { kind, volumeId, requestId, details: { ids } });
    const others = connectionsOf(attachments, legacy, ids);
    return { operationId, by: ctx, volume, ending, others, way: 'terminate' };
  }

  private async disconnect(
    session: BackendSession,
    plan: EndingConnections,
    isResumed: boolean,
  ): Promise<void> {
    await this.ender.end(session, plan, {
      what: 'Unable to terminate volume connection from backend',
      isTriedAgain: () => isResumed,
      apply: async (tx, ended) => {
        if (ended.found === null) return;
        const { volume } = ended.found;
        await this.volumes.changeIfAny(tx, volume.id, await this.ender.exportChanges(tx, plan, ended));
        await this.volumes.unreserve(tx, volume);
      },
    });
  }

  /** Ends connections as another process has recorded it. */
  @DoesAsked(['legacy-disconnect'])
  async performAsked(operation: OperationEntity): Promise<void> {
    await this.work.perform<EndingConnections, undefined>(operation, volumeNotFound(operation.volumeId), {
      plan: async (found) => recordedPlan(operation, found) ?? (await this.work.settle(operation, undefined)),
      carryOut: async (session, plan) => {
        await this.disconnect(session, plan, false);
        return undefined;
      },
    });
  }

  /** Finishes an interrupted disconnect. If it fails again, its entry stays open. */
  @EndsInterrupted(['legacy-disconnect'])
  async finish(operation: OperationEntity): Promise<void> {
    await this.work.finish(
      operation,
      (found) => recordedPlan(operation, found),
      (session, plan) => this.disconnect(session, plan, true),
    );
  }
}

/** Null if the connections are gone. */
function recordedPlan(
  operation: OperationEntity,
  { volume, attachments, legacy }: ConnectedVolume,
): EndingConnections | null {
  const { ids } = operation.details as { ids: readonly string[] };
  const ending = legacy.filter(({ attachmentId }) => ids.includes(attachmentId));
  if (ending.length === 0) return null;
  const others = connectionsOf(attachments, legacy, ids);
  const by = systemActor(operation.requestId);
  return { operationId: operation.id, by, volume, ending, others, way: 'terminate' };
}

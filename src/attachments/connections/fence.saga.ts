import { Injectable } from '@nestjs/common';
import { Conflict } from '../../platform/errors.js';
import { type Tx, UnitOfWork } from '../../platform/database/unit-of-work.js';
import type { Connection } from '../../drivers/contract/index.js';
import type { BackendSession } from '../../drivers/registry/backend-session.js';
import { DoesAsked } from '../../operations/asked-work-handlers.js';
import type { OperationEntity } from '../../operations/operation.entity.js';
import { OpenConnectsRepository } from '../../operations/open-connects.repository.js';
import { OperationJournal } from '../../operations/operation-journal.js';
import { EndsInterrupted } from '../../operations/operation-recovery.js';
import { Settled } from '../../operations/settled.js';
import { volumeNotFound, VolumesRepository } from '../../volumes/index.js';
import { statusAfter } from '../attachment/attachment-status.js';
import { AttachmentsRepository } from '../attachment/attachments.repository.js';
import { connectionsOf } from '../attachment/connection.js';
import { type ConnectedVolume, VolumeConnections } from '../attachment/volume-connections.js';
import { FOLLOWING, volumeEffect } from '../attachment/volume-effect.js';
import { type Actor, systemActor } from '../history/actor.js';
import { AttachmentHistory } from '../history/attachment-history.js';
import { ConnectionEnder, type Ended, type EndingConnections } from './connection-ender.js';
import { ConnectionWork, type WorkPlace } from './connection-work.js';
import { isUnconfirmed } from './disconnect.saga.js';
import { recordedConnect } from './recorded-connect.js';

/** A host to be cut off from a volume. */
interface FencePlan extends EndingConnections {
  readonly by: Actor;
  /** Ids of the connections that the host has, besides those that it may have got from interrupted work. */
  readonly had: readonly string[];
  /** That work. */
  readonly begun: readonly OperationEntity[];
  readonly isResumed: boolean;
}

/**
 * Cuts a host off from a volume, whatever it does: all its connections, with or without an attachment. The attachments
 * stay, reserved, so that their servers keep the volume and may connect another host (docs/adr/0042).
 */
@Injectable()
export class FenceSaga {
  constructor(
    private readonly work: ConnectionWork,
    private readonly unitOfWork: UnitOfWork,
    private readonly journal: OperationJournal,
    private readonly openConnects: OpenConnectsRepository,
    private readonly connections: VolumeConnections,
    private readonly attachments: AttachmentsRepository,
    private readonly volumes: VolumesRepository,
    private readonly ender: ConnectionEnder,
    private readonly history: AttachmentHistory,
  ) {}

  /**
   * Cuts off the host whose connectors have exactly this name. Idempotent.
   * @returns ids of the connections that it had; none if it had none.
   * @throws Conflict if the driver cannot confirm it; BackendFailure. The host keeps its access then.
   */
  async fence(by: Actor, place: WorkPlace, host: string): Promise<readonly string[]> {
    return this.work.begin(place, {
      checkAt: ({ name, capabilities }) => {
        if (capabilities.fence !== true)
          throw new Conflict(`The backend ${name} cannot confirm that a host has lost access.`);
      },
      plan: async (tx) => {
        const found = await this.connections.lock(tx, place.volumeId);
        return (found === null ? null : await this.plan(tx, by, found, host)) ?? new Settled([]);
      },
      carryOut: (session, plan) => this.carryOut(session, plan),
    });
  }

  /** Cuts off a host as another process has recorded it. */
  @DoesAsked(['fence-host'])
  async performAsked(operation: OperationEntity): Promise<readonly string[]> {
    return this.work.perform<FencePlan, readonly string[]>(operation, volumeNotFound(operation.volumeId), {
      plan: async (found) =>
        (await this.recordedPlan(operation, found, false)) ?? (await this.work.settle(operation, [])),
      carryOut: (session, plan) => this.carryOut(session, plan),
    });
  }

  /** Tries once more. If the driver does not confirm, the host keeps its access, and the operator decides again. */
  @EndsInterrupted(['fence-host'])
  async finish(operation: OperationEntity): Promise<void> {
    await this.work
      .finish(
        operation,
        (found) => this.recordedPlan(operation, found, true),
        (session, plan) => this.carryOut(session, plan),
      )
      .catch((error: unknown) => {
        if (!isUnconfirmed(error)) throw error;
      });
  }

  private async plan(tx: Tx, by: Actor, found: ConnectedVolume, host: string): Promise<FencePlan | null> {
    const { volume } = found;
    const sides = await this.sidesOf(tx, found, host);
    if (sides.ending.length === 0) return null;
    const { requestId } = by;
    const kind = 'fence-host';
    const operationId = await this.journal.open(tx, {
      kind,
      volumeId: volume.id,
      requestId,
      details: { host },
    });
    return { operationId, by, volume, ...sides, way: 'fence', isResumed: false };
  }

  /** Null if the host has no connections left. */
  private async recordedPlan(
    operation: OperationEntity,
    found: ConnectedVolume,
    isResumed: boolean,
  ): Promise<FencePlan | null> {
    const { host } = operation.details as { readonly host: string };
    const sides = await this.unitOfWork.run((tx) => this.sidesOf(tx, found, host));
    if (sides.ending.length === 0) return null;
    const { id: operationId, requestId } = operation;
    const by = systemActor(requestId);
    return { operationId, by, volume: found.volume, ...sides, way: 'fence', isResumed };
  }

  /**
   * A host's connections of a volume, and those of others. Work that connects the host and is open counts: if it is under
   * way, the entry of the fencing waits for its end; if it was interrupted, the host may have access.
   */
  private async sidesOf(
    tx: Tx,
    { volume, attachments, legacy }: ConnectedVolume,
    host: string,
  ): Promise<Pick<FencePlan, 'ending' | 'others' | 'had' | 'begun'>> {
    const connections = connectionsOf(attachments, legacy);
    const isOfHost = ({ connector }: Connection): boolean => connector['host'] === host;
    const had = connections.filter(isOfHost);
    const begun = (await this.openConnects.of(tx, volume.id)).filter((operation) =>
      isOfHost(begunConnection(operation)),
    );
    const further = begun.map(begunConnection).filter((one) => !isAmong(had, one.attachmentId));
    return {
      ending: [...had, ...further],
      others: connections.filter((connection) => !isOfHost(connection)),
      had: had.map(({ attachmentId }) => attachmentId),
      begun,
    };
  }

  private async carryOut(session: BackendSession, plan: FencePlan): Promise<readonly string[]> {
    return this.ender.end(session, plan, {
      what: `Unable to cut off a host from volume ${plan.volume.id}`,
      isTriedAgain: (failure) => plan.isResumed && !isUnconfirmed(failure),
      apply: async (tx, ended) => {
        await this.apply(tx, plan, ended);
        return plan.ending.map(({ attachmentId }) => attachmentId);
      },
      recordFailure: (tx, reason, durationMs) => this.recordFailure(tx, plan, reason, durationMs),
    });
  }

  private async apply(tx: Tx, plan: FencePlan, ended: Ended): Promise<void> {
    const { found, durationMs } = ended;
    for (const operation of plan.begun) await this.openConnects.markCutOff(tx, operation);
    if (found === null) return;
    const { volume, attachments } = found;
    for (const attachment of attachments) {
      if (!plan.had.includes(attachment.id)) continue;
      const from = attachment.attachStatus;
      const to = statusAfter(from, 'fenced');
      await this.attachments.update(tx, attachment.id, {
        ...{ attachStatus: to, connectionInfo: {}, connector: null },
        ...{ attachedHost: null, mountpoint: null, attachTime: null, errorReason: null },
      });
      await this.history.record(tx, attachment, { kind: 'fenced', by: plan.by, from, to, durationMs });
    }
    const statuses = attachments.map(({ id, attachStatus }) =>
      plan.had.includes(id) ? statusAfter(attachStatus, 'fenced') : attachStatus,
    );
    const follows = statuses.length > 0 && FOLLOWING.includes(volume.status);
    const changes = await this.ender.exportChanges(tx, plan, ended);
    await this.volumes.changeIfAny(tx, volume.id, { ...changes, ...(follows && volumeEffect(statuses)) });
  }

  private async recordFailure(
    tx: Tx,
    { by, volume, had }: FencePlan,
    reason: string,
    durationMs: number,
  ): Promise<void> {
    for (const attachment of await this.attachments.ofVolume(tx, volume.id)) {
      if (!had.includes(attachment.id)) continue;
      const status = attachment.attachStatus;
      const step = { by, from: status, to: status, durationMs, reason };
      await this.history.record(tx, attachment, { kind: 'detach-failed', ...step });
    }
  }
}

function begunConnection(operation: OperationEntity): Connection {
  const { connector, mode } = recordedConnect(operation);
  return { attachmentId: operation.attachmentId ?? '', connector, mode };
}

function isAmong(connections: readonly Connection[], id: string): boolean {
  return connections.some(({ attachmentId }) => attachmentId === id);
}

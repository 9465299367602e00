import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { stopwatch } from '../../platform/clock.js';
import { type Tx, UnitOfWork } from '../../platform/database/unit-of-work.js';
import { LOGGER } from '../../platform/logging/logger.js';
import type { Connection } from '../../drivers/contract/index.js';
import type { BackendSession } from '../../drivers/registry/backend-session.js';
import { OperationJournal } from '../../operations/operation-journal.js';
import { WorkOutcomes } from '../../operations/work-outcomes.js';
import { type VolumeChanges, type VolumeEntity, volumeRef } from '../../volumes/index.js';
import { MessagesService } from '../../volumes/messages/index.js';
import { reasonOf } from '../../platform/failure-reason.js';
import { withContext, FINISHED_LATER, ofRecorded } from '../attachment/failure-reason.js';
import { type ConnectedVolume, VolumeConnections } from '../attachment/volume-connections.js';
import { LegacyConnectionsRepository } from '../attachment/legacy-connections.repository.js';

/** `terminate` asks the driver to cut hosts off; `fence` requires its confirmation (os-force_detach). */
export type EndingWay = 'terminate' | 'fence';

/** Connections to be ended, with or without an attachment, as found when that was journalled. */
export interface EndingConnections {
  readonly operationId: string;
  readonly by: { readonly requestId: string };
  readonly volume: VolumeEntity;
  readonly ending: readonly Connection[];
  readonly others: readonly Connection[];
  readonly way: EndingWay;
}

/** Outcome at the backend. */
export interface Ended {
  /** The volume as it is now, locked; null if it is gone. */
  readonly found: ConnectedVolume | null;
  /** True if the export was unused and is gone. */
  readonly isWithdrawn: boolean;
  readonly durationMs: number;
}

/** Records the outcome of ended connections; each recording runs in one transaction. */
export interface EndOutcomes<R> {
  /** The request, as a failure text names it. */
  readonly what: string;
  /** True to leave a failure's entry open for a retry, instead of recording it. */
  readonly isTriedAgain: (failure: unknown) => boolean;
  readonly apply: (tx: Tx, ended: Ended) => Promise<R>;
  /** Records what a failure changes besides the volume. */
  readonly recordFailure?: (tx: Tx, reason: string, durationMs: number) => Promise<void>;
}

/** Ends connections at backends (docs/specification.md#calls-to-the-driver). */
@Injectable()
export class ConnectionEnder {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly journal: OperationJournal,
    private readonly connections: VolumeConnections,
    private readonly legacy: LegacyConnectionsRepository,
    private readonly messages: MessagesService,
    private readonly workOutcomes: WorkOutcomes,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** Cuts the hosts off, withdraws the export if it is unused, and records the outcome. */
  async end<R>(session: BackendSession, plan: EndingConnections, outcomes: EndOutcomes<R>): Promise<R> {
    const elapsed = stopwatch();
    try {
      await this.cutOff(session, plan);
    } catch (failure) {
      if (outcomes.isTriedAgain(failure)) throw failure;
      const reason = reasonOf(failure);
      const durationMs = elapsed();
      const told = withContext(outcomes.what, failure);
      await this.record(async (tx) => {
        await this.recordFailure(tx, plan, reason);
        await outcomes.recordFailure?.(tx, reason, durationMs);
        await this.workOutcomes.failed(tx, plan.operationId, told);
      });
      throw told;
    }
    const isWithdrawn = plan.others.length === 0 && (await this.withdraw(session, plan));
    const durationMs = elapsed();
    return this.record(async (tx) => {
      const found = await this.connections.lock(tx, plan.volume.id, plan.operationId);
      await this.journal.close(tx, plan.operationId);
      await this.legacy.remove(tx, found?.legacy.filter((one) => isAmong(plan.ending, one)) ?? []);
      const result = await outcomes.apply(tx, { found, isWithdrawn, durationMs });
      await this.workOutcomes.succeeded(tx, plan.operationId, result);
      return result;
    });
  }

  /**
   * Leaves an unused export that could not be withdrawn to the reconciler.
   * @returns what changes of the volume.
   */
  async exportChanges(
    tx: Tx,
    { volume: { id: volumeId }, others, by }: EndingConnections,
    { isWithdrawn }: Ended,
  ): Promise<VolumeChanges> {
    if (isWithdrawn) return { exportDetails: null };
    if (others.length === 0)
      await this.journal.defer(tx, { kind: 'remove-export', volumeId, requestId: by.requestId });
    return {};
  }

  private async cutOff(
    session: BackendSession,
    { volume, ending, others, way }: EndingConnections,
  ): Promise<void> {
    for (const connection of ending) {
      if (way === 'fence') await session.fenceConnection(volumeRef(volume), connection, others);
      else await session.terminateConnection(volumeRef(volume), connection, others);
    }
  }

  private async recordFailure(
    tx: Tx,
    { operationId, by: { requestId }, volume }: EndingConnections,
    reason: string,
  ): Promise<void> {
    await this.connections.lock(tx, volume.id);
    await this.journal.close(tx, operationId);
    // The host may have lost part of its access.
    await this.journal.defer(tx, { kind: 'restore-export', volumeId: volume.id, requestId });
    await this.messages.record(tx, { action: 'detach', volume, requestId, reason });
  }

  /** Records an outcome. On failure the entry stays open, and the reconciler repeats the work. */
  private async record<T>(outcome: (tx: Tx) => Promise<T>): Promise<T> {
    try {
      return await this.unitOfWork.run(outcome);
    } catch (error) {
      throw ofRecorded(error, FINISHED_LATER);
    }
  }

  /** Withdraws the unused export. A failure does not fail the request: the host is cut off already. */
  private async withdraw(session: BackendSession, { volume, by }: EndingConnections): Promise<boolean> {
    try {
      await session.removeExport(volumeRef(volume));
      return true;
    } catch (error) {
      this.log.warn(
        { err: error, requestId: by.requestId, volumeId: volume.id },
        'an unused export could not be removed yet',
      );
      return false;
    }
  }
}

function isAmong(connections: readonly Connection[], { attachmentId }: Connection): boolean {
  return connections.some((one) => one.attachmentId === attachmentId);
}

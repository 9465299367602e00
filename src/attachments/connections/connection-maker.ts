import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { stopwatch } from '../../platform/clock.js';
import { NotFound } from '../../platform/errors.js';
import { DatabaseTrouble, OutcomeUnknown } from '../../platform/database/database-failure.js';
import { type Tx, UnitOfWork } from '../../platform/database/unit-of-work.js';
import { LOGGER } from '../../platform/logging/logger.js';
import type { Connection, ConnectionInfo, ExportDetails } from '../../drivers/contract/index.js';
import type { BackendSession } from '../../drivers/registry/backend-session.js';
import { OperationJournal, OperationOverruled } from '../../operations/operation-journal.js';
import { WorkOutcomes } from '../../operations/work-outcomes.js';
import { type VolumeChanges, type VolumeEntity, volumeRef, VolumesRepository } from '../../volumes/index.js';
import { MessagesService } from '../../volumes/messages/index.js';
import { isSameHost } from '../attachment/connection.js';
import { ConnectionFactsReader } from '../attachment/connection-facts.js';
import type { ConnectionFacts } from '../attachment/connection-info.js';
import { type ConnectedVolume, VolumeConnections } from '../attachment/volume-connections.js';
import { reasonOf } from '../../platform/failure-reason.js';
import { withContext, ofRecorded, UNDONE } from '../attachment/failure-reason.js';

/** A connection to be made, with or without an attachment, as found when it was journalled. */
export interface NewConnection {
  readonly operationId: string;
  readonly by: { readonly requestId: string };
  readonly volume: VolumeEntity;
  readonly connection: Connection;
  /** The connection that the new one replaces. */
  readonly previous: Connection | null;
  /** All other connections of the volume. */
  readonly others: readonly Connection[];
}

/** The driver's result and duration, and what the core adds to its connection_info. */
export interface Connected {
  readonly exportDetails: ExportDetails;
  readonly info: ConnectionInfo;
  readonly facts: ConnectionFacts;
  readonly durationMs: number;
}

/** Why a connection failed; the milliseconds of backend work, undo included, or null if they are unknown. */
export interface ConnectFailure {
  readonly reason: string;
  readonly durationMs: number | null;
}

/** The result of a request, and what it changes of the volume besides the export. */
export interface Applied<R> {
  readonly result: R;
  readonly changes: VolumeChanges;
}

/** Records the outcome of a new connection; each callback runs in one transaction. */
export interface ConnectOutcomes<R> {
  /** The request, as a failure text names it. */
  readonly what: string;
  /** The request, as a user message names it. */
  readonly action: 'attach' | 'update';
  /** The failure's text if the volume is gone in the meantime. */
  readonly notFound: string;
  /** Records what the connection changes besides the volume. */
  readonly apply: (tx: Tx, found: ConnectedVolume, connected: Connected) => Promise<Applied<R>>;
  /**
   * Records what a failure changes.
   * @param changes of the volume, which are not recorded yet.
   * @returns those that are still to be recorded, and its own.
   */
  readonly recordFailure?: (
    tx: Tx,
    found: ConnectedVolume,
    failure: ConnectFailure,
    changes: VolumeChanges,
  ) => Promise<VolumeChanges>;
  /** Leaves the undo to the reconciler. */
  readonly leave: (tx: Tx, reason: string) => Promise<void>;
}

/** What records a failure. */
type FailureOutcomes = Pick<ConnectOutcomes<unknown>, 'action' | 'recordFailure'>;

/** Makes connections at backends, or leaves nothing behind (docs/adr/0003). */
@Injectable()
export class ConnectionMaker {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly journal: OperationJournal,
    private readonly volumes: VolumesRepository,
    private readonly connections: VolumeConnections,
    private readonly facts: ConnectionFactsReader,
    private readonly messages: MessagesService,
    private readonly workOutcomes: WorkOutcomes,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** Exports the volume, admits the host and records the connection. A failure is undone, now or by the reconciler. */
  async make<R>(session: BackendSession, plan: NewConnection, outcomes: ConnectOutcomes<R>): Promise<R> {
    let exportDetails: ExportDetails | null = null;
    const elapsed = stopwatch();
    try {
      const facts = await this.facts.read(plan.volume, plan.connection);
      const details = await session.createExport(volumeRef(plan.volume), plan.connection);
      exportDetails = details;
      const info = await this.admit(session, plan, details);
      const connected = { exportDetails: details, info, facts, durationMs: elapsed() };
      return await this.unitOfWork.run((tx) => this.record(tx, plan, outcomes, connected));
    } catch (failure) {
      if (failure instanceof OperationOverruled) throw failure;
      // The connection may be recorded. Once the database answers, an open entry tells that it is not.
      if (failure instanceof OutcomeUnknown) throw failure;
      // Do not wait for a slow database again: the entry is open, and the reconciler undoes the work.
      if (failure instanceof DatabaseTrouble && failure.isSlow) throw ofRecorded(failure, UNDONE);
      const reason = reasonOf(failure);
      const told = withContext(outcomes.what, ofRecorded(failure, UNDONE));
      try {
        // A process that took over has undone the work: the backend's state may now be somebody else's.
        await this.unitOfWork.run((tx) => this.journal.assertHeld(tx, plan.operationId));
        await this.undo(session, plan, exportDetails);
        const failed = { reason, durationMs: elapsed() };
        await this.unitOfWork.run(async (tx) => {
          await this.recordFailure(tx, plan, outcomes, failed);
          await this.workOutcomes.failed(tx, plan.operationId, told);
        });
      } catch (error) {
        if (error instanceof OperationOverruled) throw error;
        await this.leave(plan, error, async (tx) => {
          await outcomes.leave(tx, reason);
          await this.workOutcomes.failed(tx, plan.operationId, told);
        });
      }
      throw told;
    }
  }

  /**
   * Undoes an interrupted connection and records its failure.
   * @param reason null if a later outcome is recorded already; the entry is just closed then.
   */
  async undoInterrupted(
    session: BackendSession,
    plan: NewConnection,
    outcomes: FailureOutcomes,
    reason: string | null,
  ): Promise<void> {
    await this.undo(session, plan, null);
    await this.unitOfWork.run((tx) =>
      reason === null
        ? this.journal.close(tx, plan.operationId)
        : this.recordFailure(tx, plan, outcomes, { reason, durationMs: null }),
    );
  }

  private async record<R>(
    tx: Tx,
    plan: NewConnection,
    { notFound, apply }: ConnectOutcomes<R>,
    connected: Connected,
  ): Promise<R> {
    const found = await this.connections.lock(tx, plan.volume.id, plan.operationId);
    await this.journal.close(tx, plan.operationId);
    if (found === null) throw new NotFound(notFound);
    const { result, changes } = await apply(tx, found, connected);
    await this.volumes.change(tx, plan.volume.id, { ...changes, exportDetails: connected.exportDetails });
    // The export was due for withdrawal, but is in use again.
    if (found.hasOtherWork) await this.journal.closeAll(tx, 'remove-export', plan.volume.id);
    await this.workOutcomes.succeeded(tx, plan.operationId, result);
    return result;
  }

  /** Undoes an unfinished connection at the backend. Idempotent. */
  private async undo(
    session: BackendSession,
    plan: NewConnection,
    exportDetails: ExportDetails | null,
  ): Promise<void> {
    const volume = volumeRef({ ...plan.volume, exportDetails: exportDetails ?? plan.volume.exportDetails });
    const { connection, previous, others } = plan;
    if (previous === null) {
      await session.terminateConnection(volume, connection, others);
      if (others.length === 0) await session.removeExport(volume);
    } else if (!isSameHost(previous.connector, connection.connector)) {
      await session.terminateConnection(volume, connection, [...others, previous]);
      // The previous connection may have lost its access during the move.
      await session.initializeConnection(volume, previous, others);
    }
  }

  /** Records a failed connection after the backend has been cleaned up. */
  private async recordFailure(
    tx: Tx,
    plan: NewConnection,
    { action, recordFailure }: FailureOutcomes,
    failure: ConnectFailure,
  ): Promise<void> {
    const found = await this.connections.lock(tx, plan.volume.id, plan.operationId);
    await this.journal.close(tx, plan.operationId);
    if (found === null) return;
    const { volume } = found;
    const { requestId } = plan.by;
    await this.messages.record(tx, { action, volume, requestId, reason: failure.reason });
    const isUnused = plan.previous === null && plan.others.length === 0;
    const changes = isUnused ? { exportDetails: null } : {};
    const left = recordFailure === undefined ? changes : await recordFailure(tx, found, failure, changes);
    await this.volumes.changeIfAny(tx, volume.id, left);
  }

  private async admit(
    session: BackendSession,
    plan: NewConnection,
    exportDetails: ExportDetails,
  ): Promise<ConnectionInfo> {
    const volume = volumeRef({ ...plan.volume, exportDetails });
    const { connection, previous, others } = plan;
    const info = await session.initializeConnection(volume, connection, others);
    // The attachment has moved to another host: the previous host must lose its access (docs/parity.md).
    if (previous !== null && !isSameHost(previous.connector, connection.connector)) {
      await session.terminateConnection(volume, previous, [...others, connection]);
    }
    return info;
  }

  private async leave(
    { by: { requestId }, volume }: NewConnection,
    cause: unknown,
    record: (tx: Tx) => Promise<void>,
  ): Promise<void> {
    const about = { requestId, volumeId: volume.id };
    this.log.error({ err: cause, ...about }, 'a failed connection could not be undone yet');
    await this.unitOfWork.run(record).catch((error: unknown) => {
      this.log.error(
        { err: error, ...about },
        'a failed connection could not be handed to the reconciler yet',
      );
    });
  }
}

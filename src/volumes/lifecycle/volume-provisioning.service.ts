import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { isOutageOfBackend, NoRoom } from '../../platform/errors.js';
import { LOGGER } from '../../platform/logging/logger.js';
import { DatabaseTrouble } from '../../platform/database/database-failure.js';
import { type Tx, UnitOfWork } from '../../platform/database/unit-of-work.js';
import type { VolumeRef } from '../../drivers/contract/index.js';
import type { BackendSession } from '../../drivers/registry/backend-session.js';
import { DoesAsked } from '../../operations/asked-work-handlers.js';
import { JournalledWork, type RecordedWork } from '../../operations/journalled-work.js';
import type { OperationEntity } from '../../operations/operation.entity.js';
import type { AskedWork } from '../../operations/remote-work.js';
import { MessagesService } from '../messages/index.js';
import { Scheduler } from '../scheduling/index.js';
import { EndsInterrupted } from '../../operations/operation-recovery.js';
import { OperationJournal } from '../../operations/operation-journal.js';
import { reasonOf, storedReason } from '../../platform/failure-reason.js';
import { volumeRef } from '../volume/volume-ref.js';
import type { VolumeEntity } from '../volume/volume.entity.js';
import { VolumesRepository } from '../volume/volumes.repository.js';
import { type VolumeStep, VolumeSteps } from './volume-steps.js';
import { type Move, VolumePlacementService } from './volume-placement.service.js';

/** A driver failure; its reason has no secrets. */
interface Failure {
  readonly reason: string;
  readonly isForWantOfRoom: boolean;
}

/** The part of creating and deleting volumes that runs at the backend after the request was answered. */
@Injectable()
export class VolumeProvisioningService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly journal: OperationJournal,
    private readonly work: JournalledWork,
    private readonly volumes: VolumesRepository,
    private readonly messages: MessagesService,
    private readonly steps: VolumeSteps,
    private readonly scheduler: Scheduler,
    private readonly placement: VolumePlacementService,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** Starts to create a volume that is `creating`; it becomes `available` or `error`. */
  startCreate(work: AskedWork): void {
    this.work.start(work, `creation of volume ${work.volumeId}`, () => this.create(work));
  }

  /** Starts to remove a volume that is `deleting`; it disappears or becomes `error_deleting`. */
  startDelete(work: AskedWork): void {
    this.work.start(work, `deletion of volume ${work.volumeId}`, () => this.delete(work));
  }

  /** Does work that another process has recorded. */
  @DoesAsked(['create-volume', 'delete-volume'])
  async performAsked(operation: OperationEntity): Promise<void> {
    await (operation.kind === 'create-volume' ? this.create(operation) : this.delete(operation));
  }

  /**
   * Repeats, from the start, work that a dead process may have done in part: driver calls are idempotent.
   * @throws if the backend does not answer, which says nothing about the volume.
   */
  @EndsInterrupted(['create-volume', 'delete-volume'])
  async resumeProvisioning(operation: OperationEntity): Promise<void> {
    await (operation.kind === 'create-volume' ? this.create(operation, true) : this.delete(operation, true));
  }

  private async create(work: RecordedWork, isResumed = false): Promise<void> {
    for (;;) {
      const attempt: { move: Move } = { move: 'none' };
      const failure = await this.atBackend(work, 'creating', isResumed, async (session, volume) => {
        try {
          await session.createVolume(volume);
        } catch (error) {
          attempt.move = await this.placement.moveElsewhere(work, session, error);
          if (attempt.move === 'none') throw error;
        }
      });
      if (attempt.move === 'here') continue;
      if (attempt.move === 'away') return;
      await this.endCreate(work, failure);
      return;
    }
  }

  private async endCreate(work: RecordedWork, failure: Failure | null): Promise<void> {
    await this.finish(work, async (tx, volume) => {
      // A state changed meanwhile takes precedence over this outcome.
      if (volume.status !== 'creating') return;
      const status = failure === null ? 'available' : 'error';
      await this.volumes.change(tx, volume.id, { status, errorReason: failure?.reason ?? null });
      await this.steps.record(tx, volume, stepOf(work, failure, 'create', { from: 'creating', to: status }));
      if (failure === null) return;
      await this.messages.record(tx, {
        ...(failure.isForWantOfRoom
          ? { action: 'allocate', detail: 'noBackend' }
          : { action: 'create', detail: 'createFailed' }),
        volume,
        requestId: work.requestId,
        reason: failure.reason,
      });
    });
  }

  private async delete(work: RecordedWork, isResumed = false): Promise<void> {
    const failure = await this.atBackend(work, 'deleting', isResumed, (session, volume) =>
      session.deleteVolume(volume),
    );
    await this.finish(work, async (tx, volume) => {
      if (volume.status !== 'deleting') return;
      if (failure !== null) {
        await this.volumes.change(tx, volume.id, {
          status: 'error_deleting',
          errorReason: failure.reason,
        });
        const change = { from: 'deleting', to: 'error_deleting' };
        await this.steps.record(tx, volume, stepOf(work, failure, 'delete', change));
        await this.messages.record(tx, {
          action: 'delete',
          volume,
          requestId: work.requestId,
          reason: failure.reason,
        });
        return;
      }
      // The driver has removed any leftover export with the volume.
      await this.journal.closeAll(tx, 'remove-export', volume.id);
      await this.volumes.remove(tx, volume.id);
      const change = { from: 'deleting', to: 'deleted' };
      await this.steps.record(tx, volume, stepOf(work, null, 'delete', change));
      await this.scheduler.grow(tx, volume.backend, -1, -volume.sizeGib);
    });
  }

  /** Runs the driver call under the volume's lock; returns the failure, or null. */
  private async atBackend(
    work: RecordedWork,
    expected: VolumeEntity['status'],
    isResumed: boolean,
    call: (session: BackendSession, volume: VolumeRef) => Promise<void>,
  ): Promise<Failure | null> {
    const { volumeId, requestId } = work;
    try {
      await this.work.resume(
        work,
        (tx) => this.volumes.lock(tx, volumeId),
        async (session, volume) => {
          if (volume.status === expected) await call(session, volumeRef(volume));
        },
      );
      return null;
    } catch (error) {
      // The backend has not failed: the entry stays open, and the reconciler ends it.
      if (error instanceof DatabaseTrouble) throw error;
      // As in Cinder, a new request fails for any reason; resumed work can wait.
      if (isResumed && isOutageOfBackend(error)) throw error;
      this.log.error({ err: error, volumeId, requestId }, `volume failed while ${expected}`);
      return { reason: storedReason(reasonOf(error)), isForWantOfRoom: error instanceof NoRoom };
    }
  }

  private async finish(
    work: RecordedWork,
    apply: (tx: Tx, volume: VolumeEntity) => Promise<void>,
  ): Promise<void> {
    await this.unitOfWork.run(async (tx) => {
      const volume = await this.volumes.lock(tx, work.volumeId);
      // Another process or a deletion may have taken the work over, and then records the outcome.
      if ((await this.journal.closeIfOwn(tx, work.id)) && volume !== null) await apply(tx, volume);
    });
  }
}

/** The step that ends a work. */
function stepOf(
  { requestId }: RecordedWork,
  failure: Failure | null,
  work: 'create' | 'delete',
  change: Pick<VolumeStep, 'from' | 'to'>,
): VolumeStep {
  const done = { ...change, by: null, requestId };
  return failure === null
    ? { kind: `${work}d`, ...done }
    : { kind: `${work}-failed`, ...done, reason: failure.reason };
}

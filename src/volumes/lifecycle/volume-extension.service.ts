import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { Policies } from '../../api/auth/policies.js';
import type { RequestContext } from '../../api/auth/request-context.js';
import { InvalidInput, isOutageOfBackend } from '../../platform/errors.js';
import { LOGGER } from '../../platform/logging/logger.js';
import { DatabaseTrouble } from '../../platform/database/database-failure.js';
import { type Tx, UnitOfWork } from '../../platform/database/unit-of-work.js';
import { BackendDirectory, type KnownBackend } from '../../drivers/registry/backend-directory.js';
import { MessagesService } from '../messages/index.js';
import { DoesAsked } from '../../operations/asked-work-handlers.js';
import { JournalledWork, type RecordedWork } from '../../operations/journalled-work.js';
import type { OperationEntity } from '../../operations/operation.entity.js';
import { EndsInterrupted } from '../../operations/operation-recovery.js';
import { OperationJournal } from '../../operations/operation-journal.js';
import { QuotasService } from '../quotas/index.js';
import { Scheduler } from '../scheduling/index.js';
import { type ExtensionFailure, extensionFailure } from './extension-failure.js';
import { ExtensionNotices, type Notice } from './extension-notices.service.js';
import { VolumeSteps } from './volume-steps.js';
import type { VolumeStatus } from '../volume/volume-status.js';
import { volumeRef } from '../volume/volume-ref.js';
import type { VolumeEntity } from '../volume/volume.entity.js';
import { VolumesRepository } from '../volume/volumes.repository.js';

/** Extends volumes. */
@Injectable()
export class VolumeExtensionService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly journal: OperationJournal,
    private readonly backends: BackendDirectory,
    private readonly work: JournalledWork,
    private readonly volumes: VolumesRepository,
    private readonly quotas: QuotasService,
    private readonly messages: MessagesService,
    private readonly notices: ExtensionNotices,
    private readonly steps: VolumeSteps,
    private readonly scheduler: Scheduler,
    private readonly policies: Policies,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /**
   * Records the extension, which counts against the quota at once, and starts it.
   * @param inUse true if a volume in use may be extended too.
   * @throws NotFound; Forbidden; InvalidInput if size, state or backend forbid it; OverLimit; Unavailable.
   */
  async extend(ctx: RequestContext, volumeId: string, sizeGib: number, inUse: boolean): Promise<void> {
    const { requestId } = ctx;
    const record = async (tx: Tx) => {
      const volume = await this.volumes.lockVisible(tx, ctx, volumeId);
      const growthGib = sizeGib - volume.sizeGib;
      if (growthGib <= 0) {
        throw new InvalidInput(
          `Invalid input received: New size for extend must be greater than current size. (current: ${volume.sizeGib}, extended: ${sizeGib}).`,
        );
      }
      const from = inUse && volume.status === 'in-use' ? 'in-use' : 'available';
      if (from === 'in-use') this.policies.assert(ctx, 'volume:extend_attached_volume', volume.projectId);
      const backend = this.backends.get(volume.backend);
      checkAbility(backend, from === 'in-use' || (await this.volumes.hasAttachments(tx, volumeId)));
      backend.assertAccepting();
      await this.hold(tx, volume, from);
      await this.quotas.checkGrowth(tx, volume.projectId, growthGib);
      await this.volumes.change(tx, volumeId, { pendingSizeGib: sizeGib });
      const change = { from, to: 'extending' };
      await this.steps.record(tx, volume, { kind: 'extending', ...change, by: ctx, requestId });
      const id = await this.journal.open(tx, {
        kind: 'extend-volume',
        volumeId,
        requestId,
        details: { sizeGib },
      });
      return { id, volumeId, requestId, backend: volume.backend, details: { sizeGib } };
    };
    const work = await this.work.plan(record);
    this.work.start(work, `extension of volume ${volumeId}`, () => this.carryOut(work));
  }

  /** Does work that another process has recorded. */
  @DoesAsked(['extend-volume'])
  async performAsked(operation: OperationEntity): Promise<void> {
    await this.carryOut(operation);
  }

  /** Ends interrupted work. @throws if the backend does not answer, which says nothing about the volume. */
  @EndsInterrupted(['extend-volume'])
  async resume(operation: OperationEntity): Promise<void> {
    await this.carryOut(operation, true);
  }

  /** Extends the volume at the backend and records the outcome. */
  private async carryOut(
    work: RecordedWork & Pick<OperationEntity, 'details'>,
    isBegun = false,
  ): Promise<void> {
    const { sizeGib } = work.details as { readonly sizeGib: number };
    const failure = await this.atBackend(work, sizeGib, isBegun);
    const notice = await this.unitOfWork.run(async (tx) => {
      const volume = await this.volumes.lock(tx, work.volumeId);
      const isOwn = await this.journal.closeIfOwn(tx, work.id);
      // Another process, a deletion or a later extension has taken the volume over, and records the outcome.
      if (!isOwn || volume?.pendingSizeGib !== sizeGib) return null;
      return this.finish(tx, volume, { sizeGib, failure, requestId: work.requestId });
    });
    if (notice !== null) this.notices.send(notice);
  }

  /** Marks the volume as extending. */
  private async hold(tx: Tx, { id, status, multiattach }: VolumeEntity, from: VolumeStatus): Promise<void> {
    if (await this.volumes.compareAndSetStatus(tx, id, [from], multiattach, 'extending')) return;
    throw new InvalidInput(
      `Invalid volume: Volume ${id} status must be '{'status': '${from}'}' to extend, currently ${status}.`,
    );
  }

  /** Returns the driver's failure, or null. */
  private async atBackend(
    work: RecordedWork,
    sizeGib: number,
    isBegunBefore: boolean,
  ): Promise<ExtensionFailure | null> {
    const { volumeId, requestId } = work;
    let isBegun = isBegunBefore;
    try {
      await this.work.resume(
        work,
        (tx) => this.volumes.lock(tx, volumeId),
        async (session, volume) => {
          if (volume.pendingSizeGib !== sizeGib) return;
          isBegun = true;
          await session.extendVolume(volumeRef(volume), sizeGib);
        },
      );
      return null;
    } catch (error) {
      // The backend has not failed: the entry stays open, and the reconciler ends it.
      if (error instanceof DatabaseTrouble) throw error;
      if (isBegunBefore && isOutageOfBackend(error)) throw error;
      this.log.error({ err: error, volumeId, requestId }, 'the volume was not extended');
      return extensionFailure(error, isBegun);
    }
  }

  private async finish(
    tx: Tx,
    volume: VolumeEntity,
    { sizeGib, failure, requestId }: { sizeGib: number; failure: ExtensionFailure | null; requestId: string },
  ): Promise<Notice | null> {
    // A state changed meanwhile takes precedence; the size is the backend's.
    const status =
      volume.status === 'extending' ? await this.statusAfter(tx, volume.id, failure) : volume.status;
    await this.volumes.change(tx, volume.id, {
      status,
      pendingSizeGib: null,
      ...(failure?.isRefusal === true ? {} : { errorReason: failure?.reason ?? null }),
      ...(failure === null ? { sizeGib } : {}),
    });
    const step = { from: volume.status, to: status, by: null, requestId };
    await this.steps.record(
      tx,
      failure === null ? { ...volume, sizeGib } : volume,
      failure === null
        ? { kind: 'extended', ...step }
        : { kind: 'extend-failed', ...step, reason: failure.reason },
    );
    if (failure === null) {
      await this.scheduler.grow(tx, volume.backend, 0, sizeGib - volume.sizeGib);
      return this.notices.record(tx, volume.id, requestId);
    }
    const { reason, detail } = failure;
    await this.messages.record(tx, { action: 'extend', volume, requestId, reason, detail });
    return null;
  }

  private async statusAfter(
    tx: Tx,
    volumeId: string,
    failure: ExtensionFailure | null,
  ): Promise<VolumeStatus> {
    if (failure?.isRefusal === false) return 'error_extending';
    return (await this.volumes.hasAttachments(tx, volumeId)) ? 'in-use' : 'available';
  }
}

/** Refuses what the driver declares unsupported, before anything is recorded. */
function checkAbility({ name, capabilities }: KnownBackend, isAttached: boolean): void {
  if (capabilities.extend === 'none')
    throw new InvalidInput(`Invalid volume: The backend ${name} cannot extend volumes.`);
  if (isAttached && capabilities.extend !== 'attached')
    throw new InvalidInput(`Invalid volume: The backend ${name} cannot extend volumes that are in use.`);
}

import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { Policies } from '../auth/policies.js';
import type { RequestContext } from '../auth/request-context.js';
import { DomainError, InvalidInput } from '../common/errors.js';
import { LOGGER } from '../common/logger.js';
import { type Tx, UnitOfWork } from '../database/unit-of-work.js';
import type { Backend } from '../drivers/registry/backend.js';
import { BackendRegistry } from '../drivers/registry/backend-registry.js';
import { MessagesService } from '../messages/index.js';
import { BackgroundWork } from '../operations/background-work.js';
import type { OperationEntity } from '../operations/operation.entity.js';
import { OperationJournal } from '../operations/operation-journal.js';
import { QuotasService } from '../quotas/index.js';
import type { VolumeStatus } from './volume-status.js';
import { volumeRef } from './volume-ref.js';
import type { VolumeEntity } from './volume.entity.js';
import { VolumesRepository } from './volumes.repository.js';

/** Length of the column for the reason of a failure. */
const REASON_LENGTH = 1024;

/** Makes volumes larger. */
@Injectable()
export class VolumeExtensionService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly journal: OperationJournal,
    private readonly background: BackgroundWork,
    private readonly backends: BackendRegistry,
    private readonly volumes: VolumesRepository,
    private readonly quotas: QuotasService,
    private readonly messages: MessagesService,
    private readonly policies: Policies,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /**
   * Records that the volume is to grow, which counts for the quota at once, and begins to.
   * @param inUse whether a volume in use may be extended too.
   * @throws NotFound, Forbidden; InvalidInput when size, state or backend forbid it; OverLimit; Unavailable.
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
      checkAbility(backend, from);
      backend.assertAccepting();
      await this.hold(tx, volume, from);
      await this.quotas.checkGrowth(tx, volume.projectId, growthGib);
      await this.volumes.change(tx, volumeId, { pendingSizeGib: sizeGib });
      const id = await this.journal.open(tx, {
        kind: 'extend-volume',
        volumeId,
        requestId,
        details: { sizeGib },
      });
      return { id, volumeId, requestId, details: { sizeGib } };
    };
    const work = await this.journal.whenFree(() => this.unitOfWork.run(record));
    this.background.start(requestId, `extension of volume ${volumeId}`, () => this.carryOut(work));
  }

  /** Has the driver extend the volume and records the outcome; for interrupted work, once more. Idempotent. */
  async carryOut(work: Pick<OperationEntity, 'id' | 'volumeId' | 'requestId' | 'details'>): Promise<void> {
    const { sizeGib } = work.details as { readonly sizeGib: number };
    const failure = await this.atBackend(work, sizeGib);
    await this.unitOfWork.run(async (tx) => {
      const volume = await this.volumes.lock(tx, work.volumeId);
      const isOwn = await this.journal.closeIfOwn(tx, work.id);
      // Another process, a deletion or a later extension has taken the volume over: the outcome is theirs to tell.
      if (!isOwn || volume?.pendingSizeGib !== sizeGib) return;
      await this.finish(tx, volume, { sizeGib, failure, requestId: work.requestId });
    });
  }

  /** Marks the volume as extending. */
  private async hold(tx: Tx, { id, status, multiattach }: VolumeEntity, from: VolumeStatus): Promise<void> {
    if (await this.volumes.compareAndSetStatus(tx, id, [from], multiattach, 'extending')) return;
    throw new InvalidInput(
      `Invalid volume: Volume ${id} status must be '{'status': '${from}'}' to extend, currently ${status}.`,
    );
  }

  /** Gives back why the driver failed, or null. */
  private async atBackend(
    { id, volumeId, requestId }: Pick<OperationEntity, 'id' | 'volumeId' | 'requestId'>,
    sizeGib: number,
  ): Promise<string | null> {
    const planned = await this.unitOfWork.run((tx) => this.volumes.lock(tx, volumeId));
    if (planned === null) return null;
    try {
      await this.backends.get(planned.backend).exclusively(
        volumeId,
        requestId,
        async (session) => {
          const volume = await this.unitOfWork.run(async (tx) => {
            const found = await this.volumes.lock(tx, volumeId);
            return (await this.journal.holds(tx, id)) ? found : null;
          });
          if (volume?.pendingSizeGib === sizeGib) await session.extendVolume(volumeRef(volume), sizeGib);
        },
        'recorded',
      );
      return null;
    } catch (error) {
      this.log.error({ err: error, volumeId, requestId }, 'the volume was not extended');
      const message = error instanceof DomainError ? error.message : 'The server failed unexpectedly.';
      return Array.from(message).slice(0, REASON_LENGTH).join('');
    }
  }

  private async finish(
    tx: Tx,
    volume: VolumeEntity,
    { sizeGib, failure, requestId }: { sizeGib: number; failure: string | null; requestId: string },
  ): Promise<void> {
    // Whoever changed the state meanwhile has decided what it is; the size is what the backend has.
    const status =
      volume.status === 'extending' ? await this.statusAfter(tx, volume.id, failure) : volume.status;
    await this.volumes.change(tx, volume.id, {
      status,
      pendingSizeGib: null,
      errorReason: failure,
      ...(failure === null ? { sizeGib } : {}),
    });
    if (failure !== null)
      await this.messages.record(tx, { action: 'extend', volume, requestId, reason: failure });
  }

  private async statusAfter(tx: Tx, volumeId: string, failure: string | null): Promise<VolumeStatus> {
    if (failure !== null) return 'error_extending';
    return (await this.volumes.hasAttachments(tx, volumeId)) ? 'in-use' : 'available';
  }
}

/** Refuses what the driver says that it cannot do, before anything is recorded. */
function checkAbility({ name, capabilities }: Backend, from: VolumeStatus): void {
  if (capabilities.extend === 'none')
    throw new InvalidInput(`Invalid volume: The backend ${name} cannot extend volumes.`);
  if (from === 'in-use' && capabilities.extend !== 'attached')
    throw new InvalidInput(`Invalid volume: The backend ${name} cannot extend volumes that are in use.`);
}

import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { DomainError, isOutageOfBackend } from '../../platform/errors.js';
import { LOGGER } from '../../platform/logging/logger.js';
import { DatabaseTrouble } from '../../platform/database/database-failure.js';
import { type Tx, UnitOfWork } from '../../platform/database/unit-of-work.js';
import type { BackendSession } from '../../drivers/registry/backend-session.js';
import type { RecordedWork } from '../../operations/journalled-work.js';
import { OperationJournal } from '../../operations/operation-journal.js';
import { type Candidate, Scheduler } from '../scheduling/index.js';
import { VolumeTypesService } from '../types/index.js';
import { volumeRef } from '../volume/volume-ref.js';
import type { VolumeEntity } from '../volume/volume.entity.js';
import { VolumesRepository } from '../volume/volumes.repository.js';

/** Backends tried for a volume in all, as in Cinder (`scheduler_max_attempts`). */
const MOST_ATTEMPTS = 3;

/** A volume that is being created, and the backends that have failed to. */
interface Attempted {
  readonly volume: VolumeEntity;
  readonly attempted: readonly string[];
}

/** Moves a volume whose creation failed to another backend (docs/adr/0042). */
@Injectable()
export class VolumePlacementService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly journal: OperationJournal,
    private readonly volumes: VolumesRepository,
    private readonly types: VolumeTypesService,
    private readonly scheduler: Scheduler,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /**
   * Places the volume on another backend, once the one that failed has confirmed that nothing of it is left there.
   * @param session holds the volume's lock.
   * @returns false if there is no other backend or the first one did not confirm: the volume stays.
   */
  async moveElsewhere(work: RecordedWork, session: BackendSession, failure: unknown): Promise<boolean> {
    const { volumeId, requestId } = work;
    if (isOutageOfBackend(failure)) return false;
    try {
      const found = await this.unitOfWork.run((tx) => this.findCreating(tx, work));
      if (found === null || found.attempted.length >= MOST_ATTEMPTS) return false;
      const candidates = await this.candidatesFor(found, requestId);
      await session.deleteVolume(volumeRef(found.volume));
      const to = await this.unitOfWork.run((tx) => this.move(tx, work, candidates));
      const about = { err: failure, volumeId, requestId, from: found.volume.backend, to };
      if (to !== null) this.log.warn(about, 'a volume could not be created, and is tried on another backend');
      return to !== null;
    } catch (error) {
      if (!(error instanceof DomainError) || error instanceof DatabaseTrouble) throw error;
      this.log.warn({ err: error, volumeId, requestId }, 'the volume is not tried on another backend');
      return false;
    }
  }

  /** The volume and the backends that have failed, while its creation is this process's; null otherwise. */
  private async findCreating(tx: Tx, { id, volumeId }: RecordedWork): Promise<Attempted | null> {
    const volume = await this.volumes.lock(tx, volumeId);
    const details = await this.journal.ownDetails(tx, id);
    if (volume?.status !== 'creating' || details === null) return null;
    const { attempted = [] } = details as { attempted?: readonly string[] };
    return { volume, attempted: [...attempted, volume.backend] };
  }

  /** @throws InvalidInput, Unavailable if there is none. */
  private async candidatesFor({ volume, attempted }: Attempted, requestId: string) {
    const { sizeGib, multiattach, availabilityZone: zone, volumeTypeId } = volume;
    const type = volumeTypeId === null ? null : await this.types.findById(volumeTypeId);
    return this.scheduler.candidates({ type, sizeGib, zone, multiattach, requestId, attempted });
  }

  private async move(tx: Tx, work: RecordedWork, candidates: readonly Candidate[]): Promise<string | null> {
    const found = await this.findCreating(tx, work);
    if (found === null) return null;
    const { volume, attempted } = found;
    const { name: backend } = await this.scheduler.take(tx, candidates, volume.sizeGib);
    await this.scheduler.grow(tx, volume.backend, -1, -volume.sizeGib);
    await this.volumes.change(tx, volume.id, { backend });
    await this.journal.setOwnDetails(tx, work.id, { attempted });
    return backend;
  }
}

import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { DomainError, isOutageOfBackend } from '../../platform/errors.js';
import { LOGGER } from '../../platform/logging/logger.js';
import { DatabaseTrouble } from '../../platform/database/database-failure.js';
import { type Tx, UnitOfWork } from '../../platform/database/unit-of-work.js';
import { BackendRegistry } from '../../drivers/registry/backend-registry.js';
import type { BackendSession } from '../../drivers/registry/backend-session.js';
import type { RecordedWork } from '../../operations/journalled-work.js';
import { OperationJournal } from '../../operations/operation-journal.js';
import { type RecordedCandidate, recordedCandidate, Scheduler } from '../scheduling/index.js';
import { VolumeTypesService } from '../types/index.js';
import { volumeRef } from '../volume/volume-ref.js';
import type { VolumeEntity } from '../volume/volume.entity.js';
import { VolumesRepository } from '../volume/volumes.repository.js';

/** Backends tried for a volume in all, as in Cinder (`scheduler_max_attempts`). */
export const MOST_ATTEMPTS = 3;

/** What the journal entry of a creation keeps. */
interface RecordedCreation {
  readonly attempted?: readonly string[];
  /** Where an API replica would have the volume created if its node fails to; best first. */
  readonly elsewhere?: readonly RecordedCandidate[];
}

/** A volume that is being created, and the backends that have failed to. */
interface Attempted {
  readonly volume: VolumeEntity;
  readonly attempted: readonly string[];
  readonly details: RecordedCreation;
}

/** `away` if another process has the volume's backend, and does the rest. */
export type Move = 'none' | 'here' | 'away';

/** Moves a volume whose creation failed to another backend (docs/adr/0042). */
@Injectable()
export class VolumePlacementService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly journal: OperationJournal,
    private readonly volumes: VolumesRepository,
    private readonly types: VolumeTypesService,
    private readonly scheduler: Scheduler,
    private readonly backends: BackendRegistry,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /**
   * Places the volume on another backend, once the one that failed has confirmed that nothing of it is left there.
   * @param session holds the volume's lock.
   * @returns `none` if there is no other backend or the first one did not confirm: the volume stays.
   */
  async moveElsewhere(work: RecordedWork, session: BackendSession, failure: unknown): Promise<Move> {
    const { volumeId, requestId } = work;
    if (isOutageOfBackend(failure)) return 'none';
    try {
      const found = await this.unitOfWork.run((tx) => this.findCreating(tx, work));
      if (found === null || found.attempted.length >= MOST_ATTEMPTS) return 'none';
      const candidates = await this.candidatesFor(found, requestId);
      if (candidates.length === 0) return 'none';
      await session.deleteVolume(volumeRef(found.volume));
      const to = await this.unitOfWork.run((tx) => this.move(tx, work, candidates));
      if (to === null) return 'none';
      const about = { err: failure, volumeId, requestId, from: found.volume.backend, to };
      this.log.warn(about, 'a volume could not be created, and is tried on another backend');
      return this.isHere(to) ? 'here' : 'away';
    } catch (error) {
      if (!(error instanceof DomainError) || error instanceof DatabaseTrouble) throw error;
      this.log.warn({ err: error, volumeId, requestId }, 'the volume is not tried on another backend');
      return 'none';
    }
  }

  private isHere(backend: string): boolean {
    return this.backends.find(backend) !== undefined;
  }

  /** The volume and the backends that have failed, while its creation is this process's; null otherwise. */
  private async findCreating(tx: Tx, { id, volumeId }: RecordedWork): Promise<Attempted | null> {
    const volume = await this.volumes.lock(tx, volumeId);
    const details = (await this.journal.ownDetails(tx, id)) as RecordedCreation | null;
    if (volume?.status !== 'creating' || details === null) return null;
    return { volume, attempted: [...(details.attempted ?? []), volume.backend], details };
  }

  /** @throws InvalidInput, Unavailable if there is none. */
  private async candidatesFor(
    { volume, attempted, details: { elsewhere } }: Attempted,
    requestId: string,
  ): Promise<readonly RecordedCandidate[]> {
    if (elsewhere !== undefined)
      return this.scheduler.answering(elsewhere.filter(({ backend }) => !attempted.includes(backend)));
    const { sizeGib, multiattach, availabilityZone: zone, volumeTypeId } = volume;
    const type = volumeTypeId === null ? null : await this.types.findById(volumeTypeId);
    const candidates = await this.scheduler.candidates({
      ...{ type, sizeGib, zone, multiattach, requestId, attempted },
    });
    return candidates.map(recordedCandidate);
  }

  private async move(
    tx: Tx,
    work: RecordedWork,
    candidates: readonly RecordedCandidate[],
  ): Promise<string | null> {
    const found = await this.findCreating(tx, work);
    if (found === null) return null;
    const { volume, attempted, details } = found;
    const backend = await this.scheduler.takeRecorded(tx, candidates, volume.sizeGib);
    await this.scheduler.grow(tx, volume.backend, -1, -volume.sizeGib);
    await this.volumes.change(tx, volume.id, { backend });
    await this.journal.setOwnDetails(tx, work.id, { ...details, attempted });
    if (!this.isHere(backend)) await this.journal.giveBack(tx, work.id);
    return backend;
  }
}

import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { DomainError } from '../common/errors.js';
import { LOGGER } from '../common/logger.js';
import { type Tx, UnitOfWork } from '../database/unit-of-work.js';
import type { VolumeRef } from '../drivers/contract/index.js';
import { BackendRegistry } from '../drivers/registry/backend-registry.js';
import type { BackendSession } from '../drivers/registry/backend-session.js';
import { BackgroundWork } from '../operations/background-work.js';
import type { OperationEntity } from '../operations/operation.entity.js';
import { MessagesService } from '../messages/index.js';
import { OperationJournal } from '../operations/operation-journal.js';
import { volumeRef } from './volume-ref.js';
import type { VolumeEntity } from './volume.entity.js';
import { VolumesRepository } from './volumes.repository.js';

/** Length of the column for the reason of a failure. */
const REASON_LENGTH = 1024;

/** Journalled work on one volume. */
type Work = Pick<OperationEntity, 'id' | 'volumeId' | 'requestId'>;

/** The part of creating and deleting volumes that goes on at the backend after the request was answered. */
@Injectable()
export class VolumeProvisioningService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly journal: OperationJournal,
    private readonly background: BackgroundWork,
    private readonly backends: BackendRegistry,
    private readonly volumes: VolumesRepository,
    private readonly messages: MessagesService,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** Begins to make a volume that is `creating`; it becomes `available` or `error`. */
  startCreate(work: Work): void {
    this.background.start(work.requestId, `creation of volume ${work.volumeId}`, () => this.create(work));
  }

  /** Begins to remove a volume that is `deleting`; it is gone afterwards, or `error_deleting`. */
  startDelete(work: Work): void {
    this.background.start(work.requestId, `deletion of volume ${work.volumeId}`, () => this.delete(work));
  }

  /** Does again, from the start, what a process that died may have done in part: drivers take the same call twice. */
  async resumeProvisioning(operation: OperationEntity): Promise<void> {
    await (operation.kind === 'create-volume' ? this.create(operation) : this.delete(operation));
  }

  private async create(work: Work): Promise<void> {
    const failure = await this.atBackend(work, 'creating', (session, volume) => session.createVolume(volume));
    await this.finish(work, async (tx, volume) => {
      // Whoever changed the state meanwhile has decided what becomes of the volume.
      if (volume.status !== 'creating') return;
      const status = failure === null ? 'available' : 'error';
      await this.volumes.change(tx, volume.id, { status, errorReason: failure });
      if (failure === null) return;
      await this.messages.record(tx, {
        action: 'create',
        volume,
        requestId: work.requestId,
        reason: failure,
      });
    });
  }

  private async delete(work: Work): Promise<void> {
    const failure = await this.atBackend(work, 'deleting', (session, volume) => session.deleteVolume(volume));
    await this.finish(work, async (tx, volume) => {
      if (volume.status !== 'deleting') return;
      if (failure !== null) {
        await this.volumes.change(tx, volume.id, { status: 'error_deleting', errorReason: failure });
        await this.messages.record(tx, {
          action: 'delete',
          volume,
          requestId: work.requestId,
          reason: failure,
        });
        return;
      }
      // The driver has removed whatever export was left with the volume.
      await this.journal.closeAll(tx, 'remove-export', volume.id);
      await this.volumes.remove(tx, volume.id);
    });
  }

  /** Has the driver do its part while nothing else happens to the volume; gives back why it failed, or null. */
  private async atBackend(
    { id, volumeId, requestId }: Work,
    expected: VolumeEntity['status'],
    call: (session: BackendSession, volume: VolumeRef) => Promise<void>,
  ): Promise<string | null> {
    const planned = await this.find(volumeId);
    if (planned === null) return null;
    try {
      const work = async (session: BackendSession) => {
        // The state may have changed while others had the volume.
        const volume = await this.find(volumeId);
        const isOpen = await this.unitOfWork.run((tx) => this.journal.holds(tx, id));
        if (isOpen && volume?.status === expected) await call(session, volumeRef(volume));
      };
      await this.backends.get(planned.backend).exclusively(volumeId, requestId, work, 'recorded');
      return null;
    } catch (error) {
      this.log.error({ err: error, volumeId, requestId }, `volume is not through ${expected}`);
      return reasonOf(error);
    }
  }

  private async find(volumeId: string): Promise<VolumeEntity | null> {
    return this.unitOfWork.run((tx) => this.volumes.lock(tx, volumeId));
  }

  private async finish(work: Work, apply: (tx: Tx, volume: VolumeEntity) => Promise<void>): Promise<void> {
    await this.unitOfWork.run(async (tx) => {
      const volume = await this.volumes.lock(tx, work.volumeId);
      // Another process, or a deletion, may have taken the work over: the outcome is theirs to tell.
      if ((await this.journal.closeIfOwn(tx, work.id)) && volume !== null) await apply(tx, volume);
    });
  }
}

/** Why something failed, in words that may be shown. */
function reasonOf(error: unknown): string {
  const message = error instanceof DomainError ? error.message : 'The server failed unexpectedly.';
  return Array.from(message).slice(0, REASON_LENGTH).join('');
}

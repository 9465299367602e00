import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../database/unit-of-work.js';
import type { Connection } from '../drivers/contract/index.js';
import { BackendRegistry } from '../drivers/registry/backend-registry.js';
import type { BackendSession } from '../drivers/registry/backend-session.js';
import type { OperationEntity } from '../operations/operation.entity.js';
import { OperationJournal } from '../operations/operation-journal.js';
import { type VolumeEntity, VolumesRepository } from '../volumes/index.js';
import type { Attachment } from './attachment.js';
import { AttachmentsRepository } from './attachments.repository.js';
import { LegacyConnectionsRepository } from './legacy/legacy-connections.repository.js';

/** A volume and who is connected to it, as the end of an interrupted operation finds them. */
export interface Found {
  readonly volume: VolumeEntity;
  readonly attachments: readonly Attachment[];
  /** Connections made by volume actions. */
  readonly legacy: readonly Connection[];
}

/** What every end of an interrupted operation has in common. */
@Injectable()
export class InterruptedWork {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly journal: OperationJournal,
    private readonly backends: BackendRegistry,
    private readonly volumes: VolumesRepository,
    private readonly attachments: AttachmentsRepository,
    private readonly legacy: LegacyConnectionsRepository,
  ) {}

  /**
   * Does `work` under the volume's lock, while the entry is still to be ended; the work closes it. Without the volume
   * there is nothing to do but that.
   */
  async end(
    operation: OperationEntity,
    work: (session: BackendSession, found: Found) => Promise<void>,
  ): Promise<void> {
    const { id, volumeId, requestId } = operation;
    const planned = await this.unitOfWork.run((tx) => this.volumes.lock(tx, volumeId));
    if (planned === null) return this.close(operation);
    await this.backends.get(planned.backend).exclusively(
      volumeId,
      requestId,
      async (session) => {
        const { volume, attachments, legacy, isOpen } = await this.unitOfWork.run(async (tx) => ({
          volume: await this.volumes.lock(tx, volumeId),
          attachments: await this.attachments.ofVolume(tx, volumeId),
          legacy: await this.legacy.ofVolume(tx, volumeId),
          isOpen: await this.journal.holds(tx, id),
        }));
        if (!isOpen) return;
        if (volume === null) return this.close(operation);
        await work(session, { volume, attachments, legacy });
      },
      'recorded',
    );
  }

  /** Closes the entry of an operation that has nothing left to do, unless somebody else has taken it over. */
  async close({ id }: OperationEntity): Promise<void> {
    await this.unitOfWork.run((tx) => this.journal.closeIfOwn(tx, id));
  }
}

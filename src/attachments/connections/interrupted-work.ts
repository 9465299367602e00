import { Injectable } from '@nestjs/common';
import { type Tx, UnitOfWork } from '../../platform/database/unit-of-work.js';
import type { Connection } from '../../drivers/contract/index.js';
import type { BackendSession } from '../../drivers/registry/backend-session.js';
import type { OperationEntity } from '../../operations/operation.entity.js';
import { JournalledWork } from '../../operations/journalled-work.js';
import { OperationJournal } from '../../operations/operation-journal.js';
import { type VolumeEntity, VolumesRepository } from '../../volumes/index.js';
import type { Attachment } from '../attachment/attachment.js';
import { AttachmentsRepository } from '../attachment/attachments.repository.js';
import { LegacyConnectionsRepository } from './legacy-connections.repository.js';

/** A volume and its connections, as recovery finds them. */
export interface Found {
  readonly volume: VolumeEntity;
  readonly attachments: readonly Attachment[];
  /** Connections made by volume actions. */
  readonly legacy: readonly Connection[];
}

/** Common steps of recovering interrupted operations. */
@Injectable()
export class InterruptedWork {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly journal: OperationJournal,
    private readonly work: JournalledWork,
    private readonly volumes: VolumesRepository,
    private readonly attachments: AttachmentsRepository,
    private readonly legacy: LegacyConnectionsRepository,
  ) {}

  /**
   * Runs `work`, which closes the entry, under the volume's lock and while the entry is still open. If the volume is
   * gone, just closes the entry.
   */
  async end(
    operation: OperationEntity,
    work: (session: BackendSession, found: Found) => Promise<void>,
  ): Promise<void> {
    const isThere = await this.work.resume(
      operation,
      (tx) => this.find(tx, operation.volumeId),
      (session, { found }) => work(session, found),
    );
    if (!isThere) await this.close(operation);
  }

  /** Closes an entry with no work left, unless another process has claimed it. */
  async close({ id }: OperationEntity): Promise<void> {
    await this.unitOfWork.run((tx) => this.journal.closeIfOwn(tx, id));
  }

  private async find(tx: Tx, volumeId: string): Promise<{ backend: string; found: Found } | null> {
    const volume = await this.volumes.lock(tx, volumeId);
    if (volume === null) return null;
    const attachments = await this.attachments.ofVolume(tx, volumeId);
    const legacy = await this.legacy.ofVolume(tx, volumeId);
    return { backend: volume.backend, found: { volume, attachments, legacy } };
  }
}

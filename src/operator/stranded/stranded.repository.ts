import { In } from 'typeorm';
import type { AttachStatus } from '../../attachments/index.js';
import type { Tx } from '../../platform/database/unit-of-work.js';
import { OperationEntity } from '../../operations/operation.entity.js';
import { VolumeEntity } from '../../volumes/index.js';

export interface VolumeOwner {
  readonly id: string;
  readonly projectId: string;
}

export interface AttachmentOfVolume {
  readonly id: string;
  readonly volumeId: string;
  readonly projectId: string;
  readonly instanceUuid: string | null;
  readonly attachStatus: AttachStatus;
}

/** Rows that belong to volumes, besides attachments. */
export interface Belongings {
  readonly operations: number;
  readonly connections: number;
  readonly metadata: number;
}

/** Tables whose entities are private to other features, by entity name. */
const TABLES = {
  attachments: 'AttachmentEntity',
  connections: 'LegacyConnectionEntity',
  metadata: 'VolumeMetadataEntity',
} as const;

/** Volumes of a backend that cannot be reached any more. No server works on them. */
export class StrandedRepository {
  /** Up to `limit` volumes of a backend. */
  async volumesOn(tx: Tx, backend: string, limit: number): Promise<VolumeOwner[]> {
    return tx.manager
      .createQueryBuilder(VolumeEntity, 'volume')
      .select('volume.id', 'id')
      .addSelect('volume.projectId', 'projectId')
      .where({ backend })
      .limit(limit)
      .getRawMany<VolumeOwner>();
  }

  /** Moves volumes to another backend. */
  async move(tx: Tx, volumes: readonly VolumeOwner[], backend: string): Promise<void> {
    await tx.manager.update(VolumeEntity, { id: In(idsOf(volumes)) }, { backend });
  }

  async countAttachments(tx: Tx, volumes: readonly VolumeOwner[]): Promise<number> {
    return tx.manager.countBy(TABLES.attachments, { volumeId: In(idsOf(volumes)) });
  }

  async countOperations(tx: Tx, volumes: readonly VolumeOwner[]): Promise<number> {
    return tx.manager.countBy(OperationEntity, { volumeId: In(idsOf(volumes)) });
  }

  /** Up to `limit` attachments of the volumes, without their credentials. */
  async attachmentsOf(tx: Tx, volumes: readonly VolumeOwner[], limit: number): Promise<AttachmentOfVolume[]> {
    return tx.manager
      .createQueryBuilder(TABLES.attachments, 'attachment')
      .select('attachment.id', 'id')
      .addSelect('attachment.volumeId', 'volumeId')
      .addSelect('attachment.projectId', 'projectId')
      .addSelect('attachment.instanceUuid', 'instanceUuid')
      .addSelect('attachment.attachStatus', 'attachStatus')
      .where({ volumeId: In(idsOf(volumes)) })
      .limit(limit)
      .getRawMany<AttachmentOfVolume>();
  }

  async removeAttachments(tx: Tx, attachments: readonly AttachmentOfVolume[]): Promise<void> {
    await tx.manager.delete(TABLES.attachments, { id: In(attachments.map(({ id }) => id)) });
  }

  /** Removes volumes without attachments, and everything that belongs to them. */
  async removeVolumes(tx: Tx, volumes: readonly VolumeOwner[]): Promise<Belongings> {
    const volumeId = In(idsOf(volumes));
    const remove = async (entity: string) => (await tx.manager.delete(entity, { volumeId })).affected ?? 0;
    const removed = {
      operations: await remove(OperationEntity.name),
      connections: await remove(TABLES.connections),
      metadata: await remove(TABLES.metadata),
    };
    await tx.manager.delete(VolumeEntity, { id: In(idsOf(volumes)) });
    return removed;
  }
}

const idsOf = (volumes: readonly VolumeOwner[]): string[] => volumes.map(({ id }) => id);

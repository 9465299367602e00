import { Injectable } from '@nestjs/common';
import type { Tx } from '../../platform/database/unit-of-work.js';
import type { Metadata } from '../volume/volume-detail.js';
import { VolumeMetadataEntity } from './volume-metadata.entity.js';
import type { VolumeEntity } from '../volume/volume.entity.js';

/** SQLite allows 32 766 parameters per statement; a row has four. */
const ROWS_PER_STATEMENT = 1000;

/** The volume that owns the metadata. */
type VolumeOfMetadata = Pick<VolumeEntity, 'id' | 'projectId'>;

/** The metadata of volumes. Transactions must hold the volume's lock. */
@Injectable()
export class VolumeMetadataRepository {
  /** All of a volume's metadata, ordered by key. */
  async ofVolume(tx: Tx, volumeId: string): Promise<Metadata> {
    const rows = await tx.manager.find(VolumeMetadataEntity, { where: { volumeId }, order: { key: 'ASC' } });
    return Object.fromEntries(rows.map(({ key, value }) => [key, value]));
  }

  /** Sets entries; keeps the others. */
  async put(tx: Tx, { id: volumeId, projectId }: VolumeOfMetadata, entries: Metadata): Promise<void> {
    const rows = Object.entries(entries).map(([key, value]) => ({ volumeId, key, projectId, value }));
    for (let start = 0; start < rows.length; start += ROWS_PER_STATEMENT) {
      const some = rows.slice(start, start + ROWS_PER_STATEMENT);
      // Upserts differ between databases; deletes do not.
      await tx.manager
        .createQueryBuilder()
        .delete()
        .from(VolumeMetadataEntity)
        .where('volume_id = :volumeId AND meta_key IN (:...keys)', {
          volumeId,
          keys: some.map(({ key }) => key),
        })
        .execute();
      await tx.manager
        .createQueryBuilder()
        .insert()
        .into(VolumeMetadataEntity)
        .values(some)
        .updateEntity(false)
        .execute();
    }
  }

  /** Sets entries; removes the others. */
  async replace(tx: Tx, volume: VolumeOfMetadata, entries: Metadata): Promise<void> {
    await tx.manager.delete(VolumeMetadataEntity, { volumeId: volume.id });
    await this.put(tx, volume, entries);
  }

  async remove(tx: Tx, volumeId: string, key: string): Promise<void> {
    await tx.manager.delete(VolumeMetadataEntity, { volumeId, key });
  }
}

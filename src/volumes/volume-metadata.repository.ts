import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/unit-of-work.js';
import type { Metadata } from './volume-detail.js';
import { VolumeMetadataEntity } from './volume-metadata.entity.js';

/** SQLite takes at most 32 766 parameters in a statement; a row has three. */
const ROWS_PER_STATEMENT = 1000;

/** The metadata of volumes; in units that have locked the volume. */
@Injectable()
export class VolumeMetadataRepository {
  /** All of a volume's metadata, in the order of its keys. */
  async ofVolume(tx: Tx, volumeId: string): Promise<Metadata> {
    const rows = await tx.manager.find(VolumeMetadataEntity, { where: { volumeId }, order: { key: 'ASC' } });
    return Object.fromEntries(rows.map(({ key, value }) => [key, value]));
  }

  /** Sets entries; others stay. */
  async put(tx: Tx, volumeId: string, entries: Metadata): Promise<void> {
    const rows = Object.entries(entries).map(([key, value]) => ({ volumeId, key, value }));
    for (let start = 0; start < rows.length; start += ROWS_PER_STATEMENT) {
      const some = rows.slice(start, start + ROWS_PER_STATEMENT);
      // Each database has another word for "insert or update"; all of them delete alike.
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

  /** Sets entries; others go. */
  async replace(tx: Tx, volumeId: string, entries: Metadata): Promise<void> {
    await tx.manager.delete(VolumeMetadataEntity, { volumeId });
    await this.put(tx, volumeId, entries);
  }

  async remove(tx: Tx, volumeId: string, key: string): Promise<void> {
    await tx.manager.delete(VolumeMetadataEntity, { volumeId, key });
  }
}

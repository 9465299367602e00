import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { Conflict } from '../common/errors.js';
import { isUuidLike } from '../common/uuid.js';
import { type Condition, readRows } from '../database/page.js';
import { Reader } from '../database/reader.js';
import { isDuplicate } from '../database/database-failure.js';
import type { Tx } from '../database/unit-of-work.js';
import type { Page } from '../http/list-query.js';
import { VolumeTypeEntity } from './volume-type.entity.js';
import { VOLUME_TYPE_LIST } from './volume-type-list.js';
import { type StoredVolumeType, VOLUME_TYPE_COLUMNS, type VolumeType, volumeType } from './volume-type.js';

/** What of a type can change after its creation. */
export type VolumeTypeChanges = Partial<Pick<VolumeType, 'name' | 'description' | 'isPublic' | 'extraSpecs'>>;

/** The rows of volume types. */
@Injectable()
export class VolumeTypesRepository {
  constructor(
    private readonly reader: Reader,
    private readonly clock: Clock,
  ) {}

  async findById(id: string): Promise<VolumeType | null> {
    return isUuidLike(id) ? this.find('id', id) : null;
  }

  async findByName(name: string): Promise<VolumeType | null> {
    // PostgreSQL takes no such text, not even to look for it.
    return name.includes('\u0000') ? null : this.find('name', name);
  }

  async list(conditions: readonly Condition[], page: Page): Promise<VolumeType[]> {
    const rows = await readRows<StoredVolumeType>(this.reader, VOLUME_TYPE_LIST, conditions, page);
    return rows.map(volumeType);
  }

  /** Every type that fulfils the conditions. There are few types: operators make them. */
  async all(conditions: readonly Condition[]): Promise<VolumeType[]> {
    const where = conditions.length === 0 ? '' : ` WHERE ${conditions.map(({ sql }) => sql).join(' AND ')}`;
    const rows = await this.reader.rows<StoredVolumeType>(
      `SELECT ${VOLUME_TYPE_COLUMNS} FROM volume_types${where}`,
      conditions.flatMap(({ parameters }) => parameters),
    );
    return rows.map(volumeType);
  }

  /** The type, locked until the unit ends, so that no volume is made with it meanwhile. */
  async lock(tx: Tx, id: string): Promise<VolumeType | null> {
    if (!isUuidLike(id)) return null;
    const query = tx.manager.createQueryBuilder(VolumeTypeEntity, 'type').where('type.id = :id', { id });
    if (tx.locksRows) query.setLock('pessimistic_write');
    return query.getOne();
  }

  /** Whether there are volumes of the type. */
  async isInUse(tx: Tx, id: string): Promise<boolean> {
    const volume: unknown = await tx.manager
      .createQueryBuilder()
      .select('volume.id', 'id')
      .from('volumes', 'volume')
      .where('volume.volume_type_id = :id', { id })
      .limit(1)
      .getRawOne();
    return volume !== undefined;
  }

  /** @throws Conflict when there is a type of that name. */
  async insert(tx: Tx, type: VolumeType): Promise<void> {
    await namedOnce(type.name, () =>
      tx.manager
        .createQueryBuilder()
        .insert()
        .into(VolumeTypeEntity)
        .values(type)
        .updateEntity(false)
        .execute(),
    );
  }

  /** @throws Conflict when there is another type of the new name. */
  async update(tx: Tx, id: string, changes: VolumeTypeChanges): Promise<void> {
    await namedOnce(changes.name, () =>
      tx.manager
        .createQueryBuilder()
        .update(VolumeTypeEntity)
        .set({ ...changes, updatedAt: this.clock.now() })
        .where('id = :id', { id })
        .updateEntity(false)
        .execute(),
    );
  }

  async remove(tx: Tx, id: string): Promise<void> {
    await tx.manager.delete(VolumeTypeEntity, { id });
  }

  private async find(column: 'id' | 'name', value: string): Promise<VolumeType | null> {
    const [stored] = await this.reader.rows<StoredVolumeType>(
      `SELECT ${VOLUME_TYPE_COLUMNS} FROM volume_types WHERE ${column} = ?`,
      [value],
    );
    return stored === undefined ? null : volumeType(stored);
  }
}

/** The index on the name decides, rather than a look beforehand: two requests may come at once. */
async function namedOnce(name: string | undefined, write: () => Promise<unknown>): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (!isDuplicate(error)) throw error;
    throw new Conflict(`Volume Type ${name ?? ''} already exists.`, { cause: error });
  }
}

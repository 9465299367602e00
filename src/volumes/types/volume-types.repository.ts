import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock.js';
import { Conflict } from '../../platform/errors.js';
import { isUuidLike } from '../../platform/uuid.js';
import { LockedRows } from '../../platform/database/locked-rows.js';
import { type Condition, readRows, type Page } from '../../platform/database/page.js';
import { Reader } from '../../platform/database/reader.js';
import { isDuplicate } from '../../platform/database/database-failure.js';
import type { Tx } from '../../platform/database/unit-of-work.js';
import { VolumeTypeEntity } from './volume-type.entity.js';
import { VOLUME_TYPE_LIST } from './volume-type-list.js';
import { type StoredVolumeType, VOLUME_TYPE_COLUMNS, type VolumeType, volumeType } from './volume-type.js';

/** Fields of a type that can change after its creation. */
export type VolumeTypeChanges = Partial<Pick<VolumeType, 'name' | 'description' | 'isPublic' | 'extraSpecs'>>;

/** The rows of volume types. */
@Injectable()
export class VolumeTypesRepository {
  constructor(
    private readonly reader: Reader,
    private readonly lockedRows: LockedRows,
    private readonly clock: Clock,
  ) {}

  async findById(id: string): Promise<VolumeType | null> {
    return isUuidLike(id) ? this.find('id', id) : null;
  }

  async findByName(name: string): Promise<VolumeType | null> {
    // PostgreSQL rejects such text, even in a query.
    return name.includes('\u0000') ? null : this.find('name', name);
  }

  async list(conditions: readonly Condition[], page: Page): Promise<VolumeType[]> {
    const rows = await readRows<StoredVolumeType>(this.reader, VOLUME_TYPE_LIST, conditions, page);
    return rows.map(volumeType);
  }

  /** The type, locked until the transaction ends, so that no volume of it is created meanwhile. */
  async lock(tx: Tx, id: string): Promise<VolumeType | null> {
    return this.lockAs(tx, id, 'pessimistic_write');
  }

  /** The type, protected from deletion until the transaction ends. Transactions can share this lock. */
  async share(tx: Tx, id: string): Promise<VolumeType | null> {
    // The weakest lock that keeps the row: on PostgreSQL it does not even wait for a type that is being changed.
    return this.lockAs(tx, id, this.reader.dialect === 'postgres' ? 'for_key_share' : 'pessimistic_read');
  }

  /** True if the type has volumes. */
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

  /** @throws Conflict if the name is taken. */
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

  /** @throws Conflict if another type has the new name. */
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

  private async lockAs(
    tx: Tx,
    id: string,
    mode: 'pessimistic_write' | 'pessimistic_read' | 'for_key_share',
  ): Promise<VolumeType | null> {
    if (!isUuidLike(id)) return null;
    const query = tx.manager.createQueryBuilder(VolumeTypeEntity, 'type').where('type.id = :id', { id });
    if (tx.locksRows) query.setLock(mode);
    return this.lockedRows.lock(`volume_types ${id}`, () => query.getOne());
  }

  private async find(column: 'id' | 'name', value: string): Promise<VolumeType | null> {
    const [stored] = await this.reader.rows<StoredVolumeType>(
      `SELECT ${VOLUME_TYPE_COLUMNS} FROM volume_types WHERE ${column} = ?`,
      [value],
    );
    return stored === undefined ? null : volumeType(stored);
  }
}

/** The unique index decides, not a check beforehand: requests may be concurrent. */
async function namedOnce(name: string | undefined, write: () => Promise<unknown>): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (!isDuplicate(error)) throw error;
    throw new Conflict(`Volume Type ${name ?? ''} already exists.`, { cause: error });
  }
}

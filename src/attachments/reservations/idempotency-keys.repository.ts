import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { DatabaseTime } from '../../platform/database/database-time.js';
import type { Tx } from '../../platform/database/unit-of-work.js';
import { IdempotencyKeyEntity } from './idempotency-key.entity.js';

@Injectable()
export class IdempotencyKeysRepository {
  constructor(private readonly time: DatabaseTime) {}

  async find(tx: Tx, id: string): Promise<IdempotencyKeyEntity | null> {
    return tx.manager.findOneBy(IdempotencyKeyEntity, { id });
  }

  /** Stores a key for `seconds`. */
  async insert(tx: Tx, key: Omit<IdempotencyKeyEntity, 'expiresAt'>, seconds: number): Promise<void> {
    await tx.manager.insert(IdempotencyKeyEntity, { ...key, expiresAt: () => this.time.at(seconds) });
  }

  /** Removes a key if it has expired. */
  async removeIfExpired(tx: Tx, id: string): Promise<void> {
    await tx.manager
      .createQueryBuilder()
      .delete()
      .from(IdempotencyKeyEntity)
      .where({ id })
      .andWhere(`expires_at <= ${this.time.at()}`)
      .execute();
  }

  /** Removes at most `limit` expired keys. @returns the number of removed keys. */
  async removeExpired(tx: Tx, limit: number): Promise<number> {
    const expired = await tx.manager
      .createQueryBuilder(IdempotencyKeyEntity, 'key')
      .select('key.id', 'id')
      .where(`key.expiresAt <= ${this.time.at()}`)
      .orderBy('key.expiresAt')
      .limit(limit)
      .getRawMany<{ id: string }>();
    if (expired.length > 0)
      await tx.manager.delete(IdempotencyKeyEntity, { id: In(expired.map(({ id }) => id)) });
    return expired.length;
  }

  async removeOf(tx: Tx, attachmentId: string): Promise<void> {
    await tx.manager.delete(IdempotencyKeyEntity, { attachmentId });
  }
}

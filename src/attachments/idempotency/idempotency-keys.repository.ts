import { Injectable } from '@nestjs/common';
import { LessThanOrEqual } from 'typeorm';
import type { Instant } from '../../common/clock.js';
import type { Tx } from '../../database/unit-of-work.js';
import { IdempotencyKeyEntity } from './idempotency-key.entity.js';

@Injectable()
export class IdempotencyKeysRepository {
  async find(tx: Tx, id: string): Promise<IdempotencyKeyEntity | null> {
    return tx.manager.findOneBy(IdempotencyKeyEntity, { id });
  }

  async insert(tx: Tx, key: IdempotencyKeyEntity): Promise<void> {
    await tx.manager.insert(IdempotencyKeyEntity, key);
  }

  async removeExpired(tx: Tx, now: Instant): Promise<void> {
    await tx.manager.delete(IdempotencyKeyEntity, { expiresAt: LessThanOrEqual(now) });
  }

  async removeOf(tx: Tx, attachmentId: string): Promise<void> {
    await tx.manager.delete(IdempotencyKeyEntity, { attachmentId });
  }
}

import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { LockedRows } from '../../platform/database/locked-rows.js';
import type { Tx } from '../../platform/database/unit-of-work.js';
import { QuotaLockEntity } from './quota-lock.entity.js';

/** Resources counted per project. */
export interface Holdings {
  readonly count: number;
  readonly gigabytes: number;
}

/** Number of lock rows. There can be any number of projects; two that share a row wait for each other occasionally. */
export const LOCKS = 1024;

/** Counts a project's resources in a transaction. Their tables belong to features built on top of this one. */
@Injectable()
export class QuotasRepository {
  constructor(private readonly lockedRows: LockedRows) {}

  /**
   * Serializes transactions that count a project's resources until they end; taken after all other locks. SQLite has a
   * single writer anyway. Elsewhere it locks a row that few other projects share and nobody removes.
   */
  async lock(tx: Tx, projectId: string): Promise<void> {
    if (!tx.locksRows) return;
    const slot = slotOf(projectId);
    const lock = { mode: 'pessimistic_write' } as const;
    const row = await this.lockedRows.lock(`quota_locks ${slot}`, () =>
      tx.manager.findOne(QuotaLockEntity, { where: { slot }, lock }),
    );
    if (row !== null) return;
    // The first insert holds the row; a concurrent one waits, then holds it.
    await tx.manager
      .createQueryBuilder()
      .insert()
      .into(QuotaLockEntity)
      .values({ slot })
      .orUpdate(['project_id'], ['project_id'])
      .updateEntity(false)
      .execute();
  }

  async volumes(tx: Tx, projectId: string): Promise<Holdings> {
    const row = await tx.manager
      .createQueryBuilder()
      .select('COUNT(*)', 'held')
      .addSelect('COALESCE(SUM(COALESCE(volume.pending_size, volume.size)), 0)', 'gigabytes')
      .from('volumes', 'volume')
      .where('volume.project_id = :projectId', { projectId })
      .getRawOne<{ held: number | string; gigabytes: number | string }>();
    return { count: Number(row?.held), gigabytes: Number(row?.gigabytes) };
  }

  /** True if the project has at least `count` attachments; reads no more of them. */
  async hasAttachments(tx: Tx, projectId: string, count: number): Promise<boolean> {
    if (count === 0) return true;
    const last = await tx.manager
      .createQueryBuilder()
      .select('attachment.id', 'id')
      .from('attachments', 'attachment')
      .where('attachment.project_id = :projectId', { projectId })
      .orderBy('attachment.created_at')
      .addOrderBy('attachment.id')
      .limit(1)
      .offset(count - 1)
      .getRawOne<{ id: string }>();
    return last !== undefined;
  }
}

function slotOf(projectId: string): string {
  return String(createHash('sha256').update(projectId).digest().readUInt32BE() % LOCKS);
}

import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/unit-of-work.js';
import { QuotaLockEntity } from './quota-lock.entity.js';

/** What of a project's is counted. */
export interface Holdings {
  readonly count: number;
  readonly gigabytes: number;
}

/** Counts in a unit what a project holds. The tables belong to features that are built on this one. */
@Injectable()
export class QuotasRepository {
  /**
   * Makes units that count what a project holds follow one another until they end; taken after every other lock. SQLite
   * has one writer anyway. Elsewhere it is a row of the project's own, which nobody removes.
   */
  async lock(tx: Tx, projectId: string): Promise<void> {
    if (!tx.locksRows) return;
    const row = await tx.manager.findOne(QuotaLockEntity, {
      where: { projectId },
      lock: { mode: 'pessimistic_write' },
    });
    if (row !== null) return;
    // Whoever adds it first holds it; an insert at the same time waits, and holds it then.
    await tx.manager
      .createQueryBuilder()
      .insert()
      .into(QuotaLockEntity)
      .values({ projectId })
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

  async attachments(tx: Tx, projectId: string): Promise<number> {
    const row = await tx.manager
      .createQueryBuilder()
      .select('COUNT(*)', 'held')
      .from('attachments', 'attachment')
      .where('attachment.project_id = :projectId', { projectId })
      .getRawOne<{ held: number | string }>();
    return Number(row?.held);
  }
}

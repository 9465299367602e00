import { Injectable } from '@nestjs/common';
import { IsNull, type SelectQueryBuilder } from 'typeorm';
import type { Tx } from '../platform/database/unit-of-work.js';
import { OperationEntity } from './operation.entity.js';
import { ProcessEntity } from './process.entity.js';

/** The work that a process can do for others. */
export interface Askable {
  /** Names of its backends. */
  readonly backends: readonly string[];
  readonly kinds: readonly string[];
}

/**
 * Journal entries whose work a living API replica has asked for and no volume node has taken. An entry of a kind that only a
 * newer release knows stays its asker's.
 */
@Injectable()
export class AskedWorkRepository {
  /** Ids of the entries that this process can take, oldest first. */
  async waiting(tx: Tx, askable: Askable, limit: number): Promise<string[]> {
    const askers = await this.livingReplicas(tx);
    if (askable.backends.length === 0 || askers.length === 0) return [];
    const rows = await this.among(tx, askable)
      // As values, because MariaDB uses no index of a column for a subquery.
      .andWhere('operation.asker IN (:...askers)', { askers })
      .orderBy('operation.startedAt')
      .addOrderBy('operation.id')
      .limit(limit)
      .getRawMany<{ id: string }>();
    return rows.map(({ id }) => id);
  }

  /** True if an entry is one that this process can take. */
  async isWaiting(tx: Tx, askable: Askable, id: string): Promise<boolean> {
    if (askable.backends.length === 0) return false;
    const living = '(SELECT 1 FROM processes process WHERE process.id = operation.asker)';
    return this.among(tx, askable)
      .andWhere('operation.id = :id', { id })
      .andWhere(`EXISTS ${living}`)
      .getExists();
  }

  /** Processes that are no volume nodes: few, however many nodes there are. */
  private async livingReplicas(tx: Tx): Promise<string[]> {
    const replicas = await tx.manager.find(ProcessEntity, {
      select: { id: true },
      where: { node: IsNull() },
    });
    return replicas.map(({ id }) => id);
  }

  private among(tx: Tx, { backends, kinds }: Askable): SelectQueryBuilder<OperationEntity> {
    return tx.manager
      .createQueryBuilder(OperationEntity, 'operation')
      .select('operation.id', 'id')
      .innerJoin('volumes', 'volume', 'volume.id = operation.volumeId')
      .where('operation.owner = operation.asker AND volume.backend IN (:...backends)', { backends })
      .andWhere('operation.kind IN (:...kinds)', { kinds });
  }
}

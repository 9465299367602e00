import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { EntityRows } from '../platform/database/entity-rows.js';
import { SecretBox } from '../platform/database/secrets/secret-box.js';
import type { Tx } from '../platform/database/unit-of-work.js';
import { OperationEntity } from './operation.entity.js';
import type { OperationKind } from './operation-journal.js';

/** Kinds of work that give a host access. The details of their entries have its connector. */
const CONNECTS: readonly OperationKind[] = ['connect', 'legacy-connect'];

/** Open work that connects a host, of a volume on this backend. */
export interface OpenConnect {
  readonly operation: OperationEntity;
  readonly backend: string;
}

/** Journal entries of hosts that are getting access, or may have got it before their work was interrupted. */
@Injectable()
export class OpenConnectsRepository {
  private readonly rows: EntityRows<OperationEntity>;

  constructor(secrets: SecretBox) {
    this.rows = new EntityRows(OperationEntity, secrets);
  }

  /** Those of a volume, without those whose host has been cut off since. */
  async of(tx: Tx, volumeId: string): Promise<OperationEntity[]> {
    const found = await tx.manager.findBy(OperationEntity, { volumeId, kind: In(CONNECTS) });
    return found.filter((operation) => !isCutOff(operation));
  }

  /** All behind an id, in the order of their ids; those whose host has been cut off count towards the limit. */
  async behind(
    tx: Tx,
    id: string,
    limit: number,
  ): Promise<{ readonly open: OpenConnect[]; readonly last: string | null }> {
    const query = tx.manager
      .createQueryBuilder(OperationEntity, 'operation')
      .innerJoin('volumes', 'volume', 'volume.id = operation.volumeId')
      .addSelect('volume.backend', 'backend')
      .where('operation.kind IN (:...connects) AND operation.id > :id', { connects: CONNECTS, id })
      .orderBy('operation.id')
      .limit(limit);
    const { entities, raw } = await query.getRawAndEntities<{ backend: string }>();
    const found = entities.map((operation, index) => ({ operation, backend: raw[index]?.backend ?? '' }));
    return {
      open: found.filter(({ operation }) => !isCutOff(operation)),
      last: found.length < limit ? null : (entities.at(-1)?.id ?? null),
    };
  }

  /**
   * Records that the driver has confirmed the end of the host's access. Interrupted work is only ever undone, so that the
   * host does not get access by it again. The caller's own entry for the volume keeps others from it meanwhile.
   */
  async markCutOff(tx: Tx, { id, details }: OperationEntity): Promise<void> {
    await this.rows.update(tx, { id }, { details: { ...details, isCutOff: true } });
  }
}

function isCutOff({ details }: OperationEntity): boolean {
  return (details as { readonly isCutOff?: boolean }).isCutOff === true;
}

import { Injectable } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import type { Tx } from '../../database/unit-of-work.js';
import type { Connection, Connector } from '../../drivers/contract/index.js';
import { LegacyConnectionEntity } from './legacy-connection.entity.js';

/** The connections that volume actions have made. */
@Injectable()
export class LegacyConnectionsRepository {
  constructor(private readonly clock: Clock) {}

  /** Those of a volume, oldest first; within a unit that has locked the volume. */
  async ofVolume(tx: Tx, volumeId: string): Promise<Connection[]> {
    const rows = await tx.manager
      .createQueryBuilder(LegacyConnectionEntity, 'connection')
      .where('connection.volumeId = :volumeId', { volumeId })
      .orderBy('connection.createdAt')
      .addOrderBy('connection.id')
      .getMany();
    return rows.map(({ id, connector, mode }) => ({
      attachmentId: id,
      connector: connector as Connector,
      mode,
    }));
  }

  /** Adds a connection, or puts it in the place of the one of the same id. */
  async put(tx: Tx, volumeId: string, { attachmentId: id, connector, mode }: Connection): Promise<void> {
    await tx.manager.delete(LegacyConnectionEntity, { id });
    await tx.manager
      .createQueryBuilder()
      .insert()
      .into(LegacyConnectionEntity)
      .values({ id, volumeId, connector, mode, createdAt: this.clock.now() })
      .updateEntity(false)
      .execute();
  }

  /** Removes connections; those that are attachments' are none of these. */
  async remove(tx: Tx, connections: readonly Connection[]): Promise<void> {
    for (const { attachmentId } of connections)
      await tx.manager.delete(LegacyConnectionEntity, { id: attachmentId });
  }
}

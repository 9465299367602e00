import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock.js';
import type { Tx } from '../../platform/database/unit-of-work.js';
import type { Connection, Connector } from '../../drivers/contract/index.js';
import { LegacyConnectionEntity } from './legacy-connection.entity.js';

/** Connections made by volume actions. */
@Injectable()
export class LegacyConnectionsRepository {
  constructor(private readonly clock: Clock) {}

  /** Connections of a volume, oldest first. The transaction must hold the volume's lock. */
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

  /** Inserts a connection, or replaces the one with the same id. */
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

  /** Removes connections; ignores those of attachments. */
  async remove(tx: Tx, connections: readonly Connection[]): Promise<void> {
    for (const { attachmentId } of connections)
      await tx.manager.delete(LegacyConnectionEntity, { id: attachmentId });
  }
}

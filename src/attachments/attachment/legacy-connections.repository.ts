import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock.js';
import { EntityRows } from '../../platform/database/entity-rows.js';
import type { Tx } from '../../platform/database/unit-of-work.js';
import type { Connection, Connector } from '../../drivers/contract/index.js';
import { LegacyConnectionEntity } from './legacy-connection.entity.js';

/** Connections made by volume actions. */
@Injectable()
export class LegacyConnectionsRepository {
  private readonly rows = new EntityRows(LegacyConnectionEntity);

  constructor(private readonly clock: Clock) {}

  /** Connections of a volume, oldest first. The transaction must hold the volume's lock. */
  async ofVolume(tx: Tx, volumeId: string): Promise<Connection[]> {
    const rows = await this.rows.find(tx, { volumeId }, { orderBy: ['createdAt', 'id'] });
    return rows.map(({ id, connector, mode }) => ({
      attachmentId: id,
      connector: connector as Connector,
      mode,
    }));
  }

  /** Inserts a connection, or replaces the one with the same id. */
  async put(tx: Tx, volumeId: string, { attachmentId: id, connector, mode }: Connection): Promise<void> {
    await this.rows.remove(tx, { id });
    await this.rows.insert(tx, { id, volumeId, connector, mode, createdAt: this.clock.now() });
  }

  /** Removes connections. */
  async remove(tx: Tx, connections: readonly Connection[]): Promise<void> {
    for (const { attachmentId: id } of connections) await this.rows.remove(tx, { id });
  }
}

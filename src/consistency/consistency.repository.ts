import { Injectable } from '@nestjs/common';
import type { AttachStatus } from '../attachments/index.js';
import { parseJsonColumn } from '../database/json-column.js';
import { Reader } from '../database/reader.js';
import type { Connection, Connector } from '../drivers/contract/index.js';

/** States that follow from attachments, and in which something must be attached. */
const HELD = ['reserved', 'in-use'];

/** States of work that has an entry in the journal as long as it is to be done. */
export const IN_WORK = ['creating', 'deleting', 'extending'] as const;

/** States of attachments whose volume may be in use. */
export const USING: readonly AttachStatus[] = ['attached', 'detaching', 'error_detaching'];

/** Reads what is compared with the backends; candidates only, which are looked at again under the volume's lock. */
@Injectable()
export class ConsistencyRepository {
  constructor(private readonly reader: Reader) {}

  /** The connections of a backend's volumes, by volume. */
  async connections(backend: string): Promise<Map<string, Connection[]>> {
    const rows = await this.reader.rows<{ id: string; volume_id: string; connector: string }>(
      'SELECT a.id, a.volume_id, a.connector FROM attachments a JOIN volumes v ON v.id = a.volume_id WHERE v.backend = ? AND a.connector IS NOT NULL' +
        ' UNION ALL SELECT c.id, c.volume_id, c.connector FROM legacy_connections c JOIN volumes v ON v.id = c.volume_id WHERE v.backend = ?',
      [backend, backend],
    );
    const byVolume = new Map<string, Connection[]>();
    for (const { id, volume_id: volumeId, connector } of rows) {
      const parsed = (parseJsonColumn(connector) ?? {}) as Connector;
      const connection: Connection = { attachmentId: id, connector: parsed, mode: 'rw' };
      byVolume.set(volumeId, [...(byVolume.get(volumeId) ?? []), connection]);
    }
    return byVolume;
  }

  /** The volumes of a backend that have attachments, connected or not. */
  async attached(backend: string): Promise<string[]> {
    const rows = await this.reader.rows<{ id: string }>(
      'SELECT DISTINCT v.id FROM volumes v JOIN attachments a ON a.volume_id = v.id WHERE v.backend = ?',
      [backend],
    );
    return rows.map(({ id }) => id);
  }

  /** Volumes whose status seems not to follow from what is attached or under way, oldest first. */
  async doubtfulStatuses(): Promise<string[]> {
    const attached = 'EXISTS (SELECT 1 FROM attachments a WHERE a.volume_id = v.id)';
    const marks = (values: readonly string[]) => values.map(() => '?').join(', ');
    const used = `EXISTS (SELECT 1 FROM attachments a WHERE a.volume_id = v.id AND a.attach_status IN (${marks(USING)}))`;
    const rows = await this.reader.rows<{ id: string }>(
      `SELECT v.id FROM volumes v WHERE NOT EXISTS (SELECT 1 FROM operations o WHERE o.volume_id = v.id) AND (` +
        `(v.status IN (${marks(HELD)}) AND NOT ${attached}) OR (v.status = ? AND ${attached})` +
        ` OR (v.status = ? AND NOT ${used}) OR v.status IN (${marks(IN_WORK)})` +
        `) ORDER BY v.created_at, v.id`,
      [...HELD, 'available', 'in-use', ...USING, ...IN_WORK],
    );
    return rows.map(({ id }) => id);
  }
}

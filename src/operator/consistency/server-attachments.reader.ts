import { Injectable } from '@nestjs/common';
import { Reader } from '../../platform/database/reader.js';

/** An attachment of a server, and its volume's status. */
export interface ServerAttachment {
  readonly id: string;
  readonly volumeId: string;
  readonly serverId: string;
  readonly createdAt: string;
  readonly volumeStatus: string;
}

interface Row {
  readonly id: string;
  readonly volume_id: string;
  readonly instance_uuid: string;
  readonly created_at: string;
  readonly status: string;
}

/** Reads which servers use which volumes according to our attachments. */
@Injectable()
export class ServerAttachmentsReader {
  constructor(private readonly reader: Reader) {}

  /** Ids of servers with attachments, in order, starting behind `after`. */
  async servers(after: string, limit: number): Promise<string[]> {
    const rows = await this.reader.rows<{ id: string }>(
      'SELECT DISTINCT instance_uuid AS id FROM attachments WHERE instance_uuid > ? ORDER BY instance_uuid LIMIT ?',
      [after, limit],
    );
    return rows.map(({ id }) => id);
  }

  async of(serverIds: readonly string[]): Promise<ServerAttachment[]> {
    if (serverIds.length === 0) return [];
    const marks = serverIds.map(() => '?').join(', ');
    const rows = await this.reader.rows<Row>(
      'SELECT a.id, a.volume_id, a.instance_uuid, a.created_at, v.status FROM attachments a' +
        ` JOIN volumes v ON v.id = a.volume_id WHERE a.instance_uuid IN (${marks}) ORDER BY a.created_at, a.id`,
      serverIds,
    );
    return rows.map((row) => ({
      id: row.id,
      volumeId: row.volume_id,
      serverId: row.instance_uuid,
      createdAt: row.created_at,
      volumeStatus: row.status,
    }));
  }
}

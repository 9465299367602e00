import { Injectable } from '@nestjs/common';
import type { AttachStatus } from '../../attachments/index.js';
import { parseJsonColumn } from '../../platform/database/json-column.js';
import { BackgroundReader, type SqlValue } from '../../platform/database/reader.js';
import type { Connection, Connector } from '../../drivers/contract/index.js';

/** Ids after `after`, up to and including `upTo`; null leaves that side open. */
export interface IdRange {
  readonly after: string | null;
  readonly upTo: string | null;
}

export interface VolumeFacts {
  readonly volumeId: string;
  readonly backend: string;
  readonly status: string;
}

export interface AttachmentFacts {
  readonly volumeId: string;
  readonly status: AttachStatus;
  /** Null while the attachment has no connector. */
  readonly connection: Connection | null;
}

export interface LegacyFacts {
  readonly volumeId: string;
  readonly connection: Connection;
}

export interface WorkFacts {
  readonly volumeId: string;
  readonly id: string;
  readonly kind: string;
  readonly owner: string;
  readonly startedAt: string;
}

interface Row {
  readonly id: string;
  readonly volume_id: string;
}

/**
 * Reads the data to compare with the backends, ordered by volume id, at most `limit` rows. Takes no locks: findings are
 * checked again under the volume's lock.
 */
@Injectable()
export class ConsistencyRepository {
  constructor(private readonly reader: BackgroundReader) {}

  async volumes(after: string | null, limit: number): Promise<VolumeFacts[]> {
    const rows = await this.inOrder<{ id: string; backend: string; status: string }>(
      'SELECT id, backend, status FROM volumes',
      'id',
      { after, upTo: null },
      limit,
    );
    return rows.map(({ id, backend, status }) => ({ volumeId: id, backend, status }));
  }

  async attachments(range: IdRange, limit: number): Promise<AttachmentFacts[]> {
    const rows = await this.inOrder<Row & { attach_status: AttachStatus; connector: string | null }>(
      'SELECT id, volume_id, attach_status, connector FROM attachments',
      'volume_id',
      range,
      limit,
    );
    return rows.map(({ id, volume_id: volumeId, attach_status: status, connector }) => ({
      volumeId,
      status,
      connection: connector === null ? null : connectionOf(id, connector),
    }));
  }

  async legacyConnections(range: IdRange, limit: number): Promise<LegacyFacts[]> {
    const rows = await this.inOrder<Row & { connector: string }>(
      'SELECT id, volume_id, connector FROM legacy_connections',
      'volume_id',
      range,
      limit,
    );
    return rows.map(({ id, volume_id: volumeId, connector }) => ({
      volumeId,
      connection: connectionOf(id, connector),
    }));
  }

  async openWork(range: IdRange, limit: number): Promise<WorkFacts[]> {
    const rows = await this.inOrder<Row & { kind: string; owner: string; started_at: string }>(
      'SELECT id, kind, volume_id, owner, started_at FROM operations',
      'volume_id',
      range,
      limit,
    );
    return rows.map(({ id, kind, volume_id: volumeId, owner, started_at: startedAt }) => ({
      volumeId,
      id,
      kind,
      owner,
      startedAt,
    }));
  }

  private inOrder<T>(select: string, idColumn: string, range: IdRange, limit: number): Promise<T[]> {
    const conditions: string[] = [];
    const parameters: SqlValue[] = [];
    if (range.after !== null) {
      conditions.push(`${idColumn} > ?`);
      parameters.push(range.after);
    }
    if (range.upTo !== null) {
      conditions.push(`${idColumn} <= ?`);
      parameters.push(range.upTo);
    }
    const where = conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
    return this.reader.rows<T>(`${select}${where} ORDER BY ${idColumn} LIMIT ?`, [...parameters, limit]);
  }
}

function connectionOf(attachmentId: string, connector: string): Connection {
  return { attachmentId, connector: (parseJsonColumn(connector) ?? {}) as Connector, mode: 'rw' };
}

import { Injectable } from '@nestjs/common';
import { Reader } from '../../platform/database/reader.js';
import type { Metadata, ShownAttachment, VolumeDetail } from './volume-detail.js';
import type { VolumeRow } from './volume-row.js';

/** SQLite allows 32 766 parameters per statement; a default page needs no second query. */
const IDS_PER_QUERY = 10_000;

/** Number of volumes whose details are read as fast as those of one. */
const FEW = 10;

interface NameRow {
  readonly id: string;
  readonly name: string;
}

interface MetadataRow {
  readonly volume_id: string;
  readonly meta_key: string;
  readonly meta_value: string;
}

interface AttachmentRow {
  readonly id: string;
  readonly attach_status: string;
  readonly volume_id: string;
  readonly instance_uuid: string | null;
  readonly attached_host: string | null;
  readonly mountpoint: string | null;
  readonly attach_time: string | null;
}

/** Adds the data of other tables to a page of volumes: three queries, however long the page. */
@Injectable()
export class VolumeDetailsReader {
  constructor(private readonly reader: Reader) {}

  async complete(volumes: readonly VolumeRow[]): Promise<VolumeDetail[]> {
    const ids = volumes.map(({ id }) => id);
    const typeIds = [...new Set(volumes.flatMap(({ volumeTypeId }) => volumeTypeId ?? []))];
    const [types, metadata, attachments] = await Promise.all([
      this.rowsOf<NameRow>('SELECT id, name FROM volume_types WHERE id', typeIds),
      this.metadataOf(ids),
      this.attachmentsOf(ids),
    ]);
    const names = new Map(types.map(({ id, name }) => [id, name]));
    // Nobody else uses the rows: copying each would cost as much as reading it.
    return volumes.map((volume) =>
      Object.assign(volume, {
        typeName: names.get(volume.volumeTypeId ?? '') ?? null,
        metadata: metadata.get(volume.id) ?? {},
        attachments: attachments.get(volume.id) ?? [],
      }),
    );
  }

  /** Metadata by volume, ordered by key; volumes without metadata are absent. */
  async metadataOf(volumeIds: readonly string[]): Promise<ReadonlyMap<string, Metadata>> {
    const rows = await this.rowsOf<MetadataRow>(
      'SELECT volume_id, meta_key, meta_value FROM volume_metadata WHERE volume_id',
      volumeIds,
      'ORDER BY volume_id, meta_key',
    );
    return groupBy(rows, (own) =>
      Object.fromEntries(own.map(({ meta_key: key, meta_value: value }) => [key, value])),
    );
  }

  private async attachmentsOf(volumeIds: readonly string[]): Promise<ReadonlyMap<string, ShownAttachment[]>> {
    // By volume only: a condition on the status, which most share, tempts SQLite to read all rows that have it.
    const rows = await this.rowsOf<AttachmentRow>(
      'SELECT id, volume_id, attach_status, instance_uuid, attached_host, mountpoint, attach_time FROM attachments WHERE volume_id',
      volumeIds,
      'ORDER BY volume_id, created_at, id',
    );
    const attached = rows.filter(({ attach_status: status }) => status === 'attached');
    return groupBy(attached, (own) =>
      own.map((row) => ({
        id: row.id,
        instanceUuid: row.instance_uuid,
        attachedHost: row.attached_host,
        mountpoint: row.mountpoint,
        attachTime: row.attach_time,
      })),
    );
  }

  /** The rows of a SELECT that ends with the column to match against `ids`. */
  private async rowsOf<Row>(select: string, ids: readonly string[], orderBy = ''): Promise<Row[]> {
    const found: Row[] = [];
    for (let start = 0; start < ids.length; start += IDS_PER_QUERY) {
      const some = ids.slice(start, start + IDS_PER_QUERY);
      const places = some.map(() => '?').join(', ');
      const weight = some.length > FEW ? 'large' : 'small';
      found.push(...(await this.reader.rows<Row>(`${select} IN (${places}) ${orderBy}`, some, weight)));
    }
    return found;
  }
}

function groupBy<Row extends { readonly volume_id: string }, Value>(
  rows: readonly Row[],
  valueOf: (own: readonly Row[]) => Value,
): ReadonlyMap<string, Value> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const group = groups.get(row.volume_id);
    if (group === undefined) groups.set(row.volume_id, [row]);
    else group.push(row);
  }
  return new Map([...groups].map(([volumeId, own]) => [volumeId, valueOf(own)]));
}

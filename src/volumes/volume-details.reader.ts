import { Injectable } from '@nestjs/common';
import { Reader } from '../database/reader.js';
import type { Metadata, ShownAttachment, VolumeDetail } from './volume-detail.js';
import type { VolumeRow } from './volume-row.js';

/** SQLite takes at most 32 766 parameters; no page of the default length needs a second query. */
const IDS_PER_QUERY = 10_000;

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
  readonly volume_id: string;
  readonly instance_uuid: string | null;
  readonly attached_host: string | null;
  readonly mountpoint: string | null;
  readonly attach_time: string | null;
}

/** Adds to a page of volumes what other tables know of them: three queries, however long the page. */
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
    return volumes.map((volume) => ({
      ...volume,
      typeName: names.get(volume.volumeTypeId ?? '') ?? null,
      metadata: metadata.get(volume.id) ?? {},
      attachments: attachments.get(volume.id) ?? [],
    }));
  }

  /** The metadata of each of the volumes that has any, in the order of its keys. */
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
    const rows = await this.rowsOf<AttachmentRow>(
      'SELECT id, volume_id, instance_uuid, attached_host, mountpoint, attach_time FROM attachments ' +
        "WHERE attach_status = 'attached' AND volume_id",
      volumeIds,
      'ORDER BY created_at, id',
    );
    return groupBy(rows, (own) =>
      own.map((row) => ({
        id: row.id,
        instanceUuid: row.instance_uuid,
        attachedHost: row.attached_host,
        mountpoint: row.mountpoint,
        attachTime: row.attach_time,
      })),
    );
  }

  /** The rows of a SELECT that ends with the column whose value is to be one of `ids`. */
  private async rowsOf<Row>(select: string, ids: readonly string[], orderBy = ''): Promise<Row[]> {
    const found: Row[] = [];
    for (let start = 0; start < ids.length; start += IDS_PER_QUERY) {
      const some = ids.slice(start, start + IDS_PER_QUERY);
      const places = some.map(() => '?').join(', ');
      found.push(...(await this.reader.rows<Row>(`${select} IN (${places}) ${orderBy}`, some)));
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

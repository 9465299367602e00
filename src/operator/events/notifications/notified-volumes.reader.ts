import { Injectable } from '@nestjs/common';
import { BackgroundReader, type SqlValue } from '../../../platform/database/reader.js';

/** A volume as a notification describes it, by its columns. */
export interface NotifiedVolume {
  readonly user_id: string;
  readonly name: string | null;
  readonly description: string | null;
  readonly size: number;
  readonly migration_status: string | null;
  /** 0 and 1 on some databases. */
  readonly multiattach: boolean | number;
  readonly bootable: boolean | number;
  readonly volume_type_id: string | null;
  readonly backend: string;
  readonly availability_zone: string;
  readonly created_at: string;
  readonly updated_at: string | null;
}

/** An attachment as a notification describes it. */
export interface NotifiedAttachment {
  readonly id: string;
  readonly volume_id: string;
  readonly instance_uuid: string | null;
  readonly attached_host: string | null;
  readonly mountpoint: string | null;
  readonly attach_time: string | null;
  readonly attach_status: string;
  readonly attach_mode: string | null;
  /** JSON. */
  readonly connector: string | null;
  readonly created_at: string;
  readonly updated_at: string | null;
}

interface NotifiedMetadata {
  readonly volume_id: string;
  readonly key: string;
  readonly value: string;
}

/** What is known of some volumes now. */
export interface NotifiedVolumes {
  readonly volumes: ReadonlyMap<string, NotifiedVolume>;
  readonly metadata: readonly NotifiedMetadata[];
  readonly attachments: readonly NotifiedAttachment[];
}

const VOLUME = [
  ...['id', 'user_id', 'name', 'description', 'size', 'migration_status'],
  ...[
    'multiattach',
    'bootable',
    'volume_type_id',
    'backend',
    'availability_zone',
    'created_at',
    'updated_at',
  ],
].join(', ');

/** Not connection_info, which has the secrets of the targets. */
const ATTACHMENT = [
  ...['id', 'volume_id', 'instance_uuid', 'attached_host', 'mountpoint', 'attach_time', 'attach_status'],
  ...['attach_mode', 'connector', 'created_at', 'updated_at'],
].join(', ');

/** Attachments that are read for the volumes of some notifications, besides those that they are about. */
const MOST_ATTACHMENTS = 200;

/** Reads what notifications tell of volumes besides the event itself. */
@Injectable()
export class NotifiedVolumesReader {
  constructor(private readonly reader: BackgroundReader) {}

  /** @param attachmentIds attachments that are read in any case. */
  async read(volumeIds: readonly string[], attachmentIds: readonly string[]): Promise<NotifiedVolumes> {
    const [volumes, metadata, own, others] = await Promise.all([
      this.volumesOf(volumeIds),
      this.rowsOf<NotifiedMetadata>(
        'SELECT volume_id, meta_key AS "key", meta_value AS "value" FROM volume_metadata WHERE volume_id',
        volumeIds,
        ' ORDER BY volume_id, meta_key',
      ),
      this.rowsOf<NotifiedAttachment>(`SELECT ${ATTACHMENT} FROM attachments WHERE id`, attachmentIds),
      this.rowsOf<NotifiedAttachment>(
        `SELECT ${ATTACHMENT} FROM attachments WHERE volume_id`,
        volumeIds,
        ` ORDER BY volume_id, created_at, id LIMIT ${String(MOST_ATTACHMENTS)}`,
      ),
    ]);
    const attachments = new Map([...own, ...others].map((one) => [one.id, one]));
    return {
      volumes,
      metadata,
      attachments: [...attachments.values()],
    };
  }

  /** Volumes as they are, or as they were when they were deleted. */
  private async volumesOf(ids: readonly string[]): Promise<ReadonlyMap<string, NotifiedVolume>> {
    const rows = await this.rowsOf<NotifiedVolume & { readonly id: string }>(
      `SELECT ${VOLUME} FROM volumes WHERE id`,
      ids,
    );
    const volumes = new Map<string, NotifiedVolume>(rows.map((row) => [row.id, row]));
    const deleted = await this.rowsOf<{ readonly volume_id: string; readonly details: string }>(
      "SELECT volume_id, details FROM attachment_events WHERE kind = 'volume-deleted' AND attachment_id",
      ids.filter((id) => !volumes.has(id)),
    );
    for (const { volume_id: id, details } of deleted) volumes.set(id, JSON.parse(details) as NotifiedVolume);
    return volumes;
  }

  private async rowsOf<Row>(select: string, ids: readonly SqlValue[], rest = ''): Promise<Row[]> {
    if (ids.length === 0) return [];
    return this.reader.rows<Row>(`${select} IN (${ids.map(() => '?').join(', ')})${rest}`, ids);
  }
}

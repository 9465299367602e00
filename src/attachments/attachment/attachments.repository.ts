import { Injectable } from '@nestjs/common';
import type { RequestContext } from '../../api/auth/request-context.js';
import { Clock, type Instant } from '../../platform/clock.js';
import { DatabaseTime } from '../../platform/database/database-time.js';
import { isUuidLike } from '../../platform/uuid.js';
import { parseJsonColumn, type StoredJson } from '../../platform/database/json-column.js';
import { type Condition, readRows, type Page } from '../../platform/database/page.js';
import { Reader } from '../../platform/database/reader.js';
import { SecretBox } from '../../platform/database/secrets/secret-box.js';
import type { Tx } from '../../platform/database/unit-of-work.js';
import { DETAIL_LIST, SUMMARY_LIST, visibility } from './attachment-list.js';
import type { Attachment, AttachmentDetail, AttachmentSummary } from './attachment.js';
import { AttachmentEntity } from './attachment.entity.js';

/** The columns that change after the insert. */
export type AttachmentChanges = Partial<
  Pick<
    AttachmentEntity,
    | 'attachStatus'
    | 'attachMode'
    | 'attachTime'
    | 'attachedHost'
    | 'mountpoint'
    | 'connectionInfo'
    | 'connector'
    | 'errorReason'
  >
>;

/** An attachment that reserves its volume and has no connection yet. */
export interface Reservation {
  readonly id: string;
  readonly volume_id: string;
  readonly created_at: Instant;
}

interface SummaryRow {
  readonly id: string;
  readonly volume_id: string;
  readonly instance_uuid: string | null;
  readonly attach_status: AttachmentEntity['attachStatus'];
}

interface DetailRow extends SummaryRow {
  readonly attach_time: string | null;
  readonly attach_mode: AttachmentEntity['attachMode'];
  readonly connection_info: string;
}

@Injectable()
export class AttachmentsRepository {
  constructor(
    private readonly reader: Reader,
    private readonly clock: Clock,
    private readonly time: DatabaseTime,
    private readonly secrets: SecretBox,
  ) {}

  /** The attachment, or null if it does not exist or the caller may not see it. */
  async findVisible(ctx: RequestContext, id: string): Promise<AttachmentDetail | null> {
    if (!isUuidLike(id)) return null;
    const conditions = [{ sql: 'id = ?', parameters: [id] }, ...visibility(ctx)];
    const [row] = await this.reader.rows<DetailRow>(
      `SELECT ${DETAIL_LIST.select} FROM attachments WHERE ${conditions.map(({ sql }) => sql).join(' AND ')}`,
      conditions.flatMap(({ parameters }) => parameters),
    );
    return row === undefined ? null : this.toDetail(row);
  }

  /** A volume's attachments that the caller may see, oldest first, without a lock. */
  async visibleOfVolume(ctx: RequestContext, volumeId: string): Promise<AttachmentDetail[]> {
    const conditions = [{ sql: 'volume_id = ?', parameters: [volumeId] }, ...visibility(ctx)];
    const rows = await this.reader.rows<DetailRow>(
      `SELECT ${DETAIL_LIST.select} FROM attachments WHERE ${conditions.map(({ sql }) => sql).join(' AND ')} ORDER BY created_at, id`,
      conditions.flatMap(({ parameters }) => parameters),
    );
    return rows.map((row) => this.toDetail(row));
  }

  async listSummaries(
    ctx: RequestContext,
    conditions: readonly Condition[],
    page: Page,
  ): Promise<AttachmentSummary[]> {
    return (await readRows<SummaryRow>(this.reader, SUMMARY_LIST, conditions, page, visibility(ctx))).map(
      toSummary,
    );
  }

  async listDetails(
    ctx: RequestContext,
    conditions: readonly Condition[],
    page: Page,
  ): Promise<AttachmentDetail[]> {
    return (await readRows<DetailRow>(this.reader, DETAIL_LIST, conditions, page, visibility(ctx))).map(
      (row) => this.toDetail(row),
    );
  }

  /** Reservations without connector that are older than `seconds`, oldest first, behind `last`. */
  async reservedFor(seconds: number, last: Reservation | null, limit: number): Promise<Reservation[]> {
    const after =
      last === null
        ? { sql: '', parameters: [] }
        : {
            sql: 'AND created_at >= ? AND (created_at > ? OR id > ?)',
            parameters: [last.created_at, last.created_at, last.id],
          };
    return this.reader.rows<Reservation>(
      `SELECT id, volume_id, created_at FROM attachments WHERE attach_status = 'reserved' AND connector IS NULL AND created_at < ${this.time.at(-seconds)} ${after.sql} ORDER BY created_at, id LIMIT ?`,
      [...after.parameters, limit],
    );
  }

  /** All attachments of a volume, oldest first. The transaction must hold the volume's lock. */
  async ofVolume(tx: Tx, volumeId: string): Promise<Attachment[]> {
    return tx.manager
      .createQueryBuilder(AttachmentEntity, 'attachment')
      .where('attachment.volumeId = :volumeId', { volumeId })
      .orderBy('attachment.createdAt')
      .addOrderBy('attachment.id')
      .getMany();
  }

  async insert(tx: Tx, attachment: Attachment): Promise<void> {
    await tx.manager
      .createQueryBuilder()
      .insert()
      .into(AttachmentEntity)
      .values({
        ...attachment,
        connectionInfo: this.seal(attachment.id, attachment.connectionInfo),
        createdAt: () => this.time.at(),
      })
      .updateEntity(false)
      .execute();
  }

  async update(tx: Tx, id: string, changes: AttachmentChanges): Promise<void> {
    const { connectionInfo } = changes;
    await tx.manager.update(
      AttachmentEntity,
      { id },
      {
        ...changes,
        ...(connectionInfo === undefined ? {} : { connectionInfo: this.seal(id, connectionInfo) }),
        updatedAt: this.clock.now(),
      },
    );
  }

  async remove(tx: Tx, id: string): Promise<void> {
    await tx.manager.delete(AttachmentEntity, { id });
  }

  private seal(id: string, connectionInfo: StoredJson): StoredJson {
    return this.secrets.seal('attachments.connection_info', id, connectionInfo);
  }

  private toDetail(row: DetailRow): AttachmentDetail {
    const stored = parseJsonColumn(row.connection_info) ?? {};
    return {
      ...toSummary(row),
      attachTime: row.attach_time,
      attachMode: row.attach_mode,
      connectionInfo: this.secrets.open('attachments.connection_info', row.id, stored),
    };
  }
}

function toSummary(row: SummaryRow): AttachmentSummary {
  return {
    id: row.id,
    volumeId: row.volume_id,
    instanceUuid: row.instance_uuid,
    attachStatus: row.attach_status,
  };
}

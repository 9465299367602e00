import { Injectable } from '@nestjs/common';
import type { RequestContext } from '../../api/auth/request-context.js';
import { Clock, type Instant } from '../../platform/clock.js';
import { DatabaseTime } from '../../platform/database/database-time.js';
import { isUuidLike } from '../../platform/uuid.js';
import { parseJsonColumn } from '../../platform/database/json-column.js';
import { EntityRows } from '../../platform/database/entity-rows.js';
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

/** An attachment with what a change of it needs to know before its transaction. */
export interface LocatedAttachment extends AttachmentDetail {
  /** Name of the volume's backend. */
  readonly backend: string;
  /** True if it has a connector: a host reaches the volume, or did. */
  readonly hasConnector: boolean;
}

interface DetailRow extends SummaryRow {
  readonly attach_time: string | null;
  readonly attach_mode: AttachmentEntity['attachMode'];
  readonly connection_info: string;
}

interface LocatedRow extends DetailRow {
  readonly backend: string;
  readonly has_connector: boolean | number;
}

const LOCATED = `${DETAIL_LIST.select}, connector IS NOT NULL AS has_connector, (SELECT backend FROM volumes WHERE volumes.id = attachments.volume_id) AS backend`;

@Injectable()
export class AttachmentsRepository {
  private readonly rows: EntityRows<AttachmentEntity>;

  constructor(
    private readonly reader: Reader,
    private readonly clock: Clock,
    private readonly time: DatabaseTime,
    private readonly secrets: SecretBox,
  ) {
    this.rows = new EntityRows(AttachmentEntity, secrets);
  }

  /** The attachment, or null if it does not exist or the caller may not see it. */
  async findVisible(ctx: RequestContext, id: string): Promise<AttachmentDetail | null> {
    const row = await this.visibleRow<DetailRow>(ctx, id, DETAIL_LIST.select);
    return row === null ? null : this.toDetail(row);
  }

  /** As {@link findVisible}, for a change. */
  async locate(ctx: RequestContext, id: string): Promise<LocatedAttachment | null> {
    const row = await this.visibleRow<LocatedRow>(ctx, id, LOCATED);
    if (row === null) return null;
    return { ...this.toDetail(row), backend: row.backend, hasConnector: Boolean(row.has_connector) };
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
    return this.rows.find(tx, { volumeId }, { orderBy: ['createdAt', 'id'] });
  }

  /** An attachment. The transaction must hold its volume's lock. */
  async find(tx: Tx, id: string): Promise<Attachment | null> {
    const [attachment = null] = await this.rows.find(tx, { id });
    return attachment;
  }

  async insert(tx: Tx, attachment: Attachment): Promise<void> {
    await this.rows.insert(tx, { ...attachment, createdAt: this.time.now() });
  }

  async update(tx: Tx, id: string, changes: AttachmentChanges): Promise<void> {
    await this.rows.update(tx, { id }, { ...changes, updatedAt: this.clock.now() });
  }

  async remove(tx: Tx, id: string): Promise<void> {
    await this.rows.remove(tx, { id });
  }

  private async visibleRow<Row>(ctx: RequestContext, id: string, select: string): Promise<Row | null> {
    if (!isUuidLike(id)) return null;
    const conditions = [{ sql: 'id = ?', parameters: [id] }, ...visibility(ctx)];
    const [row = null] = await this.reader.rows<Row>(
      `SELECT ${select} FROM attachments WHERE ${conditions.map(({ sql }) => sql).join(' AND ')}`,
      conditions.flatMap(({ parameters }) => parameters),
    );
    return row;
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

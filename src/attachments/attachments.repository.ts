import { Injectable } from '@nestjs/common';
import type { RequestContext } from '../auth/request-context.js';
import { Clock, type Instant } from '../common/clock.js';
import { isUuidLike } from '../common/uuid.js';
import { parseJsonColumn, type StoredJson } from '../database/json-column.js';
import { type Condition, readRows } from '../database/page.js';
import { Reader } from '../database/reader.js';
import { SecretBox } from '../database/secrets/secret-box.js';
import type { Tx } from '../database/unit-of-work.js';
import type { Page } from '../http/list-query.js';
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
    private readonly secrets: SecretBox,
  ) {}

  /** The attachment, if it is there and the caller may see it. */
  async findVisible(ctx: RequestContext, id: string): Promise<AttachmentDetail | null> {
    if (!isUuidLike(id)) return null;
    const conditions = [{ sql: 'id = ?', parameters: [id] }, ...visibility(ctx)];
    const [row] = await this.reader.rows<DetailRow>(
      `SELECT ${DETAIL_LIST.select} FROM attachments WHERE ${conditions.map(({ sql }) => sql).join(' AND ')}`,
      conditions.flatMap(({ parameters }) => parameters),
    );
    return row === undefined ? null : this.toDetail(row);
  }

  /** A volume's attachments that the caller may see, oldest first; for what need not be locked. */
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

  /** Reservations without connector that were made before an instant, oldest first; at most a thousand. */
  async reservedBefore(instant: Instant): Promise<{ id: string; volumeId: string }[]> {
    const rows = await this.reader.rows<{ id: string; volume_id: string }>(
      "SELECT id, volume_id FROM attachments WHERE attach_status = 'reserved' AND connector IS NULL AND created_at < ? ORDER BY created_at, id LIMIT 1000",
      [instant],
    );
    return rows.map(({ id, volume_id: volumeId }) => ({ id, volumeId }));
  }

  /** All attachments of a volume, oldest first; within a unit that has locked the volume. */
  async ofVolume(tx: Tx, volumeId: string): Promise<Attachment[]> {
    return tx.manager
      .createQueryBuilder(AttachmentEntity, 'attachment')
      .where('attachment.volumeId = :volumeId', { volumeId })
      .orderBy('attachment.createdAt')
      .getMany();
  }

  async insert(tx: Tx, attachment: Attachment): Promise<void> {
    await tx.manager
      .createQueryBuilder()
      .insert()
      .into(AttachmentEntity)
      .values({ ...attachment, connectionInfo: this.seal(attachment.id, attachment.connectionInfo) })
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

import { Injectable } from '@nestjs/common';
import { In, LessThanOrEqual, MoreThan, And } from 'typeorm';
import type { Instant } from '../../common/clock.js';
import { Reader } from '../../database/reader.js';
import type { Condition } from '../../database/page.js';
import type { Tx } from '../../database/unit-of-work.js';
import type { AttachmentEvent, EventKind } from './attachment-event.js';
import { AttachmentEventEntity } from './attachment-event.entity.js';

const COLUMNS = [
  ...['seq', 'volume_id', 'kind', 'from_status', 'to_status', 'actor_user_id', 'actor_project_id'],
  ...['request_id', 'duration_ms', 'reason', 'occurred_at'],
].join(', ');

/** Events that an attachment keeps, besides the first, which says who made it. */
const KEPT = 1000;

@Injectable()
export class AttachmentEventsRepository {
  constructor(private readonly reader: Reader) {}

  /**
   * Adds an event after the attachment's others; the oldest but the first go when there are too many. Within a unit
   * that has locked the volume, so that the numbers are unique.
   */
  async append(tx: Tx, event: Omit<AttachmentEventEntity, 'seq'>): Promise<void> {
    const { attachmentId } = event;
    const seq = ((await tx.manager.maximum(AttachmentEventEntity, 'seq', { attachmentId })) ?? 0) + 1;
    await tx.manager
      .createQueryBuilder()
      .insert()
      .into(AttachmentEventEntity)
      .values({ ...event, seq })
      .updateEntity(false)
      .execute();
    if (seq > KEPT + 1) {
      const seqs = And(MoreThan(1), LessThanOrEqual(seq - KEPT));
      await tx.manager.delete(AttachmentEventEntity, { attachmentId, seq: seqs });
    }
  }

  /** The last event of each kind. */
  async lastOfEachKind(
    attachmentId: string,
    visible: readonly Condition[],
  ): Promise<Map<EventKind, AttachmentEvent>> {
    const rows = await this.rows(
      attachmentId,
      [
        {
          sql: 'seq IN (SELECT MAX(seq) FROM attachment_events WHERE attachment_id = ? GROUP BY kind)',
          parameters: [attachmentId],
        },
        ...visible,
      ],
      'ORDER BY seq',
    );
    return new Map(rows.map((row) => [row.kind, row]));
  }

  /** Events, newest first, that are older than the one numbered `before`. */
  async page(
    attachmentId: string,
    visible: readonly Condition[],
    { before, limit }: { before: number | null; limit: number },
  ): Promise<AttachmentEvent[]> {
    if (limit === 0) return [];
    const older = before === null ? [] : [{ sql: 'seq < ?', parameters: [before] }];
    return this.rows(attachmentId, [...visible, ...older], `ORDER BY seq DESC LIMIT ${String(limit)}`);
  }

  /** Removes all events of at most `limit` attachments that went before `time`. @returns of how many. */
  async removeOfGone(tx: Tx, time: Instant, limit: number): Promise<number> {
    const gone = await tx.manager
      .createQueryBuilder(AttachmentEventEntity, 'event')
      .select('event.attachmentId', 'id')
      .where('event.kind = :kind AND event.occurredAt < :time', { kind: 'deleted', time })
      .orderBy('event.occurredAt')
      .limit(limit)
      .getRawMany<{ id: string }>();
    if (gone.length > 0) {
      await tx.manager.delete(AttachmentEventEntity, { attachmentId: In(gone.map(({ id }) => id)) });
    }
    return gone.length;
  }

  private async rows(
    attachmentId: string,
    conditions: readonly Condition[],
    order: string,
  ): Promise<AttachmentEvent[]> {
    const all = [{ sql: 'attachment_id = ?', parameters: [attachmentId] }, ...conditions];
    return this.reader.rows<AttachmentEvent>(
      `SELECT ${COLUMNS} FROM attachment_events WHERE ${all.map(({ sql }) => sql).join(' AND ')} ${order}`,
      all.flatMap(({ parameters }) => parameters),
    );
  }
}

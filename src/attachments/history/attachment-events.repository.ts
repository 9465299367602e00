import { Injectable } from '@nestjs/common';
import { In, LessThanOrEqual } from 'typeorm';
import { DatabaseTime } from '../../platform/database/database-time.js';
import { EntityRows } from '../../platform/database/entity-rows.js';
import { Reader } from '../../platform/database/reader.js';
import { SqlExpression } from '../../platform/database/sql-expression.js';
import type { Condition } from '../../platform/database/page.js';
import type { Tx } from '../../platform/database/unit-of-work.js';
import { type AttachmentEvent, type EventKind, OTHER_EVENT_KINDS } from './attachment-event.js';
import { AttachmentEventEntity } from './attachment-event.entity.js';
import { EventCursors } from './event-cursors.js';
import { newPosition } from './new-position.js';

const COLUMNS = [
  ...['seq', 'volume_id', 'kind', 'from_status', 'to_status', 'actor_user_id', 'actor_project_id'],
  ...['request_id', 'duration_ms', 'reason', 'occurred_at'],
].join(', ');

/** A page of an attachment's events. */
export interface EventPage {
  /** Number of the event before which it begins; null for the newest. */
  readonly before: number | null;
  readonly limit: number;
}

/** An event before it is stored, which numbers and dates it. */
export type NewEvent = Omit<AttachmentEventEntity, 'seq' | 'occurredAt' | 'position' | 'volumeStatus'>;

/** Events that nobody can miss any more: they have their place in the stream, or are older than it. */
const PLACED = '(position > 0 OR position IS NULL)';

/** The kinds of events without an attachment, in SQL. */
const OTHERS = OTHER_EVENT_KINDS.map((kind) => `'${kind}'`).join(', ');

/** Events kept per attachment, besides the first, which names its creator. */
const KEPT = 1000;

/** Attachments whose events are removed at once; each may have 1001. */
const GONE = 100;

@Injectable()
export class AttachmentEventsRepository {
  private readonly events = new EntityRows(AttachmentEventEntity);
  private readonly cursors = new EventCursors();

  constructor(
    private readonly reader: Reader,
    private readonly time: DatabaseTime,
  ) {}

  /**
   * Appends an event; if there are too many, removes the oldest, except the first. The transaction must hold the volume's
   * lock, so that sequence numbers are unique.
   */
  async append(tx: Tx, event: NewEvent): Promise<void> {
    const { attachmentId } = event;
    const { names, sql, parameters } = this.events.insertion({
      ...event,
      seq: new SqlExpression('COALESCE(MAX(seq), 0) + 1'),
      occurredAt: this.time.now(),
      position: newPosition(this.time.dialect),
      // By table name, in the same statement: volumes are another feature, and another statement would cost a round trip.
      volumeStatus: new SqlExpression('(SELECT status FROM volumes WHERE id = ?)', [event.volumeId]),
    });
    const [inserted] = await tx.statements.rows<{ seq: number }>(
      `INSERT INTO attachment_events (${names}) SELECT ${sql} FROM attachment_events WHERE attachment_id = ? RETURNING seq`,
      [...parameters, attachmentId],
    );
    const seq = inserted?.seq ?? 0;
    if (seq > KEPT + 1) await this.removeOlder(tx, attachmentId, seq - KEPT);
  }

  /** Removes an attachment's events up to a number, except the first, and those whose place is not known yet. */
  private async removeOlder(tx: Tx, attachmentId: string, seq: number): Promise<void> {
    const older = `attachment_id = ? AND seq > 1 AND seq <= ? AND ${PLACED}`;
    await this.cursors.noteRemoved(tx, older, [attachmentId, seq]);
    await tx.statements.change(`DELETE FROM attachment_events WHERE ${older}`, [attachmentId, seq]);
  }

  /** The kind of the last event of an attachment, or of what stands for one. */
  async lastKind(tx: Tx, attachmentId: string): Promise<string | null> {
    const [row] = await tx.statements.rows<{ kind: string }>(
      'SELECT kind FROM attachment_events WHERE attachment_id = ? ORDER BY seq DESC LIMIT 1',
      [attachmentId],
    );
    return row?.kind ?? null;
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

  /** Events before number `before`, newest first. */
  async page(
    attachmentId: string,
    visible: readonly Condition[],
    { before, limit }: EventPage,
  ): Promise<AttachmentEvent[]> {
    if (limit === 0) return [];
    const older = before === null ? [] : [{ sql: 'seq < ?', parameters: [before] }];
    return this.rows(attachmentId, [...visible, ...older], `ORDER BY seq DESC LIMIT ${String(limit)}`);
  }

  /** True if the attachment was deleted more than `seconds` ago. */
  async isGoneFor(attachmentId: string, seconds: number): Promise<boolean> {
    // COALESCE hides the index on kind and time: without statistics SQLite prefers it, and reads all deletions.
    const rows = await this.reader.rows(
      `SELECT seq FROM attachment_events WHERE attachment_id = ? AND COALESCE(kind, '') = 'deleted' AND occurred_at < ${this.time.at(-seconds)}`,
      [attachmentId],
    );
    return rows.length > 0;
  }

  /**
   * Removes at most `limit` events of attachments that were deleted more than `seconds` ago. An attachment's last event,
   * by which it is found, goes last. @returns the number of removed events.
   */
  async removeOfGone(tx: Tx, seconds: number, limit: number): Promise<number> {
    const gone = await this.goneFor(tx, seconds);
    if (gone.length === 0) return 0;
    const events = await tx.manager
      .createQueryBuilder(AttachmentEventEntity, 'event')
      .select('event.attachmentId', 'id')
      .addSelect('event.seq', 'seq')
      .addSelect('event.position', 'position')
      .where({ attachmentId: In(gone) })
      .orderBy('event.attachmentId')
      .addOrderBy('event.seq')
      .limit(limit)
      .getRawMany<{ id: string; seq: number; position: number | string | null }>();
    const last = events.at(-1);
    if (last === undefined) return 0;
    const newest = Math.max(0, ...events.map(({ position }) => Number(position ?? 0)));
    await this.cursors.advance(tx, 'removed', newest);
    const whole = [...new Set(events.map(({ id }) => id))].filter((id) => id !== last.id);
    if (whole.length > 0) await tx.manager.delete(AttachmentEventEntity, { attachmentId: In(whole) });
    await tx.manager.delete(AttachmentEventEntity, { attachmentId: last.id, seq: LessThanOrEqual(last.seq) });
    return events.length;
  }

  /**
   * Removes at most `limit` events that concern no attachment and are older than `seconds`, except the last one of each
   * backend, which says whether it is down. @returns the number of removed events.
   */
  async removeOfNone(tx: Tx, seconds: number, limit: number): Promise<number> {
    const rows = await tx.statements.rows<{ position: number | string }>(
      `SELECT position FROM attachment_events event WHERE kind IN (${OTHERS}) AND occurred_at < ${this.time.at(-seconds)} AND position > 0
       AND (kind NOT LIKE 'backend-%' OR seq < (SELECT MAX(seq) FROM attachment_events later WHERE later.attachment_id = event.attachment_id))
       LIMIT ${String(limit)}`,
      [],
    );
    const positions = rows.map(({ position }) => Number(position));
    await this.cursors.advance(tx, 'removed', Math.max(0, ...positions));
    if (positions.length > 0) await tx.manager.delete(AttachmentEventEntity, { position: In(positions) });
    return positions.length;
  }

  private async goneFor(tx: Tx, seconds: number): Promise<string[]> {
    const rows = await tx.manager
      .createQueryBuilder(AttachmentEventEntity, 'event')
      .select('event.attachmentId', 'id')
      .where(`event.kind = 'deleted' AND event.occurredAt < ${this.time.at(-seconds)}`)
      .andWhere('(event.position > 0 OR event.position IS NULL)')
      .orderBy('event.occurredAt')
      .limit(GONE)
      .getRawMany<{ id: string }>();
    return rows.map(({ id }) => id);
  }

  private async rows(
    attachmentId: string,
    conditions: readonly Condition[],
    order: string,
  ): Promise<AttachmentEvent[]> {
    // Events of a volume have its id there.
    const own = { sql: 'attachment_id = ? AND attachment_id <> volume_id', parameters: [attachmentId] };
    const all = [own, ...conditions];
    return this.reader.rows<AttachmentEvent>(
      `SELECT ${COLUMNS} FROM attachment_events WHERE ${all.map(({ sql }) => sql).join(' AND ')} ${order}`,
      all.flatMap(({ parameters }) => parameters),
    );
  }
}

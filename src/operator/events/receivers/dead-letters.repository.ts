import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Instant } from '../../../platform/clock.js';
import { CONFIG } from '../../../platform/config/config.module.js';
import type { Config } from '../../../platform/config/config.schema.js';
import { DatabaseTime } from '../../../platform/database/database-time.js';
import {
  type Condition,
  countRows,
  type ListSource,
  type Page,
  readRows,
} from '../../../platform/database/page.js';
import { Reader } from '../../../platform/database/reader.js';
import type { Tx } from '../../../platform/database/unit-of-work.js';
import { storedReason } from '../../../platform/failure-reason.js';
import type { StreamEvent } from '../stream/stream-event.js';

/** Dead letters kept of each receiver: the newest. */
export const KEPT = 1_000;

const DAY_S = 86_400;

/** An event that a receiver did not take. */
export interface NewDeadLetter {
  /** The receiver, as the log names it. */
  readonly receiver: string;
  readonly event: Pick<StreamEvent, 'position' | 'id' | 'type' | 'volumeId'>;
  /** Without secrets. */
  readonly reason: string;
  /** How often it was sent. */
  readonly tries: number;
}

/** A dead letter as read from the database. */
export interface DeadLetterRow {
  readonly id: string;
  readonly receiver: string;
  /** Place of the event in the stream. PostgreSQL returns large integers as text. */
  readonly position: number | string;
  readonly event_id: string;
  readonly event_type: string;
  readonly volume_id: string;
  readonly reason: string;
  readonly tries: number;
  readonly created_at: Instant;
}

const missingText = (id: string): string => `Dead letter ${id} could not be found.`;

const LIST: ListSource = {
  table: 'dead_letters',
  select: 'id, receiver, position, event_id, event_type, volume_id, reason, tries, created_at',
  sortable: new Map(['created_at', 'id', 'receiver'].map((column) => [column, { column, whenNull: null }])),
  missing: missingText,
};

/** The dead letters of all receivers. An event's content stays where it is: in the history. */
@Injectable()
export class DeadLettersRepository {
  constructor(
    private readonly reader: Reader,
    private readonly time: DatabaseTime,
    @Inject(CONFIG) private readonly config: Pick<Config, 'history_retention_days'>,
  ) {}

  /** Stores a dead letter, and removes those of the receiver that are too many. */
  async insert(tx: Tx, { receiver, event, reason, tries }: NewDeadLetter): Promise<void> {
    const now = this.time.now();
    await tx.statements.change(
      `INSERT INTO dead_letters (id, receiver, position, event_id, event_type, volume_id, reason, tries, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ${now.sql})`,
      [
        ...[randomUUID(), receiver, event.position, event.id, event.type, event.volumeId],
        ...[storedReason(reason), tries, ...now.parameters],
      ],
    );
    const [oldest] = await tx.statements.rows<{ position: number | string }>(
      `SELECT position FROM dead_letters WHERE receiver = ? ORDER BY position DESC LIMIT 1 OFFSET ${String(KEPT)}`,
      [receiver],
    );
    if (oldest !== undefined)
      await tx.statements.change('DELETE FROM dead_letters WHERE receiver = ? AND position <= ?', [
        receiver,
        Number(oldest.position),
      ]);
  }

  /** Records that the receiver did not take the event again. */
  async refused(tx: Tx, id: string, reason: string): Promise<void> {
    await tx.statements.change('UPDATE dead_letters SET reason = ?, tries = tries + 1 WHERE id = ?', [
      storedReason(reason),
      id,
    ]);
  }

  async remove(tx: Tx, id: string): Promise<void> {
    await tx.statements.change('DELETE FROM dead_letters WHERE id = ?', [id]);
  }

  /** Removes at most `limit` that are as old as an event may be. @returns the number of removed rows. */
  async removeExpired(tx: Tx, limit: number): Promise<number> {
    const expired = await tx.statements.rows<{ id: string }>(
      `SELECT id FROM dead_letters WHERE created_at <= ${this.oldest()} ORDER BY created_at LIMIT ${String(limit)}`,
      [],
    );
    if (expired.length > 0)
      await tx.statements.change(
        `DELETE FROM dead_letters WHERE id IN (${expired.map(() => '?').join(', ')})`,
        expired.map(({ id }) => id),
      );
    return expired.length;
  }

  /** Returns null if there is none, or none any more. */
  async find(id: string): Promise<DeadLetterRow | null> {
    const [row] = await this.reader.rows<DeadLetterRow>(
      `SELECT ${LIST.select} FROM dead_letters WHERE id = ? AND created_at > ${this.oldest()}`,
      [id],
    );
    return row ?? null;
  }

  /** A page, and the number of all. @param receiver undefined for those of all receivers. */
  async list(
    page: Page,
    receiver: string | undefined,
  ): Promise<{ readonly rows: readonly DeadLetterRow[]; readonly count: number }> {
    const current: Condition = { sql: `created_at > ${this.oldest()}`, parameters: [] };
    const wanted = receiver === undefined ? [] : [{ sql: 'receiver = ?', parameters: [receiver] }];
    const conditions = [...wanted, current];
    const rows = await readRows<DeadLetterRow>(this.reader, LIST, conditions, page, [current]);
    return { rows, count: await countRows(this.reader, LIST.table, conditions) };
  }

  private oldest(): string {
    return this.time.at(-this.config.history_retention_days * DAY_S);
  }
}

import { Injectable } from '@nestjs/common';
import { EventCursors } from '../../../attachments/index.js';
import { DatabaseTime } from '../../../platform/database/database-time.js';
import { Reader } from '../../../platform/database/reader.js';
import { type Tx, UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { RunsInEachRound, type TaskOutcome } from '../../../operations/reconciler.js';

/** Events that one transaction places. */
const BATCH = 512;

/** Transactions of one call. */
const BATCHES = 20;

/** Events that one statement places; the statement's text depends on it. */
const SIZES = [128, 32, 8, 2, 1] as const;

/**
 * Gives committed events their places, on databases where transactions commit in any order (docs/adr/0035). Places are
 * given by one transaction after the other, on all servers: whoever sees an event has seen all before it.
 */
@Injectable()
export class EventSequencer {
  private readonly cursors = new EventCursors();
  private readonly isNeeded: boolean;

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly reader: Reader,
    time: DatabaseTime,
  ) {
    this.isNeeded = time.dialect !== 'sqlite';
  }

  /** Places what is committed. @returns `more` if there may be more to place. */
  async sequence(): Promise<TaskOutcome> {
    if (!this.isNeeded) return 'done';
    for (let batch = 0; batch < BATCHES; batch += 1) {
      if (!(await this.hasUnplaced())) return 'done';
      const placed = await this.unitOfWork.run((tx) => this.placeBatch(tx));
      if (placed < BATCH) return 'done';
    }
    return 'more';
  }

  /** While nobody reads the stream, the eldest server keeps what is left to place small. */
  @RunsInEachRound('the placing of events')
  async round(): Promise<TaskOutcome> {
    return this.sequence();
  }

  private async hasUnplaced(): Promise<boolean> {
    const rows = await this.reader.rows(
      'SELECT 1 AS found FROM attachment_events WHERE position < 0 LIMIT 1',
      [],
    );
    return rows.length > 0;
  }

  private async placeBatch(tx: Tx): Promise<number> {
    // Held until the commit. What is read after it includes what its last holder placed.
    const last = await this.cursors.take(tx, 'sequenced');
    const unplaced = await tx.statements.rows<{ position: number | string }>(
      `SELECT position FROM attachment_events WHERE position < 0 ORDER BY position DESC LIMIT ${String(BATCH)}`,
      [],
    );
    const moves = unplaced.map(({ position }, index) => [Number(position), last + index + 1] as const);
    for (let at = 0; at < moves.length;) {
      const size = SIZES.find((one) => one <= moves.length - at) ?? 1;
      await place(tx, moves.slice(at, at + size));
      at += size;
    }
    await this.cursors.advance(tx, 'sequenced', last + moves.length);
    return moves.length;
  }
}

/** Moves events from numbers below zero to places. */
async function place(tx: Tx, moves: readonly (readonly [number, number])[]): Promise<void> {
  const cases = moves.map(() => 'WHEN ? THEN ?').join(' ');
  await tx.statements.change(
    // The ELSE tells PostgreSQL the type of the parameters.
    `UPDATE attachment_events SET position = CASE position ${cases} ELSE position END WHERE position IN (${moves.map(() => '?').join(', ')})`,
    [...moves.flat(), ...moves.map(([from]) => from)],
  );
}

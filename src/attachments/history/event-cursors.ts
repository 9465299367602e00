import type { SqlValue } from '../../platform/database/read-connection.js';
import type { Tx } from '../../platform/database/unit-of-work.js';

/** `removed`: the last event that was removed. `sequenced`: the last that was given its place; unused on SQLite. Others name a receiver: the last that it got. */
export type CursorName = 'removed' | 'sequenced' | (string & {});

/** Positions in the stream of events that outlive the events themselves (docs/adr/0035). */
export class EventCursors {
  /** Creates a cursor unless it exists. */
  async create(tx: Tx, name: CursorName, position: number): Promise<void> {
    const [known] = await tx.statements.rows('SELECT name FROM event_cursors WHERE name = ?', [name]);
    if (known === undefined)
      await tx.statements.change('INSERT INTO event_cursors (name, position) VALUES (?, ?)', [
        name,
        position,
      ]);
  }

  /** Moves a cursor forward; it never moves back. */
  async advance(tx: Tx, name: CursorName, position: number): Promise<void> {
    await tx.statements.change('UPDATE event_cursors SET position = ? WHERE name = ? AND position < ?', [
      position,
      name,
      position,
    ]);
  }

  /** Reads a cursor and keeps it for this transaction, where rows are locked. */
  async take(tx: Tx, name: CursorName): Promise<number> {
    const lock = tx.locksRows ? ' FOR UPDATE' : '';
    const [row] = await tx.statements.rows<{ position: number | string }>(
      `SELECT position FROM event_cursors WHERE name = ?${lock}`,
      [name],
    );
    return Number(row?.position ?? 0);
  }

  /**
   * Gives a cursor to a process for as long as that lives, and reads it.
   * @returns null if another living process has it.
   */
  async claim(tx: Tx, name: CursorName, processId: string): Promise<number | null> {
    const position = await this.take(tx, name);
    const owner = '(process_id = ? OR process_id IS NULL OR process_id NOT IN (SELECT id FROM processes))';
    await tx.statements.change(`UPDATE event_cursors SET process_id = ? WHERE name = ? AND ${owner}`, [
      processId,
      name,
      processId,
    ]);
    return (await this.isOwn(tx, name, processId)) ? position : null;
  }

  /** True while no other process has claimed the cursor. */
  async isOwn(tx: Tx, name: CursorName, processId: string): Promise<boolean> {
    const rows = await tx.statements.rows(
      'SELECT 1 AS found FROM event_cursors WHERE name = ? AND process_id = ?',
      [name, processId],
    );
    return rows.length > 0;
  }

  /** Lets another process claim the cursor at once. */
  async release(tx: Tx, name: CursorName, processId: string): Promise<void> {
    await tx.statements.change(
      'UPDATE event_cursors SET process_id = NULL WHERE name = ? AND process_id = ?',
      [name, processId],
    );
  }

  /** Notes that the events that fulfil a condition are removed. */
  async noteRemoved(tx: Tx, condition: string, parameters: readonly SqlValue[]): Promise<void> {
    const [row] = await tx.statements.rows<{ newest: number | string | null }>(
      `SELECT MAX(position) AS newest FROM attachment_events WHERE ${condition}`,
      parameters,
    );
    await this.advance(tx, 'removed', Number(row?.newest ?? 0));
  }
}

import { Injectable } from '@nestjs/common';
import type { AttachStatus } from '../../attachments/index.js';
import { OPERATION_KINDS } from '../../operations/operation-journal.js';
import { ageInSeconds, Clock, type Instant } from '../../platform/clock.js';
import { BackgroundReader } from '../../platform/database/reader.js';

/** Rows counted at most: what a scrape costs does not grow with the database. */
export const MOST_COUNTED = 10_000;

/** Attachment states that a healthy attachment leaves again. */
export const PASSING_STATES = [
  'reserved',
  'attaching',
  'detaching',
  'error_attaching',
  'error_detaching',
] as const satisfies readonly AttachStatus[];

/** Volume states with a value of their own; any other counts as `other`. */
const WORKED_STATES = [
  ...['creating', 'deleting', 'extending', 'reserved', 'attaching', 'detaching'],
  ...['available', 'in-use', 'error', 'other'],
];

/** Number of rows, at most {@link MOST_COUNTED}, and age of the oldest; 0 if there is none. */
export interface Tally {
  readonly count: number;
  readonly oldestS: number;
}

/** What the database holds that should not stay so, by kind or state. Every kind and state is there. */
export interface StoredState {
  readonly journal: ReadonlyMap<string, Tally>;
  readonly attachments: ReadonlyMap<string, Tally>;
  readonly volumes: ReadonlyMap<string, Tally>;
}

interface TallyRow {
  readonly name: string;
  readonly rows_found: number | string;
  readonly oldest: Instant | null;
}

const NONE: Tally = { count: 0, oldestS: 0 };

/** Reads the state for the metrics. Each query follows an index and ends after {@link MOST_COUNTED} rows. */
@Injectable()
export class StoredStateReader {
  constructor(
    private readonly reader: BackgroundReader,
    private readonly clock: Clock,
  ) {}

  /** @throws Unavailable */
  async read(): Promise<StoredState> {
    const journal = await this.tallies(
      `SELECT kind AS name, COUNT(*) AS rows_found, MIN(started_at) AS oldest FROM (${OLDEST_ENTRIES}) entries GROUP BY kind`,
      OPERATION_KINDS,
    );
    const volumes = await this.tallies(
      `SELECT volumes.status AS name, COUNT(*) AS rows_found, MIN(entries.started_at) AS oldest FROM (${OLDEST_ENTRIES}) entries JOIN volumes ON volumes.id = entries.volume_id GROUP BY volumes.status`,
      WORKED_STATES,
    );
    const attachments = new Map<string, Tally>();
    for (const status of PASSING_STATES) attachments.set(status, await this.attachmentsIn(status));
    return { journal, attachments, volumes };
  }

  private async attachmentsIn(status: AttachStatus): Promise<Tally> {
    // The last change of the row: no other column says since when the attachment is in its state.
    const rows = await this.reader.rows<TallyRow>(
      "SELECT '' AS name, COUNT(*) AS rows_found, MIN(since) AS oldest FROM (SELECT COALESCE(updated_at, created_at) AS since FROM attachments WHERE attach_status = ? ORDER BY created_at, id LIMIT ?) found",
      [status, MOST_COUNTED],
      'large',
    );
    return rows[0] === undefined ? NONE : this.tally(rows[0]);
  }

  /** Reads tallies by name; names beyond `names` are added up as `other`. */
  private async tallies(sql: string, names: readonly string[]): Promise<ReadonlyMap<string, Tally>> {
    const tallies = new Map(names.map((name) => [name, NONE]));
    for (const row of await this.reader.rows<TallyRow>(sql, [MOST_COUNTED], 'large')) {
      const name = tallies.has(row.name) ? row.name : 'other';
      const { count, oldestS } = tallies.get(name) ?? NONE;
      const more = this.tally(row);
      tallies.set(name, { count: count + more.count, oldestS: Math.max(oldestS, more.oldestS) });
    }
    return tallies;
  }

  private tally({ rows_found: count, oldest }: TallyRow): Tally {
    return { count: Number(count), oldestS: oldest === null ? 0 : ageInSeconds(oldest, this.clock.now()) };
  }
}

/** The journal's oldest entries, by its index. */
const OLDEST_ENTRIES = 'SELECT kind, volume_id, started_at FROM operations ORDER BY started_at, id LIMIT ?';

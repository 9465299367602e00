import { Injectable } from '@nestjs/common';
import { BackgroundReader, Reader } from '../../../platform/database/reader.js';
import { type EventRow, type StreamEvent, streamEvent } from './stream-event.js';

/** Rows read at once. */
export const PAGE = 500;

const COLUMNS = [
  ...['position', 'attachment_id', 'seq', 'volume_id', 'project_id', 'instance_uuid', 'backend', 'kind'],
  ...[
    'from_status',
    'to_status',
    'volume_status',
    'actor_user_id',
    'actor_project_id',
    'request_id',
    'duration_ms',
    'reason',
  ],
  ...['occurred_at', 'details'],
].join(', ');

/** One statement, so that what it returns is of one moment: a removal that it does not see is not in `removed` either. */
const PAGE_SQL = `SELECT event_cursors.position AS removed_position, entry.* FROM event_cursors
  LEFT JOIN (SELECT ${COLUMNS} FROM attachment_events WHERE position > ? ORDER BY position LIMIT ${String(PAGE)}) entry ON 1 = 1
  WHERE event_cursors.name = 'removed' ORDER BY entry.position`;

const ENDS_SQL = `SELECT (SELECT MAX(position) FROM attachment_events) AS newest,
  (SELECT position FROM event_cursors WHERE name = 'removed') AS removed`;

/** Events after a place, in their order, without holes that a later read could fill. */
export interface EventPage {
  readonly events: readonly StreamEvent[];
  /** Position of the last event that was removed from the stream; those before it may be missing. */
  readonly removed: number;
  /** True if there may be more. */
  readonly isFull: boolean;
}

/** Reads the stream of events: by its index, and a page at most at once. */
@Injectable()
export class EventsReader {
  constructor(
    private readonly reader: Reader,
    private readonly background: BackgroundReader,
  ) {}

  /** Events after a position. @param by the connection: that of requests, or of background work. */
  async page(after: number, by: 'reader' | 'background' = 'background'): Promise<EventPage> {
    const rows = await this[by].rows<EventRow & { readonly removed_position: number | string }>(PAGE_SQL, [
      after,
    ]);
    const events = rows
      .filter(({ position }: { position: unknown }) => position !== null)
      .map((row) => streamEvent(row));
    return {
      events,
      removed: Number(rows[0]?.removed_position ?? 0),
      isFull: events.length === PAGE,
    };
  }

  /** The last position that was given, and the last one that was removed. */
  async ends(): Promise<{ readonly newest: number; readonly removed: number }> {
    const [row] = await this.reader.rows<{ newest: number | string | null; removed: number | string }>(
      ENDS_SQL,
      [],
    );
    const removed = Number(row?.removed ?? 0);
    return { newest: Math.max(Number(row?.newest ?? 0), removed), removed };
  }

  /** The event at a position; null if there is none, or none any more. */
  async at(position: number): Promise<StreamEvent | null> {
    const [row] = await this.reader.rows<EventRow>(
      `SELECT ${COLUMNS} FROM attachment_events WHERE position = ?`,
      [position],
    );
    return row === undefined ? null : streamEvent(row);
  }
}

import { crc32 } from 'node:zlib';
import { EVENT_KINDS, OTHER_EVENT_KINDS, type StreamKind } from '../../../attachments/index.js';
import type { Instant } from '../../../platform/clock.js';

/** A row of history that has its place in the stream. PostgreSQL returns large integers as text. */
export interface EventRow {
  readonly position: number | string;
  readonly attachment_id: string;
  readonly seq: number;
  readonly volume_id: string;
  readonly project_id: string;
  readonly instance_uuid: string | null;
  readonly backend: string | null;
  readonly kind: StreamKind;
  readonly from_status: string | null;
  readonly to_status: string;
  readonly volume_status: string | null;
  readonly actor_user_id: string | null;
  readonly actor_project_id: string | null;
  readonly request_id: string;
  readonly duration_ms: number | null;
  readonly reason: string | null;
  readonly occurred_at: Instant;
  /** JSON of the volume, if the event is one of its own steps. */
  readonly details: string | null;
}

const OTHER_TYPES = Object.fromEntries(
  OTHER_EVENT_KINDS.map((kind) => [kind, kind === 'repaired' ? 'volume.repaired' : kind.replace('-', '.')]),
);

const ATTACHMENT_TYPES = Object.fromEntries(EVENT_KINDS.map((kind) => [kind, `attachment.${kind}`]));

const TYPES: Readonly<Record<string, string>> = { ...ATTACHMENT_TYPES, ...OTHER_TYPES };

/** The types of events, as clients see them. */
export const EVENT_TYPES: readonly string[] = Object.values(TYPES);

/** The type of an event about the stream itself: events were removed before this reader had them. */
export const GAP_TYPE = 'gap';

/** An event of the stream. Many readers share one. */
export interface StreamEvent {
  readonly position: number;
  /** Names its place, for `Last-Event-ID`. */
  readonly id: string;
  readonly type: string;
  /** Empty for events about backends. */
  readonly projectId: string;
  readonly volumeId: string;
  readonly serverId: string | null;
  readonly at: Instant;
  /** As it is stored. */
  readonly row: EventRow;
  /** What clients see of it. */
  readonly view: EventView;
  /** The event in the format of server-sent events. */
  readonly frame: string;
}

/** An event as clients see it. */
export type EventView = Readonly<Record<string, string | number | null>>;

/** A place in the stream, as a client names it. */
export interface EventId {
  readonly position: number;
  /** Tells events of different databases apart; null at the very beginning, where there is no event. */
  readonly tag: string | null;
}

const ID = /^(\d{1,15})(?:-([0-9a-f]{8}))?$/;

/** Parses an event's id; null if it is none. */
export function parseEventId(text: string): EventId | null {
  const [, position, tag = null] = ID.exec(text) ?? [];
  return position === undefined ? null : { position: Number(position), tag };
}

/** Differs, in all likelihood, between two events that had the same place: one of them in a database restored since. */
export function tagOf({ attachment_id: subject, seq, occurred_at: at }: EventRow): string {
  return crc32(`${subject} ${String(seq)} ${at}`)
    .toString(16)
    .padStart(8, '0');
}

export function streamEvent(row: EventRow): StreamEvent {
  const position = Number(row.position);
  const id = `${String(position)}-${tagOf(row)}`;
  const type = TYPES[row.kind] ?? row.kind;
  let view: EventView | undefined;
  let frame: string | undefined;
  return {
    position,
    id,
    type,
    projectId: row.project_id,
    volumeId: row.volume_id,
    serverId: row.instance_uuid,
    at: row.occurred_at,
    row,
    // Most readers want few of the events that they pass.
    get view() {
      return (view ??= { id, type, ...viewOf(row) });
    },
    get frame() {
      return (frame ??= frameOf(id, type, this.view));
    },
  };
}

/** Writes an event in the format of server-sent events. */
export function frameOf(id: string, type: string, data: object): string {
  return `id: ${id}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
}

function viewOf(row: EventRow): EventView {
  const isOfAttachment = row.volume_id !== '' && row.attachment_id !== row.volume_id;
  return {
    at: row.occurred_at,
    project_id: orNull(row.project_id),
    volume_id: orNull(row.volume_id),
    attachment_id: isOfAttachment ? row.attachment_id : null,
    server_id: row.instance_uuid,
    // Where a volume is, is for admins only, as in the volume's own view.
    backend: row.project_id === '' ? row.backend : null,
    number: row.seq,
    from: row.from_status,
    to: row.to_status,
    volume_status: row.volume_status,
    user_id: row.actor_user_id,
    user_project_id: row.actor_project_id,
    request_id: orNull(row.request_id),
    duration_ms: row.duration_ms,
    reason: row.reason,
  };
}

function orNull(text: string): string | null {
  return text === '' ? null : text;
}

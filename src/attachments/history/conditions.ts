import type { Instant } from '../../platform/clock.js';
import type { AttachStatus } from '../attachment/attachment-status.js';
import type { AttachmentEvent, EventKind } from './attachment-event.js';

/** A current condition of an attachment, with its reason. */
export interface AttachmentCondition {
  readonly type: 'Reserved' | 'Connected' | 'Attached' | 'Detaching';
  readonly status: boolean;
  /** One machine-readable word. */
  readonly reason: string;
  /** The failure behind the reason, human-readable. */
  readonly message: string | null;
  /** Start of the condition; null if it predates the history. */
  readonly since: Instant | null;
}

/** State of an attachment that exists. */
export interface LiveState {
  readonly status: AttachStatus;
  readonly isConnected: boolean;
}

export type LastEvents = ReadonlyMap<EventKind, AttachmentEvent>;

/**
 * Derives an attachment's conditions: their status from its row, their reason and time from the last event of each kind.
 * @param live null if the attachment is deleted.
 */
export function conditionsOf(live: LiveState | null, last: LastEvents): AttachmentCondition[] {
  if (live === null) {
    const gone = (type: AttachmentCondition['type']): AttachmentCondition =>
      condition(type, false, 'Deleted', last.get('deleted'));
    return [gone('Reserved'), gone('Connected'), gone('Attached'), gone('Detaching')];
  }
  return [
    condition('Reserved', true, 'Reserved', last.get('reserved')),
    connected(live, last),
    live.status === 'attached'
      ? condition('Attached', true, 'Completed', last.get('completed'))
      : condition('Attached', false, 'NotCompleted', latest(last, ['connected', 'reserved'])),
    detaching(last),
  ];
}

function connected({ isConnected }: LiveState, last: LastEvents): AttachmentCondition {
  const attempt = latest(last, ['connecting', 'connected', 'connect-failed', 'fenced']);
  const failure = attempt?.kind === 'connect-failed' ? attempt.reason : null;
  if (isConnected) {
    // A failed reconnect leaves the previous connection in place.
    const reasons: Reasons = { connecting: 'Reconnecting', 'connect-failed': 'ReconnectFailed' };
    const reason = reasons[attempt?.kind ?? 'connected'] ?? 'Connected';
    return { ...condition('Connected', true, reason, last.get('connected')), message: failure };
  }
  const reasons: Reasons = { connecting: 'Connecting', 'connect-failed': 'ConnectFailed', fenced: 'Fenced' };
  const reason = reasons[attempt?.kind ?? 'connected'] ?? 'NotRequested';
  return { ...condition('Connected', false, reason, attempt ?? last.get('reserved')), message: failure };
}

function detaching(last: LastEvents): AttachmentCondition {
  // A new connection, or the end of it, supersedes an earlier detach.
  const attempt = latest(last, ['reserved', 'connected', 'detaching', 'detach-failed', 'fenced']);
  if (attempt?.kind !== 'detaching' && attempt?.kind !== 'detach-failed')
    return condition('Detaching', false, 'NotRequested', attempt);
  if (attempt.kind === 'detaching') return condition('Detaching', true, 'Detaching', attempt);
  return { ...condition('Detaching', false, 'DetachFailed', attempt), message: attempt.reason };
}

type Reasons = Partial<Record<EventKind, string>>;

function condition(
  type: AttachmentCondition['type'],
  status: boolean,
  reason: string,
  event: AttachmentEvent | undefined,
): AttachmentCondition {
  return { type, status, reason, message: null, since: event?.occurred_at ?? null };
}

function latest(last: LastEvents, kinds: readonly EventKind[]): AttachmentEvent | undefined {
  return kinds
    .flatMap((kind) => last.get(kind) ?? [])
    .reduce<AttachmentEvent | undefined>(
      (found, event) => (found === undefined || event.seq > found.seq ? event : found),
      undefined,
    );
}

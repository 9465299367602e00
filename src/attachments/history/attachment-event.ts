import type { Instant } from '../../common/clock.js';
import type { AttachStatus } from '../attachment-status.js';
import type { Actor } from './actor.js';

/** The steps of an attachment's life. */
export const EVENT_KINDS = [
  'reserved',
  'connecting',
  'connected',
  'connect-failed',
  'completed',
  'detaching',
  'detach-failed',
  'deleted',
] as const;

export type EventKind = (typeof EVENT_KINDS)[number];

/** Status of an attachment that has gone, in its history alone. */
export const DELETED = 'deleted';

/** A step that has just been taken. */
export interface Step {
  readonly kind: EventKind;
  readonly by: Actor;
  /** Status before; null when the attachment is new. */
  readonly from: AttachStatus | null;
  readonly to: AttachStatus | typeof DELETED;
  /** Milliseconds of work at the backend that led here. */
  readonly durationMs?: number | null;
  /** Why it failed, in words that may be shown. */
  readonly reason?: string | null;
}

/** A step as it is read. */
export interface AttachmentEvent {
  readonly seq: number;
  readonly volume_id: string;
  readonly kind: EventKind;
  readonly from_status: AttachStatus | null;
  readonly to_status: AttachStatus | typeof DELETED;
  readonly actor_user_id: string | null;
  readonly actor_project_id: string | null;
  readonly request_id: string;
  readonly duration_ms: number | null;
  readonly reason: string | null;
  readonly occurred_at: Instant;
}

import type { Instant } from '../../platform/clock.js';
import { VOLUME_STEPS } from '../../volumes/index.js';
import type { AttachStatus } from '../attachment/attachment-status.js';
import type { Actor } from './actor.js';

/** The steps of an attachment's life cycle, and the restoring of its export. */
export const EVENT_KINDS = [
  'reserved',
  'connecting',
  'connected',
  'connect-failed',
  'completed',
  'detaching',
  'detach-failed',
  'fenced',
  'deleted',
  'export-restored',
] as const;

export type EventKind = (typeof EVENT_KINDS)[number];

/** What happens to volumes and backends, beside the steps of attachments (docs/adr/0035). */
export const OTHER_EVENT_KINDS = [
  ...(['repaired', 'backend-down', 'backend-up'] as const),
  ...VOLUME_STEPS.map((step) => `volume-${step}` as const),
] as const;

/** Every kind of event. */
export type StreamKind = EventKind | (typeof OTHER_EVENT_KINDS)[number];

/** Status of a deleted attachment; used only in its history. */
export const DELETED = 'deleted';

/** A step that was just taken. */
export interface Step {
  readonly kind: EventKind;
  readonly by: Actor;
  /** Status before; null for a new attachment. */
  readonly from: AttachStatus | null;
  readonly to: AttachStatus | typeof DELETED;
  /** Milliseconds of backend work for this step. */
  readonly durationMs?: number | null;
  /** Reason for the failure, without secrets. */
  readonly reason?: string | null;
}

/** A step as read from the database. */
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

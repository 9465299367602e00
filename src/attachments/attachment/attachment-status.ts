/**
 * Life cycle of an attachment.
 *
 *     create ──► reserved ──update──► attaching ──complete──► attached
 *                   │ ▲                  ▲ │                     │
 *      update fails │ └─(retry)──┐       │ └──────update─────────┘
 *                   ▼            │       │
 *             error_attaching ───┴─update┘
 *
 * - In every state, complete leads to `attached` (a client may complete a reservation: Nova does for shelved servers) and
 *   delete removes the attachment; a failed delete changes nothing.
 * - A volume action that fails to detach leads to `error_detaching`, as in Cinder: its clients look at nothing else.
 * - A failed update leads from `reserved` to `error_attaching`; on a connected attachment it keeps connection and state.
 * - Fencing a host takes its connection away and leads back to `reserved`: the server keeps its claim on the volume.
 * - `error_detaching` and `detaching` behave like the connected states.
 * - `detached` and `deleted` never appear: a removed attachment has no row.
 */
export type AttachStatus =
  'reserved' | 'attaching' | 'attached' | 'detaching' | 'error_attaching' | 'error_detaching';

/** Events in an attachment's life cycle. */
export type AttachmentEvent =
  'connected' | 'connect-failed' | 'completed' | 'deleted' | 'delete-failed' | 'detach-failed' | 'fenced';

/** Outcome of a failed removal: by a delete, or by a volume action. */
export type RemovalFailure = Extract<AttachmentEvent, 'delete-failed' | 'detach-failed'>;

/** State after a deletion. */
export const GONE = 'gone';

type Outcomes = Readonly<Record<AttachmentEvent, AttachStatus | typeof GONE>>;

/** The complete transition table: every event in every state (docs/specification.md#attachment-states). */
export const TRANSITIONS: Readonly<Record<AttachStatus, Outcomes>> = {
  reserved: {
    connected: 'attaching',
    'connect-failed': 'error_attaching',
    completed: 'attached',
    deleted: GONE,
    'delete-failed': 'reserved',
    'detach-failed': 'error_detaching',
    fenced: 'reserved',
  },
  attaching: {
    connected: 'attaching',
    'connect-failed': 'attaching',
    completed: 'attached',
    deleted: GONE,
    'delete-failed': 'attaching',
    'detach-failed': 'error_detaching',
    fenced: 'reserved',
  },
  attached: {
    connected: 'attaching',
    'connect-failed': 'attached',
    completed: 'attached',
    deleted: GONE,
    'delete-failed': 'attached',
    'detach-failed': 'error_detaching',
    fenced: 'reserved',
  },
  detaching: {
    connected: 'attaching',
    'connect-failed': 'detaching',
    completed: 'attached',
    deleted: GONE,
    'delete-failed': 'detaching',
    'detach-failed': 'error_detaching',
    fenced: 'reserved',
  },
  error_attaching: {
    connected: 'attaching',
    'connect-failed': 'error_attaching',
    completed: 'attached',
    deleted: GONE,
    'delete-failed': 'error_attaching',
    'detach-failed': 'error_detaching',
    fenced: 'reserved',
  },
  error_detaching: {
    connected: 'attaching',
    'connect-failed': 'error_detaching',
    completed: 'attached',
    deleted: GONE,
    'delete-failed': 'error_detaching',
    'detach-failed': 'error_detaching',
    fenced: 'reserved',
  },
};

/** The state after an event that keeps the attachment. */
export function statusAfter(status: AttachStatus, event: Exclude<AttachmentEvent, 'deleted'>): AttachStatus {
  const next = TRANSITIONS[status][event];
  if (next === GONE) throw new Error(`${event} does not remove an attachment`);
  return next;
}

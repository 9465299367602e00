/**
 * The life of an attachment.
 *
 *     create ──► reserved ──update──► attaching ──complete──► attached
 *                   │ ▲                  ▲ │                     │
 *      update fails │ └─(retry)──┐       │ └──────update─────────┘
 *                   ▼            │       │
 *             error_attaching ───┴─update┘
 *
 * - From every state, complete leads to `attached` (a client may complete a reservation: Nova does for servers that
 *   are shelved) and delete leads out; a delete that fails changes nothing.
 * - A volume action that fails to detach leaves `error_detaching`, as in Cinder: its clients look at nothing else.
 * - An update that fails on a reservation leaves `error_attaching`; on a connected attachment it leaves the
 *   connection, and so the state, as it was.
 * - `error_detaching` and `detaching` behave like the connected states.
 * - `detached` and `deleted` are never seen: an attachment that is gone has no row.
 */
export type AttachStatus =
  'reserved' | 'attaching' | 'attached' | 'detaching' | 'error_attaching' | 'error_detaching';

/** What can happen to an attachment. */
export type AttachmentEvent =
  'connected' | 'connect-failed' | 'completed' | 'deleted' | 'delete-failed' | 'detach-failed';

/** How a failed removal ends: that of a delete, or that of a volume action. */
export type RemovalFailure = Extract<AttachmentEvent, 'delete-failed' | 'detach-failed'>;

/** The state after a deletion. */
export const GONE = 'gone';

type Outcomes = Readonly<Record<AttachmentEvent, AttachStatus | typeof GONE>>;

/** Every state and every event: the whole of what is allowed (SPEC 20.1). */
export const TRANSITIONS: Readonly<Record<AttachStatus, Outcomes>> = {
  reserved: {
    connected: 'attaching',
    'connect-failed': 'error_attaching',
    completed: 'attached',
    deleted: GONE,
    'delete-failed': 'reserved',
    'detach-failed': 'error_detaching',
  },
  attaching: {
    connected: 'attaching',
    'connect-failed': 'attaching',
    completed: 'attached',
    deleted: GONE,
    'delete-failed': 'attaching',
    'detach-failed': 'error_detaching',
  },
  attached: {
    connected: 'attaching',
    'connect-failed': 'attached',
    completed: 'attached',
    deleted: GONE,
    'delete-failed': 'attached',
    'detach-failed': 'error_detaching',
  },
  detaching: {
    connected: 'attaching',
    'connect-failed': 'detaching',
    completed: 'attached',
    deleted: GONE,
    'delete-failed': 'detaching',
    'detach-failed': 'error_detaching',
  },
  error_attaching: {
    connected: 'attaching',
    'connect-failed': 'error_attaching',
    completed: 'attached',
    deleted: GONE,
    'delete-failed': 'error_attaching',
    'detach-failed': 'error_detaching',
  },
  error_detaching: {
    connected: 'attaching',
    'connect-failed': 'error_detaching',
    completed: 'attached',
    deleted: GONE,
    'delete-failed': 'error_detaching',
    'detach-failed': 'error_detaching',
  },
};

/** The state that an event leads to while the attachment stays. */
export function statusAfter(status: AttachStatus, event: Exclude<AttachmentEvent, 'deleted'>): AttachStatus {
  const next = TRANSITIONS[status][event];
  if (next === GONE) throw new Error(`${event} does not remove an attachment`);
  return next;
}

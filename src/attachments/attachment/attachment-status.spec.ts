import { describe, expect, it } from '@jest/globals';
import {
  type AttachmentEvent,
  type AttachStatus,
  GONE,
  statusAfter,
  TRANSITIONS,
} from './attachment-status.js';

/** docs/specification.md#attachment-states, repeated here so that the table does not change unnoticed. */
const EXPECTED: Record<
  AttachStatus,
  [connected: string, connectFailed: string, completed: string, deleteFailed: string]
> = {
  reserved: ['attaching', 'error_attaching', 'attached', 'reserved'],
  attaching: ['attaching', 'attaching', 'attached', 'attaching'],
  attached: ['attaching', 'attached', 'attached', 'attached'],
  detaching: ['attaching', 'detaching', 'attached', 'detaching'],
  error_attaching: ['attaching', 'error_attaching', 'attached', 'error_attaching'],
  error_detaching: ['attaching', 'error_detaching', 'attached', 'error_detaching'],
};

const EVENTS: readonly AttachmentEvent[] = [
  'connected',
  'connect-failed',
  'completed',
  'delete-failed',
  'detach-failed',
  'deleted',
  'fenced',
];

describe('the life cycle of an attachment', () => {
  it.each(Object.entries(EXPECTED))(
    'from %s leads where the specification says',
    (status, [connected, failed, completed, kept]) => {
      expect(TRANSITIONS[status as AttachStatus]).toEqual({
        connected,
        'connect-failed': failed,
        completed,
        'delete-failed': kept,
        'detach-failed': 'error_detaching',
        deleted: GONE,
        fenced: 'reserved',
      });
    },
  );

  it('has an outcome for every state and event, and no other states or events', () => {
    expect(Object.keys(TRANSITIONS).sort()).toEqual(Object.keys(EXPECTED).sort());
    for (const outcomes of Object.values(TRANSITIONS))
      expect(Object.keys(outcomes).sort()).toEqual([...EVENTS].sort());
  });

  it('lets every state be deleted and completed: nothing can be stuck', () => {
    for (const status of Object.keys(TRANSITIONS) as AttachStatus[]) {
      expect(TRANSITIONS[status].deleted).toBe(GONE);
      expect(statusAfter(status, 'completed')).toBe('attached');
    }
  });

  it('changes nothing when a delete fails', () => {
    for (const status of Object.keys(TRANSITIONS) as AttachStatus[])
      expect(statusAfter(status, 'delete-failed')).toBe(status);
  });
});

import { describe, expect, it } from '@jest/globals';
import type { AttachmentEvent, EventKind } from './attachment-event.js';
import { type AttachmentCondition, conditionsOf, type LastEvents, type LiveState } from './conditions.js';

/** The last events of a life cycle with these steps; failures have a reason. */
function after(...kinds: EventKind[]): LastEvents {
  const events = kinds.map((kind, index) => ({
    seq: index + 1,
    kind,
    occurred_at: `t${String(index + 1)}`,
    reason: kind.endsWith('failed') ? `${kind}, of course` : null,
  }));
  return new Map(events.map((event) => [event.kind, event as AttachmentEvent]));
}

const reserved: LiveState = { status: 'reserved', isConnected: false };
const attaching: LiveState = { status: 'attaching', isConnected: true };
const attached: LiveState = { status: 'attached', isConnected: true };

const one = (
  type: AttachmentCondition['type'],
  live: LiveState | null,
  last: LastEvents,
): AttachmentCondition | undefined => conditionsOf(live, last).find((condition) => condition.type === type);

describe('the condition Connected', () => {
  it.each([
    ['a reservation', reserved, after('reserved'), false, 'NotRequested', null, 't1'],
    ['a connect under way', reserved, after('reserved', 'connecting'), false, 'Connecting', null, 't2'],
    [
      'a failed connect',
      { status: 'error_attaching', isConnected: false },
      after('reserved', 'connecting', 'connect-failed'),
      false,
      'ConnectFailed',
      'connect-failed, of course',
      't3',
    ],
    ['a connection', attaching, after('reserved', 'connecting', 'connected'), true, 'Connected', null, 't3'],
    [
      'a failed renewal, which leaves the connection',
      attached,
      after('connected', 'completed', 'connecting', 'connect-failed'),
      true,
      'ReconnectFailed',
      'connect-failed, of course',
      't1',
    ],
    ['a life from before there was a history', attached, after(), true, 'Connected', null, null],
  ] as const)('of %s', (_, live, last, status, reason, message, since) => {
    expect(one('Connected', live, last)).toEqual({ type: 'Connected', status, reason, message, since });
  });
});

describe('the condition Detaching', () => {
  it('holds while the backend works, and gives the reason of a failure', () => {
    const working = after('reserved', 'connected', 'detaching');
    expect(one('Detaching', attached, working)).toMatchObject({ status: true, since: 't3' });
    const failed = after('reserved', 'connected', 'detaching', 'detach-failed');
    expect(one('Detaching', attached, failed)).toMatchObject({
      status: false,
      reason: 'DetachFailed',
      message: 'detach-failed, of course',
    });
  });
});

describe('the condition Detaching after a new connection', () => {
  it('is that nobody has asked', () => {
    const again = after('reserved', 'detaching', 'detach-failed', 'connecting', 'connected');
    expect(one('Detaching', attached, again)).toMatchObject({
      status: false,
      reason: 'NotRequested',
      message: null,
      since: 't5',
    });
  });
});

describe('the condition Attached', () => {
  it('follows the row: an update takes it back', () => {
    expect(one('Attached', attached, after('connected', 'completed'))).toMatchObject({
      status: true,
      since: 't2',
    });
    expect(one('Attached', attaching, after('completed', 'connecting', 'connected'))).toMatchObject({
      status: false,
      since: 't3',
    });
  });
});

describe('an attachment that has gone', () => {
  it('has no condition that holds', () => {
    const conditions = conditionsOf(null, after('reserved', 'connected', 'deleted'));
    expect(conditions).toHaveLength(4);
    for (const condition of conditions)
      expect(condition).toMatchObject({ status: false, reason: 'Deleted', since: 't3' });
  });
});

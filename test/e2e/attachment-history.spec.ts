import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { shiftInstant } from '../../src/platform/clock.js';
import { AttachmentEventEntity } from '../../src/attachments/history/attachment-event.entity.js';
import { AttachmentHistory } from '../../src/attachments/history/attachment-history.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { EventSequencer } from '../../src/operator/events/stream/event-sequencer.js';
import { ExpiredRows } from '../../src/operations/expired-rows.js';
import { aConnector, type Api } from '../support/api.js';
import { createTestApp, type TestApp } from '../support/test-app.js';
import { act } from '../support/volume-state.js';

const fault = (call: string): object => ({
  call,
  error: 'INTERNAL',
  message: `${call} broke, password=hunter2hunter2`,
  connector: { fail: call },
});

/** Hosts that are cut off at the second attempt. */
const BUSY = [1, 2, 3, 4, 5];

const busy = BUSY.map((count) => ({
  call: 'terminateConnection',
  error: 'BUSY',
  message: 'sessions are open',
  connector: { busy: count },
  times: 1,
}));

let server: TestApp;
let api: Api;

beforeAll(async () => {
  server = await createTestApp({
    personas: true,
    settings: { CLINKER_HISTORY_RETENTION_DAYS: '7' },
    fake: { faults: [fault('initializeConnection'), fault('terminateConnection'), ...busy] },
  });
  api = server.api;
});
afterAll(() => server.close());

const historyOf = async (id: string, who = api, query = ''): Promise<any> => {
  const { status, body, message } = await who.get(`/v3/attachments/${id}/history${query}`);
  if (status !== 200) throw new Error(`no history: ${String(status)} ${message}`);
  return body.history;
};

const steps = ({ events }: any): string[] =>
  [...events].reverse().map(({ event, from, to }: any) => `${event}: ${from} to ${to}`);

const holding = ({ conditions }: any): string[] =>
  conditions.filter(({ status }: any) => status).map(({ type }: any) => type);

describe('the history of an attachment', () => {
  it('has every step with its user, request and backend time', async () => {
    const id = await api.attachment(await api.volume());
    const owner = api.as('member');
    const updated = await owner.update(id);
    await api.complete(id);
    expect(holding(await historyOf(id))).toEqual(['Reserved', 'Connected', 'Attached']);
    await api.delete(id);
    const history = await historyOf(id);
    expect(history.status).toBe('deleted');
    expect(holding(history)).toEqual([]);
    expect(steps(history)).toEqual([
      'reserved: null to reserved',
      'connecting: reserved to reserved',
      'connected: reserved to attaching',
      'completed: attaching to attached',
      'detaching: attached to attached',
      'deleted: attached to deleted',
    ]);
    const [deleted, , , connected] = history.events;
    expect(connected).toEqual({
      id: 3,
      event: 'connected',
      from: 'reserved',
      to: 'attaching',
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}$/),
      user_id: 'kim',
      project_id: api.project,
      request_id: updated.headers.get('x-openstack-request-id'),
      duration_ms: expect.any(Number),
      reason: null,
    });
    expect(deleted).toMatchObject({ user_id: 'admin', duration_ms: expect.any(Number) });
  });

  it('adds nothing to the standard answers', async () => {
    const id = await api.attachment(await api.volume());
    expect(Object.keys((await api.show(id)).body.attachment).sort()).toEqual([
      ...['attach_mode', 'attached_at', 'connection_info', 'detached_at'],
      ...['id', 'instance', 'status', 'volume_id'],
    ]);
  });

  it('shows why an update failed, without secrets, and that a retry succeeded', async () => {
    const id = await api.attachment(await api.volume());
    await api.update(id, aConnector('host-a', { fail: 'initializeConnection' }));
    const failed = await historyOf(id);
    expect(failed.status).toBe('error_attaching');
    expect(failed.events[0]).toMatchObject({ event: 'connect-failed', to: 'error_attaching' });
    const connected = failed.conditions.find(({ type }: any) => type === 'Connected');
    expect(connected).toMatchObject({ status: false, reason: 'ConnectFailed', since: failed.events[0].at });
    expect(connected.message).toContain('initializeConnection broke');
    expect(JSON.stringify(failed)).not.toContain('hunter2');
    await api.update(id);
    expect(holding(await historyOf(id))).toEqual(['Reserved', 'Connected']);
  });

  it('shows why a delete failed', async () => {
    const connector = aConnector('host-a', { fail: 'terminateConnection' });
    const id = await api.attachment(await api.volume(), { connector });
    await api.complete(id);
    await api.delete(id);
    const history = await historyOf(id);
    expect(history.status).toBe('attached');
    expect(holding(history)).toEqual(['Reserved', 'Connected', 'Attached']);
    expect(history.conditions.at(-1)).toMatchObject({
      type: 'Detaching',
      status: false,
      reason: 'DetachFailed',
      message: expect.stringContaining('terminateConnection broke'),
    });
  });

  it('comes in pages, newest first', async () => {
    const id = await api.attachment(await api.volume(), { connector: aConnector() });
    const first = await historyOf(id, api, '?limit=2');
    expect(first.events.map(({ id: seq }: any) => seq)).toEqual([3, 2]);
    const next = await api.send('GET', first.events_links[0].href.replace(server.url, ''));
    expect(next.body.history.events.map(({ id: seq }: any) => seq)).toEqual([1]);
    expect(next.body.history.events_links).toBeUndefined();
    expect(holding(next.body.history)).toEqual(['Reserved', 'Connected']);
    for (const marker of ['x', '-1', '0', '99999999999']) {
      expect((await api.get(`/v3/attachments/${id}/history?marker=${marker}`)).status).toBe(400);
    }
  });
});

describe('who sees the history', () => {
  it('is the project of the attachment, in both forms of the path, before and after its deletion', async () => {
    const id = await api.attachment(await api.volume());
    const reader = api.as('reader');
    const stranger = api.as('member', 'elsewhere');
    for (const isGone of [false, true]) {
      if (isGone) await api.delete(id);
      expect((await historyOf(id, reader)).attachment_id).toBe(id);
      expect((await reader.get(`/v3/${api.project}/attachments/${id}/history`)).status).toBe(200);
      const refused = await stranger.get(`/v3/attachments/${id}/history`);
      expect([refused.status, refused.message]).toEqual([404, expect.stringContaining(id)]);
      expect((await api.of('elsewhere').get(`/v3/attachments/${id}/history`)).status).toBe(200);
    }
  });

  it('is nobody for what never was, and nobody before attachments were', async () => {
    const unknown = '/v3/attachments/11111111-2222-4333-8444-555555555555/history';
    expect((await api.get(unknown)).status).toBe(404);
    expect((await api.get('/v3/attachments/no%00uuid/history')).status).toBe(404);
    expect((await api.at('3.26').get(unknown)).message).toContain('3.27');
  });
});

describe('an attachment that os-detach could not detach', () => {
  const connectors = BUSY.map((busy) => aConnector('busy', { busy }));

  const broken = async (): Promise<{ volume: string; id: string }> => {
    const volume = await api.volume();
    const id = await api.attachment(volume, { connector: connectors.pop() ?? {} });
    await api.complete(id);
    const answer = await act(api, volume, 'os-detach', null);
    expect([answer.status, answer.message]).toEqual([500, expect.stringContaining('sessions are open')]);
    return { volume, id };
  };

  it('is error_detaching, still connected, and says why', async () => {
    const { volume, id } = await broken();
    const { attachment } = (await api.show(id)).body;
    expect(attachment.status).toBe('error_detaching');
    expect(attachment.connection_info).not.toEqual({});
    expect(await api.volumeStatus(volume)).toBe('in-use');
    const history = await historyOf(id);
    expect(history.events[0]).toMatchObject({
      event: 'detach-failed',
      from: 'attached',
      to: 'error_detaching',
      reason: expect.stringContaining('sessions are open'),
    });
    expect(history.conditions).toContainEqual(
      expect.objectContaining({ type: 'Detaching', status: false, reason: 'DetachFailed' }),
    );
    const { messages } = (await api.get(`/v3/messages?resource_uuid=${volume}`)).body;
    expect(messages[0].user_message).toContain('sessions are open');
  });

  it('can be connected again', async () => {
    const { id } = await broken();
    expect((await api.update(id)).body.attachment.status).toBe('attaching');
    expect((await historyOf(id)).events[0]).toMatchObject({ from: 'error_detaching', to: 'attaching' });
  });

  it.each([
    ['a delete', (_volume: string, id: string) => api.delete(id)],
    ['os-detach', (volume: string) => act(api, volume, 'os-detach', null)],
    ['os-force_detach', (volume: string) => act(api, volume, 'os-force_detach', {})],
  ])('goes by %s', async (_, remove) => {
    const { volume, id } = await broken();
    expect((await remove(volume, id)).status).toBeLessThan(300);
    expect((await api.show(id)).status).toBe(404);
    expect((await historyOf(id)).events[0]).toMatchObject({ from: 'error_detaching', to: 'deleted' });
    expect(await api.volumeStatus(volume)).toBe('available');
  });
});

describe('the retention', () => {
  /** Makes the events of an attachment older. */
  const age = async (id: string, days: number): Promise<void> => {
    await server.app.get(UnitOfWork).run(async ({ manager }) => {
      for (const event of await manager.findBy(AttachmentEventEntity, { attachmentId: id })) {
        const occurredAt = shiftInstant(event.occurredAt, -days * 86_400_000);
        await manager.update(AttachmentEventEntity, { attachmentId: id, seq: event.seq }, { occurredAt });
      }
    });
  };

  const eventsOf = (attachmentId: string): Promise<number> =>
    server.app.get(UnitOfWork).run(({ manager }) => manager.countBy(AttachmentEventEntity, { attachmentId }));

  it('forgets what was deleted long ago, and nothing of what lives', async () => {
    const [old, young, living] = (await Promise.all(
      [1, 2, 3].map(async () => api.attachment(await api.volume())),
    )) as [string, string, string];
    await Promise.all([api.delete(old), api.delete(young)]);
    await age(old, 8);
    await age(young, 6);
    await age(living, 8);
    // At once, not only when its rows are removed.
    expect((await api.get(`/v3/attachments/${old}/history`)).status).toBe(404);
    expect(await eventsOf(old)).toBe(2);
    await server.app.get(EventSequencer, { strict: false }).sequence();
    await server.app.get(ExpiredRows).purge();
    expect(await eventsOf(old)).toBe(0);
    expect((await historyOf(young)).events).toHaveLength(2);
    expect((await historyOf(living)).events).toHaveLength(1);
  });

  it('keeps the first event and the newest 1000 of an attachment that lives', async () => {
    const volumeId = await api.volume();
    const id = await api.attachment(volumeId);
    const by = { userId: 'kim', projectId: api.project, requestId: 'req-1' };
    const attachment = { id, volumeId, projectId: api.project, instanceUuid: null };
    await server.app.get(UnitOfWork).run(async (tx) => {
      for (let count = 0; count < 1003; count += 1) {
        const step = { kind: 'completed', by, from: 'attached', to: 'attached' } as const;
        await server.app.get(AttachmentHistory).record(tx, attachment, step);
      }
    });
    // Those without a place in the stream are kept until they have one.
    await server.app.get(EventSequencer, { strict: false }).sequence();
    await api.complete(id);
    const rest = (await historyOf(id, api, '?marker=8')).events.map(({ id: seq }: any) => seq);
    expect(rest).toEqual([7, 6, 1]);
  });
});

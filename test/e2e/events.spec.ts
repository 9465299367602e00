import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { AttachmentEventEntity } from '../../src/attachments/history/attachment-event.entity.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { ExpiredRows } from '../../src/operations/expired-rows.js';
import { aConnector, type Api } from '../support/api.js';
import { EventReader, type ReaderOptions } from '../support/event-reader.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

const CONNECT_FAULT = {
  call: 'initializeConnection',
  error: 'INTERNAL',
  message: 'broke',
  connector: { fail: 1 },
};

const SETTINGS = {
  CLINKER_HISTORY_RETENTION_DAYS: '7',
  CLINKER_EVENT_HEARTBEAT_MS: '50',
  CLINKER_MAX_EVENT_READERS_PER_PROJECT: '3',
};

let server: TestApp;
let api: Api;
const readers: EventReader[] = [];

beforeAll(async () => {
  server = await createTestApp({
    personas: true,
    fake: { faults: [CONNECT_FAULT] },
    settings: SETTINGS,
  });
  api = server.api;
});
afterAll(() => server.close());
afterEach(() => {
  for (const reader of readers.splice(0)) reader.close();
});

async function restart(): Promise<void> {
  await server.stop();
  server = await createTestApp({ personas: true, settings: SETTINGS, continueFrom: server });
  api = server.api;
}

const newProject = (): string => randomUUID().replaceAll('-', '');

/** A client of its own project, so that nobody else's events are in its stream. */
const member = (project = newProject()): Api => api.as('member', project);

async function read(
  who: Api,
  options: Omit<ReaderOptions, 'token'> & { roles?: string } = {},
): Promise<EventReader> {
  const { roles = 'member', ...rest } = options;
  const reader = await EventReader.open(server.url, { token: `kim:${who.project}:${roles}`, ...rest });
  readers.push(reader);
  return reader;
}

/** A new volume, and an attachment's whole life. */
async function live(who: Api, more: object = {}): Promise<{ volume: string; attachment: string }> {
  const volume = await who.volume();
  const attachment = await who.attachment(volume, more);
  await who.update(attachment);
  await who.complete(attachment);
  await who.delete(attachment);
  return { volume, attachment };
}

const STEPS = ['reserved', 'connecting', 'connected', 'completed', 'detaching', 'deleted'].map(
  (kind) => `attachment.${kind}`,
);
const LIFE = ['volume.creating', 'volume.created', ...STEPS];

describe('a reader', () => {
  it('gets each committed change of its project, in order, as it happens', async () => {
    const who = member();
    const reader = await read(who);
    const { volume, attachment } = await live(who);
    await reader.until(() => reader.events.length >= LIFE.length);
    expect(reader.types).toEqual(LIFE);
    expect(reader.response.headers['content-type']).toBe('text/event-stream');
    const { history } = (await who.get(`/v3/attachments/${attachment}/history`)).body;
    for (const [index, { id, type, data }] of reader.events.slice(2).entries()) {
      expect(data).toMatchObject({
        id,
        type,
        volume_id: volume,
        attachment_id: attachment,
        number: index + 1,
      });
      const recorded = history.events.find(({ id: number }: any) => number === index + 1);
      expect({ ...data }).toMatchObject({
        ...{ at: recorded.at, from: recorded.from, to: recorded.to, reason: recorded.reason },
        ...{ user_id: 'kim', request_id: recorded.request_id, duration_ms: recorded.duration_ms },
      });
    }
  });

  it('learns why a connect failed', async () => {
    const who = member();
    const reader = await read(who, { query: '?type=attachment.connect-failed' });
    await who.update(await who.attachment(await who.volume()), aConnector('h', { fail: 1 }));
    await reader.until(() => reader.events.length > 0);
    expect(reader.events[0]?.data.reason).toContain('broke');
  });

  it('that resumes misses nothing and gets nothing twice', async () => {
    const who = member();
    const first = await read(who);
    await live(who);
    await first.until(() => first.events.length >= 3);
    first.close();
    await live(who);
    const resumed = await read(who, { lastEventId: first.events[2]?.id ?? '' });
    await resumed.until(() => resumed.events.length >= 2 * LIFE.length - 3);
    expect(resumed.types).toEqual([...LIFE.slice(3), ...LIFE]);
    const all = await read(who, { lastEventId: '0' });
    await all.until(() => all.types.filter((type) => type !== 'gap').length >= 2 * LIFE.length);
    expect(all.types.filter((type) => type !== 'gap')).toEqual([...LIFE, ...LIFE]);
  });

  it('moves its place past what it does not want', async () => {
    const [who, other] = [member(), member()];
    const reader = await read(who);
    const before = reader.lastEventId;
    await live(other);
    await reader.until(() => Number.parseInt(reader.lastEventId) >= Number.parseInt(before) + LIFE.length);
    expect(reader.events).toEqual([]);
    expect(reader.heartbeats).toBeGreaterThan(0);
  });
});

describe('filters', () => {
  it('select types, volumes and servers', async () => {
    const who = member();
    const instance = randomUUID();
    const { volume } = await live(who, { instance_uuid: instance });
    const { volume: other } = await live(who);
    const get = async (query: string): Promise<EventReader> => read(who, { lastEventId: '0', query });
    const byType = await get('?type=attachment.reserved,attachment.deleted');
    await byType.until(() => byType.events.length >= 4);
    expect(byType.events.map(({ type, data }) => [type, data.volume_id])).toEqual([
      ['attachment.reserved', volume],
      ['attachment.deleted', volume],
      ['attachment.reserved', other],
      ['attachment.deleted', other],
    ]);
    const byVolume = await get(`?volume_id=${other}`);
    await byVolume.until(() => byVolume.events.length >= LIFE.length);
    expect(new Set(byVolume.events.map(({ data }) => data.volume_id))).toEqual(new Set([other]));
    const byServer = await get(`?server_id=${instance}`);
    await byServer.until(() => byServer.events.length >= STEPS.length);
    expect(new Set(byServer.events.map(({ data }) => data.server_id))).toEqual(new Set([instance]));
  });

  it.each([
    ['?type=attachment.eaten', {}],
    ['?colour=red', {}],
    ['', { 'Last-Event-ID': 'yesterday' }],
    ['', { 'Last-Event-ID': '1-xyz' }],
  ])('that nobody knows are refused: %s %j', async (query, headers) => {
    expect((await member().send('GET', `/v3/events${query}`, undefined, headers)).status).toBe(400);
  });
});

describe('other projects', () => {
  it('are hidden from members, whatever they ask for', async () => {
    const [who, other] = [member(), member()];
    const reader = await read(who, { query: `?all_tenants=1&project_id=${other.project}` });
    await live(other);
    const { volume } = await live(who);
    await reader.until(() => reader.events.length >= LIFE.length);
    expect(new Set(reader.events.map(({ data }) => data.volume_id))).toEqual(new Set([volume]));
  });

  it('are shown to admins with all_tenants', async () => {
    const [admin, other] = [api.as('admin,member,reader', newProject()), member()];
    const own = await read(admin, { roles: 'admin' });
    const all = await read(admin, { roles: 'admin', query: '?all_tenants=1' });
    const { volume } = await live(other);
    await all.until(() => all.events.filter(({ data }) => data.volume_id === volume).length >= LIFE.length);
    expect(own.events).toEqual([]);
    const one = await read(admin, {
      ...{ roles: 'admin', lastEventId: '0', query: `?all_tenants=1&project_id=${other.project}` },
    });
    await one.until(() => one.events.length >= LIFE.length);
    expect(one.types).toEqual(LIFE);
  });

  it('get 401 without a token, and the project of the URL must be their own', async () => {
    expect((await fetch(`${server.url}/v3/events`)).status).toBe(401);
    const who = member();
    expect((await who.get(`/v3/${newProject()}/events`)).status).toBe(400);
    expect((await read(who, { projectId: who.project })).status).toBe(200);
  });
});

describe('limits', () => {
  it('refuse more readers than a project may have, until one leaves', async () => {
    const who = member();
    const mine = [await read(who), await read(who), await read(who)];
    expect((await who.get('/v3/events')).status).toBe(413);
    mine[0]?.close();
    for (;;) {
      const next = await read(who);
      if (next.status === 200) break;
      expect(next.status).toBe(413);
    }
  });
});

describe('what is no longer kept', () => {
  it('is told as a gap to who comes back too late, and to nobody else', async () => {
    const who = member();
    const reader = await read(who);
    const { attachment } = await live(who);
    await reader.until(() => reader.events.length >= LIFE.length);
    const [early, late] = [reader.events[1]?.id ?? '', reader.events.at(-1)?.id ?? ''];
    const { attachment: young } = await live(who);
    await server.app.get(UnitOfWork).run(async (tx) => {
      await tx.manager.update(
        AttachmentEventEntity,
        { attachmentId: attachment },
        { occurredAt: '2026-01-01T00:00:00.000000' },
      );
    });
    await server.app.get(ExpiredRows).purge();
    // What a process has read, it keeps for a while.
    await restart();
    const old = await read(who, { lastEventId: early });
    await old.until(() => old.events.length >= 1 + LIFE.length);
    expect(old.types).toEqual(['gap', ...LIFE]);
    expect(old.events[0]?.data).toMatchObject({ reason: 'expired' });
    expect(old.events.at(-1)?.data.attachment_id).toBe(young);
    // Its last event is gone, but it got everything that is.
    const current = await read(who, { lastEventId: late });
    await current.until(() => current.events.length >= LIFE.length);
    expect(current.types).toEqual(LIFE);
  });

  it.each(['999999999', '1-00000000'])('is not confused with another database: %s', async (lastEventId) => {
    const who = member();
    await live(who);
    const reader = await read(who, { lastEventId });
    await reader.until(() => reader.events.length > 0);
    expect(reader.events[0]).toMatchObject({ type: 'gap', data: { reason: 'unknown' } });
    const { attachment } = await live(who);
    const mine = (): string[] =>
      reader.events.filter(({ data }) => data.attachment_id === attachment).map(({ type }) => type);
    await reader.until(() => mine().length >= STEPS.length);
    expect(mine()).toEqual(STEPS);
  });
});

describe('the end of a stream', () => {
  it('comes at once when the server stops, and the client resumes after the restart', async () => {
    const who = member();
    const reader = await read(who);
    await live(who);
    await reader.until(() => reader.events.length >= LIFE.length);
    await restart();
    await reader.untilEnded();
    const { volume } = await live(api.as('member', who.project));
    const resumed = await read(who, { lastEventId: reader.lastEventId });
    await resumed.until(() => resumed.events.length >= LIFE.length);
    expect(resumed.events.map(({ data }) => data.volume_id)).toEqual(LIFE.map(() => volume));
  });
});

it('closes the connection of a stream that was asked for before an earlier answer', async () => {
  const { hostname, port } = new URL(server.url);
  const head = (path: string): string =>
    [`GET ${path} HTTP/1.1`, `Host: ${hostname}`, `X-Auth-Token: kim:${newProject()}:member`, '', ''].join(
      '\r\n',
    );
  const socket = connect(Number(port), hostname);
  socket.write(head('/v3/volumes') + head('/v3/events'));
  socket.resume();
  await once(socket, 'close');
  expect(socket.readableEnded || socket.destroyed).toBe(true);
});

import { EventEmitter, once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Broker } from '../../src/operator/events/notifications/broker.js';
import { BrokerSink } from '../../src/operator/events/notifications/broker-sink.js';
import { cinderEvents } from '../../src/operator/events/notifications/cinder-event.js';
import { notificationsOf } from '../../src/operator/events/notifications/notification.js';
import { NotifiedVolumesReader } from '../../src/operator/events/notifications/notified-volumes.reader.js';
import { EventSequencer } from '../../src/operator/events/stream/event-sequencer.js';
import { EventsReader } from '../../src/operator/events/stream/events.reader.js';
import { type Api, aConnector } from '../support/api.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

/** Recorded from a real Cinder (test/fixtures/notifications.json). */
const RECORDED: any[] = JSON.parse(
  await readFile(new URL('../fixtures/notifications.json', import.meta.url), 'utf8'),
).notifications;

/** What was recorded while a client did something; its messages. */
const recorded = (step: string): any[] =>
  RECORDED.filter((one) => one.step === step).map(({ message }) => message);

let server: TestApp;

afterEach(() => server.close());

/** The messages of all events so far, as they are if they are sent now. */
async function messages(): Promise<any[]> {
  const get = <T>(type: abstract new (...args: any[]) => T): T => server.app.get(type, { strict: false });
  await get(EventSequencer).sequence();
  const { events } = await get(EventsReader).page(0);
  const known = await get(NotifiedVolumesReader).read(
    events.map(({ volumeId }) => volumeId),
    events.map(({ row }) => row.attachment_id),
  );
  return events
    .flatMap((event) => notificationsOf(event, known))
    .map(({ body }) => {
      const { 'oslo.version': version, 'oslo.message': text } = JSON.parse(body.toString());
      expect(version).toBe('2.0');
      return JSON.parse(text);
    });
}

/** What a step of a client adds to the messages. */
async function messagesOf(step: () => Promise<unknown>): Promise<any[]> {
  const before = await messages();
  await step();
  return (await messages()).slice(before.length);
}

/** What a message says, without what differs between any two clouds. */
const gistOf = ({ event_type: type, priority, payload }: any): object => ({
  type,
  priority,
  status: payload.status,
  attachments: payload.volume_attachment.map((one: any) => one.attach_status),
});

/** Names and kinds of all fields, so that consumers find what they look for. */
function shapeOf(value: any): any {
  if (Array.isArray(value))
    return value
      .filter((one) => typeof one === 'object')
      .slice(0, 1)
      .map(shapeOf);
  if (typeof value !== 'object' || value === null) return '';
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, shapeOf(one)]));
}

/** Fields whose values must be Cinder's, unless they name something of this cloud. */
const OWN =
  /_id$|^_|^(id|host|timestamp|user|volume_type|connector|attach_time|connection_info|service_uuid)|_at$/;

function sameValues(ours: any, theirs: any, path = ''): string[] {
  return Object.keys(theirs).flatMap((key) => {
    const at = `${path}/${key}`;
    if (key === 'publisher_id' || OWN.test(key) || /provider_(auth|location)/.test(key)) return [];
    if (typeof theirs[key] === 'object' && theirs[key] !== null)
      return sameValues(ours[key] ?? {}, theirs[key], at);
    return ours[key] === theirs[key] ? [] : [`${at}: ${ours[key]} instead of ${theirs[key]}`];
  });
}

async function start(settings: Record<string, string> = {}): Promise<Api> {
  server = await createTestApp({ settings });
  return server.api;
}

const newVolume = (api: Api): Promise<string> => api.volume({ name: 'data', metadata: { owner: 'db' } });

/** The metadata of a volume goes with it. */
const withoutMetadata = ({ payload: { metadata, ...payload }, ...message }: any): object => ({
  ...message,
  ...payload,
  isList: Array.isArray(metadata),
});

const act = (api: Api, volume: string, action: object): Promise<unknown> =>
  api.send('POST', `/v3/volumes/${volume}/action`, action);

describe('the notifications of', () => {
  it("an attachment's life are those of a real Cinder, field for field", async () => {
    const api = await start();
    const volume = await newVolume(api);
    let id = '';
    const reserved = await messagesOf(async () => {
      id = await api.attachment(volume);
    });
    expect(reserved).toEqual([]);
    const steps: [string, () => Promise<unknown>][] = [
      [
        'attachment update',
        () => api.update(id, aConnector('node-1', { mountpoint: '/dev/vdb', mode: 'rw' })),
      ],
      ['attachment complete', () => api.complete(id)],
      ['attachment delete', () => api.delete(id)],
    ];
    for (const [step, run] of steps) {
      const ours = await messagesOf(run);
      const theirs = recorded(step);
      expect(ours.map(gistOf)).toEqual(theirs.map(gistOf));
      expect(ours.map(shapeOf)).toEqual(theirs.map(shapeOf));
    }
  });

  it('an attachment that was never connected', async () => {
    const api = await start();
    const id = await api.attachment(await newVolume(api));
    const ours = await messagesOf(() => api.delete(id));
    expect(ours.map(gistOf)).toEqual(recorded('reserved delete').map(gistOf));
  });

  it('an attachment that is created with a connector, and deleted before it is complete', async () => {
    const api = await start();
    const volume = await newVolume(api);
    let id = '';
    const created = await messagesOf(async () => {
      id = await api.attachment(volume, { connector: aConnector() });
    });
    expect(created.map(gistOf)).toEqual(recorded('create with connector').map(gistOf));
    const deleted = await messagesOf(() => api.delete(id));
    expect(deleted.map(gistOf)).toEqual(recorded('delete not completed').map(gistOf));
  });

  it("a volume's life", async () => {
    const api = await start();
    let volume = '';
    const create = async (): Promise<void> => {
      volume = await newVolume(api);
    };
    const remove = async (): Promise<void> => {
      await api.send('DELETE', `/v3/volumes/${volume}`);
      while ((await api.get(`/v3/volumes/${volume}`)).status !== 404);
    };
    const extend = async (): Promise<void> => {
      await act(api, volume, { 'os-extend': { new_size: 2 } });
      await api.untilVolume(volume, ({ size, status }) => size === 2 && status === 'available');
    };
    const steps: [string, () => Promise<void>][] = [
      ['create', create],
      ['os-extend', extend],
      ['volume delete', remove],
    ];
    for (const [step, run] of steps) {
      const ours = await messagesOf(run);
      const theirs = recorded(step);
      expect(ours.map(gistOf)).toEqual(theirs.map(gistOf));
      expect(ours.map(withoutMetadata).map(shapeOf)).toEqual(theirs.map(withoutMetadata).map(shapeOf));
      expect(ours.map(({ payload }) => payload.size)).toEqual(theirs.map(({ payload }) => payload.size));
    }
  });

  it('volume actions', async () => {
    const api = await start();
    const volume = await newVolume(api);
    await act(api, volume, { 'os-reserve': {} });
    const attached = await messagesOf(() =>
      act(api, volume, { 'os-attach': { instance_uuid: volume, mountpoint: '/dev/vdb' } }),
    );
    expect(attached.map(gistOf)).toEqual(recorded('os-attach').map(gistOf));
    await act(api, volume, { 'os-begin_detaching': {} });
    const detached = await messagesOf(() => act(api, volume, { 'os-detach': {} }));
    expect(detached.map(({ event_type: type }) => type)).toEqual([
      'volume.detach.start',
      'volume.detach.end',
    ]);
  });

  it('a shared volume name its other attachments', async () => {
    const api = await start();
    const volume = await api.multiattachVolume();
    const ids = [];
    for (const number of ['1', '2']) {
      const id = await api.attachment(volume);
      ids.push(id);
      const updated = await messagesOf(() => api.update(id, aConnector(`node-${number}`)));
      expect(updated.map(statusesOf)).toEqual(recorded(`multi update ${number}`).map(statusesOf));
      const completed = await messagesOf(() => api.complete(id));
      expect(completed.map(gistOf)).toEqual(recorded(`multi complete ${number}`).map(gistOf));
    }
    const [first = ''] = ids;
    const deleted = await messagesOf(() => api.delete(first));
    expect(deleted.map(gistOf)).toEqual(recorded('multi delete 1').map(gistOf));
  });
});

/** The statuses of all attachments, in any order. */
const statusesOf = ({ payload }: any): string[] =>
  payload.volume_attachment.map((one: any) => one.attach_status).sort();

describe('a notification', () => {
  it('has the values of Cinder, and no secret', async () => {
    const api = await start();
    const id = await api.attachment(await newVolume(api));
    await api.update(id, aConnector('node-1', { mountpoint: '/dev/vdb', mode: 'rw' }));
    const [message] = await messagesOf(() => api.complete(id));
    const [theirs] = recorded('attachment complete');
    expect(sameValues(message.payload.volume_attachment[0], theirs.payload.volume_attachment[0])).toEqual([
      expect.stringContaining('/instance_uuid'),
      expect.stringContaining('/attached_host'),
    ]);
    expect(
      sameValues({ ...message.payload, volume_attachment: [] }, { ...theirs.payload, volume_attachment: [] }),
    ).toEqual([]);
    const { connection_info: shown } = (await api.show(id)).body.attachment;
    expect(JSON.stringify(shown)).toContain('auth_password');
    expect(JSON.stringify(message)).not.toContain(shown.auth_password);
  });

  it('has the same ids when it is sent again, and others for other events', async () => {
    const api = await start();
    const id = await api.attachment(await newVolume(api));
    await api.delete(id);
    const [first, second] = [await messages(), await messages()];
    expect(second.map(({ message_id: one }) => one)).toEqual(first.map(({ message_id: one }) => one));
    expect(new Set(first.map(({ _unique_id: one }) => one)).size).toBe(first.length);
  });

  it('of an attachment that has gone since still names server and volume', async () => {
    const api = await start();
    const volume = await newVolume(api);
    const id = await api.attachment(volume, { instance_uuid: volume });
    await api.update(id);
    await api.delete(id);
    const started = (await messages()).find(({ event_type: type }) => type === 'volume.attach.start');
    expect(started.payload.volume_attachment).toMatchObject([
      { id, volume_id: volume, instance_uuid: volume, attach_status: 'reserved' },
    ]);
  });
});

/** A broker that accepts connections and never says a word. */
class SilentBroker {
  readonly sockets: Socket[] = [];
  private readonly server: Server = createServer((socket) => {
    this.sockets.push(socket);
    socket.on('error', () => undefined);
    // What is not read would hide the end.
    socket.resume();
  });

  async listen(): Promise<string> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return `amqp://clinker:a-secret-password@127.0.0.1:${(this.server.address() as AddressInfo).port}/`;
  }

  async connected(): Promise<Socket> {
    const [known] = this.sockets;
    if (known !== undefined) return known;
    return ((await once(this.server, 'connection')) as [Socket])[0];
  }

  close(): void {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
  }
}

describe('a broker that accepts and is silent', () => {
  it('delays neither requests nor the shutdown, and its password is not told', async () => {
    const broker = new SilentBroker();
    try {
      const api = await start({
        CLINKER_NOTIFICATION_URL: await broker.listen(),
        CLINKER_NOTIFICATION_TIMEOUT_MS: '60000',
      });
      const id = await api.attachment(await newVolume(api));
      await api.update(id);
      await broker.connected();
      expect((await api.complete(id)).status).toBe(204);
      await server.stop();
      expect(server.log.join('')).not.toContain('a-secret-password');
    } finally {
      broker.close();
    }
  });

  it('is given up after the timeout, with its connection, and tried again', async () => {
    const broker = new SilentBroker();
    try {
      const api = await start({
        CLINKER_NOTIFICATION_URL: await broker.listen(),
        CLINKER_NOTIFICATION_TIMEOUT_MS: '50',
      });
      await api.delete(await api.attachment(await newVolume(api)));
      const socket = await broker.connected();
      if (!socket.destroyed) await once(socket, 'close');
      while (!/clinker_notifications_total\{outcome="failed"\} [1-9]/.test((await api.get('/metrics')).body));
      expect(server.log.join('')).toContain('a receiver does not take an event');
    } finally {
      broker.close();
    }
  });
});

describe('a broker that confirms a part in time', () => {
  it('gets the rest again, not the part', async () => {
    const api = await start();
    await api.delete(await api.attachment(await newVolume(api)));
    await server.app.get(EventSequencer, { strict: false }).sequence();
    const { events } = await server.app.get(EventsReader, { strict: false }).page(0);
    const volumes = server.app.get(NotifiedVolumesReader, { strict: false });
    const options = {
      url: '',
      exchange: 'openstack',
      topic: 'notifications',
      isDurable: false,
      timeoutMs: 50,
    };
    let confirmations = 3;
    const channel = Object.assign(new EventEmitter(), {
      publish: (...args: unknown[]) => {
        confirmations -= 1;
        if (confirmations >= 0) (args.at(-1) as (error: unknown) => void)(null);
      },
    });
    const connection = Object.assign(new EventEmitter(), { connection: {} });
    const sink = new BrokerSink(options, volumes);
    Object.assign(sink, { broker: Reflect.construct(Broker, [connection, channel, options]) });
    const counts = events.map(({ row }) => cinderEvents(row).length);
    const { taken, delivered, refusal } = await sink.send(events, new AbortController().signal);
    expect(delivered).toBe(3);
    expect(refusal).toEqual({ reason: 'no answer within 50 ms', isFinal: false });
    const sum = (upTo: number): number => counts.slice(0, upTo).reduce((all, count) => all + count, 0);
    expect(taken).toBeGreaterThan(0);
    expect([sum(taken) <= 3, sum(taken + 1) > 3]).toEqual([true, true]);
  });
});

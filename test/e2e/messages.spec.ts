import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { aConnector, type Api } from '../support/api.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

const fault = (call: string): object => ({
  call,
  error: 'INTERNAL',
  message: `${call} broke`,
  connector: { fail: call },
});

let server: TestApp;
let api: Api;

beforeAll(async () => {
  server = await createTestApp({
    personas: true,
    fake: { faults: [fault('initializeConnection'), fault('terminateConnection')] },
  });
  api = server.api;
});
afterAll(() => server.close());

const of = async (volume: string, who = api): Promise<any[]> =>
  (await who.get(`/v3/messages?resource_uuid=${volume}`)).body.messages;

describe('a failure leaves a message', () => {
  it('of an update, with the reason and the request that failed', async () => {
    const volume = await api.volume();
    const id = await api.attachment(volume);
    const failed = await api.update(id, aConnector('host-a', { fail: 'initializeConnection' }));
    const [message, ...others] = await of(volume);
    expect(others).toEqual([]);
    expect(message).toMatchObject({
      event_id: 'VOLUME_VOLUME_004_001',
      message_level: 'ERROR',
      resource_type: 'VOLUME',
      resource_uuid: volume,
      request_id: failed.headers.get('x-openstack-request-id'),
      user_message: expect.stringContaining('initializeConnection broke'),
    });
    expect(message.guaranteed_until > message.created_at).toBe(true);
    expect((await api.get(`/v3/messages/${message.id}`)).body).toEqual({ message });
  });

  it('of a create that leaves nothing else behind', async () => {
    const volume = await api.volume();
    await api.create(volume, { connector: aConnector('host-a', { fail: 'initializeConnection' }) });
    expect((await of(volume)).map(({ event_id: event }) => event)).toEqual(['VOLUME_VOLUME_002_001']);
  });

  it('of a volume for which there is no room, as the scheduler of Cinder leaves it', async () => {
    const faults = [{ call: 'createVolume', error: 'RESOURCE_EXHAUSTED', message: 'no room' }];
    const full = await createTestApp({ fake: { faults } });
    try {
      const id = await full.api.volume();
      const [message, ...others] = await of(id, full.api);
      expect(others).toEqual([]);
      expect(message).toMatchObject({
        event_id: 'VOLUME_VOLUME_001_003',
        user_message:
          'schedule allocate volume:Could not find any available weighted backend. Backend fake: createVolume failed: no room',
      });
    } finally {
      await full.close();
    }
  });

  it('of a volume that the driver does not make', async () => {
    const broken = await createTestApp({ fake: { faults: [{ call: 'createVolume', error: 'INTERNAL' }] } });
    try {
      const id = await broken.api.volume();
      expect(await broken.api.volumeStatus(id)).toBe('error');
      const [message] = await of(id, broken.api);
      expect(message.event_id).toBe('VOLUME_VOLUME_008_012');
      expect(message.user_message).toMatch(/^create volume from backend storage:Backend fake: createVolume/);
    } finally {
      await broken.close();
    }
  });

  it('of a delete', async () => {
    const volume = await api.volume();
    const connector = aConnector('host-a', { fail: 'terminateConnection' });
    await api.delete(await api.attachment(volume, { connector }));
    const [message] = await of(volume);
    expect(message.event_id).toBe('VOLUME_VOLUME_901_001');
    expect(message.user_message).toContain('terminateConnection broke');
  });
});

describe('messages', () => {
  it('are seen and deleted in their own project only', async () => {
    const volume = await api.volume();
    await api.create(volume, { connector: aConnector('host-a', { fail: 'initializeConnection' }) });
    const [{ id }] = await of(volume);
    const stranger = api.as('member', 'elsewhere');
    expect(await of(volume, stranger)).toEqual([]);
    expect((await stranger.send('DELETE', `/v3/messages/${id}`)).status).toBe(404);
    const owner = api.as('member');
    expect((await owner.send('DELETE', `/v3/messages/${id}`)).status).toBe(204);
    expect((await owner.get(`/v3/messages/${id}`)).message).toBe(`Message ${id} could not be found.`);
  });

  it('come with 3.3, their pages with 3.5', async () => {
    expect((await api.at('3.2').get('/v3/messages')).status).toBe(404);
    expect((await api.at('3.4').get('/v3/messages?limit=0')).body.messages).not.toEqual([]);
    expect((await api.at('3.5').get('/v3/messages?limit=0')).body.messages).toEqual([]);
    const page = (await api.at('3.5').get('/v3/messages?limit=1')).body;
    const next = await api.send('GET', page.messages_links[0].href.replace(server.url, ''));
    expect(next.body.messages[0].id).not.toBe(page.messages[0].id);
  });
});

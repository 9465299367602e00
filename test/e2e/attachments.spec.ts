import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { aConnector, type Api } from '../support/api.js';
import { createTestApp, type TestApp } from '../support/test-app.js';
import { NEWEST } from '../support/newest.js';

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}$/;

let server: TestApp;
let api: Api;

beforeAll(async () => {
  server = await createTestApp();
  api = server.api;
});
afterAll(() => server.close());

describe('creating an attachment', () => {
  it('reserves the volume', async () => {
    const volume = await api.volume();
    const instance = randomUUID();
    const { status, body } = await api.create(volume, { instance_uuid: instance });
    expect(status).toBe(200);
    expect(body).toEqual({
      attachment: {
        id: expect.any(String),
        status: 'reserved',
        instance,
        volume_id: volume,
        attached_at: '',
        detached_at: '',
        attach_mode: 'null',
        connection_info: {},
      },
    });
    expect(await api.volumeStatus(volume)).toBe('reserved');
  });

  it.each([null, {}])('treats the connector %j as none', async (connector) => {
    const { body } = await api.create(await api.volume(), { connector });
    expect(body.attachment.status).toBe('reserved');
  });

  it('tolerates null for the server and the mode, in every version', async () => {
    for (const version of ['3.27', '3.53', '3.54']) {
      const { status } = await api
        .at(version)
        .create(await api.volume(), { instance_uuid: null, mode: null });
      expect(status).toBe(200);
    }
  });

  it('connects at once when there is a connector, and answers what is then true', async () => {
    const volume = await api.volume();
    const { status, body } = await api.create(volume, { connector: aConnector() });
    expect(status).toBe(200);
    expect(body.attachment).toMatchObject({
      status: 'attaching',
      attach_mode: 'rw',
      attached_at: expect.stringMatching(TIME),
      connection_info: {
        driver_volume_type: 'iscsi',
        target_iqn: `iqn.2010-10.org.openstack:volume-${volume}`,
        target_lun: expect.any(Number),
        auth_method: 'CHAP',
        auth_username: expect.any(String),
        auth_password: expect.any(String),
        access_mode: 'rw',
        qos_specs: null,
        encrypted: false,
        cacheable: false,
        enforce_multipath: false,
        attachment_id: body.attachment.id,
      },
    });
    expect((await api.show(body.attachment.id)).body).toEqual(body);
    expect(await api.volumeStatus(volume)).toBe('attaching');
  });

  it('refuses a busy volume in the words that clients look for', async () => {
    const volume = await api.volume();
    await api.attachment(volume, { instance_uuid: randomUUID() });
    const { status, message } = await api.create(volume, { instance_uuid: randomUUID() });
    expect(status).toBe(400);
    expect(message).toBe(
      `Invalid volume: Volume ${volume} status must be available or downloading to reserve, but the current status is reserved.`,
    );
  });

  it('refuses a busy multiattach volume in theirs', async () => {
    const volume = await api.multiattachVolume();
    await api.attachment(volume);
    const { status, message } = await api.create(volume);
    expect(status).toBe(400);
    expect(message).toContain(
      'status must be available or in-use or downloading to reserve, but the current status is reserved.',
    );
  });

  it('lets the server that holds the volume have a second attachment, as Nova needs it to migrate', async () => {
    const volume = await api.volume();
    const instance = randomUUID();
    const first = await api.attachment(volume, { instance_uuid: instance, connector: aConnector('source') });
    await api.complete(first);
    const second = await api.create(volume, {
      instance_uuid: instance,
      connector: aConnector('destination'),
    });
    expect(second.body.attachment.status).toBe('attaching');
    await api.complete(second.body.attachment.id);
    const { body } = await api.delete(first);
    expect(body.attachments).toEqual([
      expect.objectContaining({ id: second.body.attachment.id, status: 'attached' }),
    ]);
    expect(await api.volumeStatus(volume)).toBe('in-use');
  });

  it('leaves nothing behind when the connector is wanting', async () => {
    const volume = await api.volume();
    const { status, message } = await api.create(volume, { connector: { host: 'host-a' } });
    expect(status).toBe(400);
    expect(message).toContain('initiator');
    expect((await api.get(`/v3/attachments?volume_id=${volume}`)).body.attachments).toEqual([]);
    expect(await api.volumeStatus(volume)).toBe('available');
  });

  it('carries the mode to the connection', async () => {
    const { body } = await api.create(await api.volume(), {
      mode: 'ro',
      connector: aConnector('h', { mode: 'rw' }),
    });
    expect(body.attachment.attach_mode).toBe('ro');
    expect(body.attachment.connection_info.access_mode).toBe('ro');
  });

  it('finds no volume where there is none', async () => {
    const id = randomUUID();
    const { status, message } = await api.create(id);
    expect([status, message]).toEqual([404, `Volume ${id} could not be found.`]);
  });
});

describe('updating an attachment', () => {
  it('connects a reservation', async () => {
    const volume = await api.volume();
    const id = await api.attachment(volume);
    const { status, body } = await api.update(id);
    expect(status).toBe(200);
    expect(body.attachment).toMatchObject({ id, status: 'attaching', attach_mode: 'rw' });
    expect(body.attachment.connection_info.attachment_id).toBe(id);
    expect(await api.volumeStatus(volume)).toBe('attaching');
  });

  it('gives the same connection when it is repeated, as Nova does five times', async () => {
    const id = await api.attachment(await api.volume());
    const { body: first } = await api.update(id);
    const repeated = await Promise.all(Array.from({ length: 5 }, () => api.update(id)));
    for (const { status, body } of repeated) {
      expect(status).toBe(200);
      expect(body.attachment.connection_info).toEqual(first.attachment.connection_info);
    }
  });

  it('does without a host and with the nulls of the command line', async () => {
    const id = await api.attachment(await api.volume());
    expect((await api.update(id, { initiator: 'iqn.1994-05.com.example:a' })).status).toBe(200);
    expect(
      (await api.update(id, { initiator: null, ip: null, host: null, multipath: 'False', mountpoint: null }))
        .status,
    ).toBe(200);
  });

  it.each([
    ['mode', 'bogus'],
    ['mountpoint', 7],
    ['mountpoint', 'x'.repeat(256)],
    ['host', { a: 1 }],
    ['initiator', 'iqn\u0000'],
  ])('names the key of a connector that is wrong: %s', async (key, value) => {
    const id = await api.attachment(await api.volume());
    const { status, message } = await api.update(id, aConnector('h', { [key]: value }));
    expect(status).toBe(400);
    expect(message).toContain(key);
    expect((await api.show(id)).body.attachment.status).toBe('reserved');
  });

  it('refuses a second connection of a plain volume', async () => {
    const volume = await api.volume();
    const instance = randomUUID();
    const first = await api.attachment(volume, { instance_uuid: instance, connector: aConnector() });
    await api.complete(first);
    const second = await api.attachment(volume, { instance_uuid: instance });
    const { status, message } = await api.update(second);
    expect([status, message]).toEqual([
      409,
      `Resource conflict: duplicate connectors detected on volume ${volume}.`,
    ]);
  });

  it('ends the access of the host that the attachment leaves', async () => {
    const volume = await api.volume();
    const id = await api.attachment(volume, { connector: aConnector('old') });
    await api.update(id, aConnector('new'));
    expect(await server.admitted()).toMatchObject({ [volume]: ['iqn.1994-05.com.example:new'] });
  });
});

describe('completing an attachment', () => {
  it.each([null, {}, 'text', { a: 1 }])('takes the value %j', async (value) => {
    const volume = await api.volume();
    const id = await api.attachment(volume, { connector: aConnector() });
    const { status, body, headers } = await api.complete(id, value);
    expect([status, body, headers.get('OpenStack-API-Version')]).toEqual([204, '', `volume ${NEWEST}`]);
    expect(await api.volumeStatus(volume)).toBe('in-use');
  });

  it('takes a reservation too, and is harmless when repeated', async () => {
    const volume = await api.volume();
    const id = await api.attachment(volume);
    for (let time = 0; time < 2; time += 1) expect((await api.complete(id)).status).toBe(204);
    expect((await api.show(id)).body.attachment.status).toBe('attached');
  });

  it('shows the attachment in the volume, under the names that confuse everybody', async () => {
    const volume = await api.volume();
    const instance = randomUUID();
    const id = await api.attachment(volume, { instance_uuid: instance, connector: aConnector() });
    expect((await api.get(`/v3/volumes/${volume}`)).body.volume.attachments).toEqual([]);
    await api.complete(id);
    const { attachments } = (await api.get(`/v3/volumes/${volume}`)).body.volume;
    expect(attachments).toEqual([
      {
        id: volume,
        attachment_id: id,
        volume_id: volume,
        server_id: instance,
        host_name: 'host-a',
        device: '/dev/vdb',
        attached_at: expect.stringMatching(TIME),
      },
    ]);
  });
});

describe('deleting an attachment', () => {
  it('frees the volume and its host, and is not found the second time', async () => {
    const volume = await api.volume();
    const id = await api.attachment(volume, { connector: aConnector() });
    await api.complete(id);
    const { status, body } = await api.delete(id);
    expect([status, body]).toEqual([200, { attachments: [] }]);
    expect(await api.volumeStatus(volume)).toBe('available');
    expect((await api.delete(id)).status).toBe(404);
    expect(await server.admitted()).not.toHaveProperty(volume);
  });

  it('leaves the volume as its other attachments have it', async () => {
    const volume = await api.multiattachVolume();
    const first = await api.attachment(volume, { connector: aConnector('a') });
    await api.complete(first);
    const second = await api.attachment(volume, { connector: aConnector('b') });
    await api.complete(second);
    const third = await api.attachment(volume);
    const answer = await api.delete(first);
    expect(answer.body.attachments.map(({ id }: { id: string }) => id).sort()).toEqual(
      [second, third].sort(),
    );
    expect(await api.volumeStatus(volume)).toBe('in-use');
    await api.delete(second);
    expect(await api.volumeStatus(volume)).toBe('reserved');
    await api.delete(third);
    expect(await api.volumeStatus(volume)).toBe('available');
  });

  it('makes fresh credentials for the next export', async () => {
    const volume = await api.volume();
    const passwords = new Set<string>();
    for (let time = 0; time < 3; time += 1) {
      const { body } = await api.create(volume, { connector: aConnector() });
      passwords.add(body.attachment.connection_info.auth_password);
      await api.delete(body.attachment.id);
    }
    expect(passwords.size).toBe(3);
  });
});

describe('the project in the URL', () => {
  it('may stand there in every operation', async () => {
    const base = `/v3/${api.project}/attachments`;
    const created = await api.send('POST', base, { attachment: { volume_uuid: await api.volume() } });
    const path = `${base}/${created.body.attachment.id}`;
    expect((await api.send('PUT', path, { attachment: { connector: aConnector() } })).status).toBe(200);
    expect((await api.send('POST', `${path}/action`, { 'os-complete': null })).status).toBe(204);
    expect((await api.get(path)).body.attachment.status).toBe('attached');
    expect((await api.get(base)).status).toBe(200);
    expect((await api.get(`${base}/detail.json`)).status).toBe(200);
    expect((await api.send('DELETE', path)).status).toBe(200);
  });

  it('must be the one of the token', async () => {
    const { status, message } = await api.get('/v3/someone-else/attachments');
    expect([status, message]).toEqual([400, 'Malformed request url']);
  });
});

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Reconciler } from '../../src/operations/reconciler.js';
import { aConnector, type Api } from '../support/api.js';
import { createTestApp, type TestApp } from '../support/test-app.js';
import { act } from '../support/volume-state.js';

/** A connector whose key `fail` names the driver call to fail, and how. */
const failing = (call: string): Record<string, unknown> => aConnector('host-a', { fail: call });

const SCRIPT = [
  { call: 'validateConnector', error: 'INVALID_CONNECTOR', message: 'this connector will not do' },
  { call: 'createExport', error: 'UNAVAILABLE', message: 'the export daemon does not answer' },
  { call: 'initializeConnection', error: 'INTERNAL', message: 'no such target' },
  {
    call: 'initializeConnection',
    error: 'UNAVAILABLE',
    phase: 'after',
    message: 'lost answer',
    key: 'after',
  },
  { call: 'terminateConnection', error: 'BUSY', message: 'sessions are open' },
  { call: 'initializeConnection', hang: true, key: 'hang' },
  {
    call: 'terminateConnection',
    error: 'UNAVAILABLE',
    phase: 'after',
    message: 'lost answer',
    key: 'cut-off',
  },
  {
    call: 'terminateConnection',
    error: 'UNAVAILABLE',
    phase: 'after',
    message: 'lost answer',
    key: 'cut-off-once',
    times: 1,
  },
].map(({ key, ...fault }) => ({ ...fault, connector: { fail: key ?? fault.call } }));

let server: TestApp;
let api: Api;

beforeAll(async () => {
  server = await createTestApp({
    fake: { faults: SCRIPT },
    settings: { CLINKER_DRIVER_TIMEOUT_MS: '300', CLINKER_DRIVER_ABORT_GRACE_MS: '300' },
  });
  api = server.api;
});
afterAll(() => server.close());

async function isExported(volume: string): Promise<boolean> {
  return volume in (await server.admitted());
}

const CALLS = [
  ['validateConnector', 400, 'this connector will not do'],
  ['createExport', 500, 'the export daemon does not answer'],
  ['initializeConnection', 500, 'no such target'],
  ['after', 500, 'lost answer'],
  ['hang', 500, 'did not answer'],
] as const;

describe.each(CALLS)('when the driver fails at %s', (call, status, text) => {
  it('a create leaves nothing behind, and says why', async () => {
    const volume = await api.volume();
    const answer = await api.create(volume, { connector: failing(call) });
    expect(answer.status).toBe(status);
    expect(answer.message).toContain(text);
    expect((await api.get(`/v3/attachments?volume_id=${volume}`)).body.attachments).toEqual([]);
    expect(await api.volumeStatus(volume)).toBe('available');
    expect(await isExported(volume)).toBe(false);
    expect((await api.create(volume, { connector: aConnector() })).status).toBe(200);
  });

  it('an update leaves a reservation from which a retry works', async () => {
    const volume = await api.volume();
    const id = await api.attachment(volume);
    const answer = await api.update(id, failing(call));
    expect(answer.status).toBe(status);
    const { attachment } = (await api.show(id)).body;
    expect(attachment.status).toBe(status === 400 ? 'reserved' : 'error_attaching');
    expect(attachment.connection_info).toEqual({});
    expect(await api.volumeStatus(volume)).toBe('reserved');
    expect(await isExported(volume)).toBe(false);
    expect((await api.update(id)).body.attachment.status).toBe('attaching');
  });

  it('an update leaves a reservation that can be deleted', async () => {
    const volume = await api.volume();
    const id = await api.attachment(volume);
    await api.update(id, failing(call));
    expect((await api.delete(id)).status).toBe(200);
    expect(await api.volumeStatus(volume)).toBe('available');
  });

  it('an update of a connected attachment leaves its connection as it was', async () => {
    const volume = await api.volume();
    const id = await api.attachment(volume, { connector: aConnector('kept') });
    await api.complete(id);
    const before = (await api.show(id)).body;
    expect((await api.update(id, failing(call))).status).toBe(status);
    expect((await api.show(id)).body).toEqual(before);
    expect(await isExported(volume)).toBe(true);
  });
});

describe('an attachment that could not be connected', () => {
  it('alone goes on holding a plain volume against other servers', async () => {
    const volume = await api.volume();
    const [instance, other] = [randomUUID(), randomUUID()];
    const id = await api.attachment(volume, { instance_uuid: instance });
    const sibling = await api.attachment(volume, { instance_uuid: instance });
    expect((await api.update(id, failing('createExport'))).status).toBe(500);
    expect((await api.delete(sibling)).status).toBe(200);
    expect(await api.volumeStatus(volume)).toBe('reserved');
    expect((await api.create(volume, { instance_uuid: other })).status).toBe(400);
    const { findings } = (await api.get('/v3/clinker-consistency')).body.consistency;
    expect(findings.filter(({ volume_id: found }: any) => found === volume)).toEqual([]);
    expect((await api.delete(id)).status).toBe(200);
    expect(await api.volumeStatus(volume)).toBe('available');
  });

  it('does not keep a multiattach volume from the others that use it', async () => {
    const type = { name: 'shared', extra_specs: { multiattach: '<is> True' } };
    expect((await api.send('POST', '/v3/types', { volume_type: type })).status).toBe(200);
    const volume = await api.volume({ volume_type: 'shared' });
    await api.complete(await api.attachment(volume, { connector: aConnector('first') }));
    const failed = await api.attachment(volume, { instance_uuid: randomUUID() });
    expect(await api.volumeStatus(volume)).toBe('reserved');
    expect((await api.update(failed, failing('createExport'))).status).toBe(500);
    expect(await api.volumeStatus(volume)).toBe('in-use');
    const third = await api.create(volume, { instance_uuid: randomUUID(), connector: aConnector('third') });
    expect(third.status).toBe(200);
    expect((await api.update(failed)).body.attachment.status).toBe('attaching');
  });
});

describe('when the driver fails to cut a host off', () => {
  it('an update to another host leaves the one before connected, though it was cut off', async () => {
    const volume = await api.volume();
    const id = await api.attachment(volume, { connector: aConnector('kept', { fail: 'cut-off' }) });
    await api.complete(id);
    const before = (await api.show(id)).body;
    expect((await api.update(id, aConnector('new'))).status).toBe(500);
    expect((await api.show(id)).body).toEqual(before);
    expect(await server.admitted()).toMatchObject({ [volume]: ['iqn.1994-05.com.example:kept'] });
  });

  it('a delete changes nothing and says why', async () => {
    const volume = await api.volume();
    const id = await api.attachment(volume, { connector: failing('terminateConnection') });
    await api.complete(id);
    const { status, message } = await api.delete(id);
    expect(status).toBe(500);
    expect(message).toContain('sessions are open');
    expect((await api.show(id)).body.attachment.status).toBe('attached');
    expect(await api.volumeStatus(volume)).toBe('in-use');
  });
});

describe('a host that lost its access to a detach that failed', () => {
  const admitted = async (volume: string) => (await server.admitted())[volume] ?? [];

  it('gets it back with its earlier connection information', async () => {
    const volume = await api.volume();
    const id = await api.attachment(volume, { connector: aConnector('kept', { fail: 'cut-off' }) });
    await api.complete(id);
    const before = (await api.show(id)).body;
    expect((await api.delete(id)).status).toBe(500);
    expect(await admitted(volume)).toEqual([]);
    await server.app.get(Reconciler).run(true);
    expect(await admitted(volume)).toEqual(['iqn.1994-05.com.example:kept']);
    expect((await api.show(id)).body).toEqual(before);
  });

  it('gets it back after os-terminate_connection, too', async () => {
    const volume = await api.volume();
    const connector = aConnector('kept', { fail: 'cut-off' });
    const first = await act(api, volume, 'os-initialize_connection', { connector });
    expect((await act(api, volume, 'os-terminate_connection', { connector })).status).toBe(500);
    await server.app.get(Reconciler).run(true);
    expect(await admitted(volume)).toEqual(['iqn.1994-05.com.example:kept']);
    expect((await act(api, volume, 'os-initialize_connection', { connector })).body).toEqual(first.body);
  });

  it('does not get it back once a delete has succeeded', async () => {
    const volume = await api.volume();
    const id = await api.attachment(volume, { connector: aConnector('gone', { fail: 'cut-off-once' }) });
    expect((await api.delete(id)).status).toBe(500);
    expect((await api.delete(id)).status).toBe(200);
    await server.app.get(Reconciler).run(true);
    expect(await admitted(volume)).toEqual([]);
  });
});

describe('a hanging driver', () => {
  it('holds up its own volume only', async () => {
    const [stuck, free] = await Promise.all([api.volume(), api.volume()]);
    const hanging = api.create(stuck, { connector: failing('hang') });
    expect((await api.create(free, { connector: aConnector() })).status).toBe(200);
    expect((await api.get('/v3/attachments')).status).toBe(200);
    expect((await hanging).status).toBe(500);
  });
});

describe('secrets', () => {
  it('stand in no log line', async () => {
    const { body } = await api.create(await api.volume(), { connector: aConnector() });
    const { auth_password: password } = body.attachment.connection_info;
    await api.show(body.attachment.id);
    await api.update(body.attachment.id, failing('initializeConnection'));
    await api.delete(body.attachment.id);
    expect(password.length).toBeGreaterThan(8);
    const log = server.log.join('');
    expect(log).toContain(body.attachment.id);
    expect(log).not.toContain(password);
    expect(log).not.toContain('X-Auth-Token');
    expect(log).not.toContain(`admin:${api.project}`);
  });
});

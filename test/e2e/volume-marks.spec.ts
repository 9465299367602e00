import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { aConnector, type Api } from '../support/api.js';
import { createTestApp, type TestApp } from '../support/test-app.js';
import { act, setVolume, VOLUME_STATUSES, type VolumeStatus } from '../support/volume-state.js';

let server: TestApp;
let api: Api;

beforeAll(async () => {
  server = await createTestApp({ personas: true });
  api = server.api.as('admin,member,reader');
});
afterAll(() => server.close());

const path = (id: string): string => `/v3/volumes/${id}/action`;

/** Target state of each action from the states it is meant for, and its response in all others. */
interface Transitions {
  readonly to: Partial<Record<VolumeStatus, VolumeStatus>>;
  readonly otherwise: 202 | 400;
}

const MARKS: Readonly<Record<string, Transitions>> = {
  'os-reserve': { to: { available: 'attaching' }, otherwise: 400 },
  'os-unreserve': { to: { attaching: 'available' }, otherwise: 202 },
  'os-begin_detaching': { to: { 'in-use': 'detaching' }, otherwise: 400 },
  'os-roll_detaching': { to: { detaching: 'in-use' }, otherwise: 202 },
};

const cases = Object.entries(MARKS).flatMap(([name, { to, otherwise }]) =>
  VOLUME_STATUSES.map(
    (from) => [name, from, to[from] === undefined ? otherwise : 202, to[from] ?? from] as const,
  ),
);

describe('the marks of volumes', () => {
  let volume: string;

  beforeAll(async () => {
    volume = await api.volume();
  });

  it.each(cases)('%s of a volume that is %s: %i, then %s', async (name, from, status, after) => {
    await setVolume(server, volume, { status: from, attachStatus: 'attached' });
    const answer = await act(api, volume, name);
    expect([answer.status, await api.volumeStatus(volume)]).toEqual([status, after]);
    if (status === 202) expect(answer.body).toBe('');
  });

  it('os-reserve of a multiattach volume may be had in use as well', async () => {
    const multi = await api.multiattachVolume();
    for (const [from, status] of [
      ['in-use', 202],
      ['available', 202],
      ['downloading', 400],
    ] as const) {
      await setVolume(server, multi, { status: from });
      expect([from, (await act(api, multi, 'os-reserve')).status]).toEqual([from, status]);
    }
    await setVolume(server, multi, { status: 'error' });
    expect((await act(api, multi, 'os-reserve')).message).toBe(
      'Invalid volume: Volume status must be available or in-use to reserve, but the status is error.',
    );
  });

  it('os-unreserve of a volume with attachments makes it in use again', async () => {
    const used = await api.volume();
    await api.complete(await api.attachment(used, { connector: aConnector() }));
    await setVolume(server, used, { status: 'attaching' });
    await act(api, used, 'os-unreserve');
    expect(await api.volumeStatus(used)).toBe('in-use');
  });

  it('os-begin_detaching wants the volume attached', async () => {
    await setVolume(server, volume, { status: 'in-use', attachStatus: 'detached' });
    expect((await act(api, volume, 'os-begin_detaching')).status).toBe(400);
  });

  it('os-begin_detaching leaves a volume alone that is being migrated', async () => {
    await setVolume(server, volume, {
      status: 'in-use',
      attachStatus: 'attached',
      migrationStatus: 'migrating',
    });
    expect((await act(api, volume, 'os-begin_detaching')).status).toBe(202);
    expect(await api.volumeStatus(volume)).toBe('in-use');
    await setVolume(server, volume, { migrationStatus: 'success' });
    await act(api, volume, 'os-begin_detaching');
    expect(await api.volumeStatus(volume)).toBe('detaching');
  });

  it('are set by only one of many concurrent requests', async () => {
    const wanted = await api.volume();
    const answers = await Promise.all(Array.from({ length: 12 }, () => act(api, wanted, 'os-reserve')));
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(1);
  });
});

describe('flags of volumes', () => {
  const view = async (id: string): Promise<any> => (await api.get(`/v3/volumes/${id}`)).body.volume;

  it('os-set_bootable takes every spelling of a boolean', async () => {
    const id = await api.volume();
    for (const [value, bootable] of [
      [true, 'true'],
      ['False', 'false'],
      ['on', 'true'],
      ['0', 'false'],
    ] as const) {
      expect((await act(api, id, 'os-set_bootable', { bootable: value })).status).toBe(200);
      expect((await view(id)).bootable).toBe(bootable);
    }
    await setVolume(server, id, { status: 'maintenance' });
    expect((await act(api, id, 'os-set_bootable', { bootable: true })).message).toBe(
      'Invalid volume: The volume cannot be updated during maintenance.',
    );
  });

  it('os-update_readonly_flag is shown once it was set, and decides about new connections', async () => {
    const id = await api.volume();
    expect((await view(id)).metadata).toEqual({});
    expect((await act(api, id, 'os-update_readonly_flag', { readonly: 'yes' })).status).toBe(202);
    expect((await view(id)).metadata).toEqual({ readonly: 'True' });
    const attachment = await api.attachment(id, { connector: aConnector(), mode: 'rw' });
    expect((await api.show(attachment)).body.attachment.connection_info.access_mode).toBe('ro');
    await api.delete(attachment);
    await act(api, id, 'os-update_readonly_flag', { readonly: false });
    expect((await view(id)).metadata).toEqual({ readonly: 'False' });
    expect((await api.create(id, { connector: aConnector() })).body.attachment.attach_mode).toBe('rw');
  });

  it.each(VOLUME_STATUSES)('os-update_readonly_flag of a volume that is %s', async (status) => {
    const id = await api.volume();
    await setVolume(server, id, { status });
    const answer = await act(api, id, 'os-update_readonly_flag', { readonly: true });
    expect(answer.status).toBe(status === 'available' ? 202 : 400);
    if (answer.status === 400) {
      expect(answer.message).toBe(
        `Invalid volume: Volume ${id} status must be available to update readonly flag, but current status is: ${status}.`,
      );
    }
  });
});

describe('os-reset_status', () => {
  const reset = (id: string, value: object) => act(api, id, 'os-reset_status', value);

  it.each(VOLUME_STATUSES)('to %s', async (status) => {
    const id = await api.volume();
    const answer = await reset(id, { status: status.toUpperCase() });
    const isRefused = ['deleting', 'error_deleting', 'detaching', 'in-use'].includes(status);
    expect([answer.status, await api.volumeStatus(id)]).toEqual(
      isRefused ? [400, 'available'] : [202, status],
    );
  });

  it('to in-use wants an attachment', async () => {
    const id = await api.volume();
    await api.attachment(id);
    expect((await reset(id, { status: 'in-use' })).status).toBe(202);
    expect(await api.volumeStatus(id)).toBe('in-use');
  });

  it('of the attach status alone removes the attachments and leaves the status', async () => {
    const id = await api.volume();
    await api.complete(await api.attachment(id, { connector: aConnector() }));
    expect((await reset(id, { attach_status: 'detached' })).status).toBe(202);
    expect(await api.volumeStatus(id)).toBe('in-use');
    expect((await api.get(`/v3/attachments?volume_id=${id}`)).body.attachments).toEqual([]);
  });

  it('of the migration status', async () => {
    const id = await api.volume();
    const shown = async () => (await api.get(`/v3/volumes/${id}`)).body.volume.migration_status;
    await reset(id, { migration_status: 'migrating' });
    expect(await shown()).toBe('migrating');
    await reset(id, { migration_status: 'none', status: null });
    expect(await shown()).toBeNull();
    expect((await reset(id, { migration_status: 'gone' })).message).toBe(
      "Volume migration status: gone is invalid, valid statuses are: ('migrating', 'error', 'success', 'completing', 'none', 'starting').",
    );
  });
});

describe('os-force_delete', () => {
  it('deletes a volume in any state, for admins', async () => {
    const id = await api.volume();
    await setVolume(server, id, { status: 'error_deleting' });
    expect((await act(api.as('member,reader'), id, 'os-force_delete', {})).status).toBe(403);
    expect((await act(api, id, 'os-force_delete', {})).status).toBe(202);
    for (const deadline = Date.now() + 5_000; Date.now() < deadline;) {
      if ((await api.get(`/v3/volumes/${id}`)).status === 404) return;
    }
    throw new Error('the volume is still there');
  });

  it('leaves what is attached', async () => {
    const id = await api.volume();
    await api.attachment(id);
    expect((await act(api, id, 'os-force_delete')).status).toBe(400);
  });
});

describe('bodies of actions', () => {
  it.each([
    ['nothing', undefined, 400, 'There is no such action: None.'],
    ['null', null, 404, 'The resource could not be found.'],
    ['a list', [], 400, 'Malformed request body'],
    ['a text', '"os-reserve"', 400, 'Malformed request body'],
    ['no action', {}, 400, 'Malformed request body'],
    ['two actions', { 'os-reserve': null, 'os-unreserve': null }, 400, 'Malformed request body'],
    ['an unknown action', { 'os-retype': {} }, 400, 'There is no such action: os-retype.'],
    ['a name of every object', { constructor: null }, 400, 'There is no such action: constructor.'],
    ['a flag of no kind', { 'os-set_bootable': { bootable: 1 } }, 400, 'is not one of [True,'],
    ['a flag too many', { 'os-set_bootable': { bootable: true, x: 1 } }, 400, "('x' was unexpected)"],
    ['no status', { 'os-reset_status': { status: '' } }, 400, "Must specify 'status'"],
    ['a status of a wrong type', { 'os-reset_status': { status: 1 } }, 400, 'is not of type'],
  ])('%s', async (_what, body, status, text) => {
    const answer = await api.send('POST', path(await api.volume()), body);
    expect(answer.status).toBe(status);
    expect(answer.message).toContain(text);
  });
});

describe('who may do what', () => {
  const other = randomUUID().replaceAll('-', '');
  const MEMBER_ACTIONS = { ...MARKS, 'os-set_bootable': null, 'os-update_readonly_flag': null };
  const value = (name: string): unknown =>
    ({
      'os-set_bootable': { bootable: true },
      'os-update_readonly_flag': { readonly: true },
      'os-reset_status': { status: 'error' },
    })[name] ?? null;
  const names = [...Object.keys(MEMBER_ACTIONS), 'os-reset_status'];

  it.each(names)('%s', async (name) => {
    const isForAdmins = name === 'os-reset_status';
    const volume = await api.volume();
    const statusFor = async (roles: string, project?: string) =>
      (await act(api.as(roles, project), volume, name, value(name))).status;
    expect(await statusFor('reader')).toBe(403);
    expect(await statusFor('other')).toBe(403);
    expect(await statusFor('member,reader', other)).toBe(404);
    expect(await statusFor('reader', other)).toBe(404);
    expect([200, 202, 400].includes(await statusFor('member,reader'))).toBe(!isForAdmins);
    expect([200, 202, 400]).toContain(await statusFor('admin,member,reader', other));
    expect((await act(api.as('reader'), randomUUID(), name, value(name))).status).toBe(404);
  });
});

describe('snapshots', () => {
  it('are none', async () => {
    for (const tail of ['', '/detail', '/detail?volume_id=x&all_tenants=1']) {
      expect((await api.get(`/v3/snapshots${tail}`)).body).toEqual({ snapshots: [] });
      expect((await api.get(`/v3/${api.project}/snapshots${tail}`)).body).toEqual({ snapshots: [] });
    }
    const id = randomUUID();
    const { status, message } = await api.get(`/v3/snapshots/${id}`);
    expect([status, message]).toEqual([404, `Snapshot ${id} could not be found.`]);
    expect((await api.as('other').get('/v3/snapshots')).status).toBe(403);
  });

  it('cannot be made: 400, which Nova hands on, and not the 404 or 413 at which it fails', async () => {
    const own = api.as('member,reader');
    const body = { snapshot: { volume_id: await own.volume(), force: true, name: 'a', metadata: {} } };
    for (const path of ['/v3/snapshots', `/v3/${api.project}/snapshots`]) {
      const { status, message } = await own.send('POST', path, body);
      expect([status, message]).toEqual([
        400,
        'Invalid snapshot: This server does not make snapshots of volumes.',
      ]);
    }
    expect((await own.send('POST', '/v3/snapshots', { snapshot: {} })).status).toBe(400);
    expect((await own.as('reader').send('POST', '/v3/snapshots', body)).status).toBe(403);
  });
});

describe('a volume of which only the metadata is replaced', () => {
  it('shows when', async () => {
    const volume = await api.volume();
    const replace = { volume: { metadata: { k: 'v' } } };
    const { status, body } = await api.send('PUT', `/v3/volumes/${volume}`, replace);
    expect([status, body.volume.metadata]).toEqual([200, { k: 'v' }]);
    expect(body.volume.updated_at > body.volume.created_at).toBe(true);
  });
});

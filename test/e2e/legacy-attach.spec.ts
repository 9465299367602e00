import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { aConnector, type Answer, type Api } from '../support/api.js';
import { createTestApp, type TestApp } from '../support/test-app.js';
import { act, setVolume, VOLUME_STATUSES } from '../support/volume-state.js';

let server: TestApp;
let api: Api;

beforeAll(async () => {
  server = await createTestApp({ personas: true, settings: { CLINKER_QUOTA_ATTACHMENTS: '40' } });
  api = server.api.as('admin,member,reader');
});
afterAll(() => server.close());

/** A project of its own, since attachments are counted. */
const fresh = (): Api => server.api.as('member,reader', randomUUID().replaceAll('-', ''));

const attach = (of: Api, volume: string, more: object = {}): Promise<Answer> =>
  act(of, volume, 'os-attach', { instance_uuid: randomUUID(), mountpoint: '/dev/vdb', ...more });

const detach = (of: Api, volume: string, id?: string | null): Promise<Answer> =>
  act(of, volume, 'os-detach', id === undefined ? null : { attachment_id: id });

const attachmentsOf = async (of: Api, volume: string): Promise<any[]> =>
  (await of.get(`/v3/attachments/detail?volume_id=${volume}`)).body.attachments;

describe('os-attach', () => {
  it('makes an attachment that is attached, and the volume in use', async () => {
    const volume = await api.volume();
    const instance = randomUUID();
    const answer = await attach(api, volume, { instance_uuid: instance, mode: 'ro' });
    expect([answer.status, answer.body]).toEqual([202, '']);
    expect(await attachmentsOf(api, volume)).toEqual([
      {
        id: expect.any(String),
        status: 'attached',
        instance,
        volume_id: volume,
        attached_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+$/),
        detached_at: '',
        attach_mode: 'ro',
        connection_info: {},
      },
    ]);
    const { volume: view } = (await api.get(`/v3/volumes/${volume}`)).body;
    expect(view.status).toBe('in-use');
    const [{ id }] = await attachmentsOf(api, volume);
    const { history } = (await api.get(`/v3/attachments/${id}/history`)).body;
    expect(JSON.stringify(history)).toContain('completed');
    expect(view.attachments[0]).toMatchObject({ server_id: instance, device: '/dev/vdb', host_name: null });
  });

  it('to a host keeps its name as DNS would have it', async () => {
    const volume = await api.volume();
    await act(api, volume, 'os-attach', { host_name: 'My Host_7.', mountpoint: '/dev/vdc' });
    const { volume: view } = (await api.get(`/v3/volumes/${volume}`)).body;
    expect(view.attachments[0]).toMatchObject({ server_id: null, host_name: 'my-host-7' });
  });

  it('repeated for the same server or host makes no second attachment', async () => {
    for (const place of [{ instance_uuid: randomUUID() }, { host_name: 'host-a' }]) {
      const volume = await api.volume();
      for (const at of ['/dev/vdb', '/dev/vdc']) {
        expect((await act(api, volume, 'os-attach', { ...place, mountpoint: at })).status).toBe(202);
      }
      expect(await attachmentsOf(api, volume)).toHaveLength(1);
    }
  });

  it.each(VOLUME_STATUSES)('of a volume without attachments that is %s', async (status) => {
    const own = fresh();
    const volume = await own.volume();
    await setVolume(server, volume, { status });
    const answer = await attach(own, volume);
    const isRefused =
      status.includes('error') || ['maintenance', 'in-use', 'creating', 'deleting'].includes(status);
    expect(answer.status).toBe(isRefused ? 400 : 202);
    expect(await own.volumeStatus(volume)).toBe(isRefused ? status : 'in-use');
  });

  it('is for one server, unless the volume is multiattach', async () => {
    const volume = await api.volume();
    await attach(api, volume);
    expect((await attach(api, volume)).message).toBe(
      'Invalid volume: volume is already attached and multiple attachments are not enabled',
    );
    const held = await api.volume();
    await api.attachment(held, { instance_uuid: randomUUID() });
    expect((await attach(api, held)).status).toBe(400);
    const multi = await api.multiattachVolume();
    await attach(api, multi);
    expect((await attach(api, multi)).status).toBe(202);
    expect(await attachmentsOf(api, multi)).toHaveLength(2);
  });

  it('of one volume by many servers at once is granted once', async () => {
    const volume = await api.volume();
    const answers = await Promise.all(Array.from({ length: 10 }, () => attach(api, volume)));
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(1);
    expect(await attachmentsOf(api, volume)).toHaveLength(1);
  });

  it('of a read-only volume is read-only', async () => {
    const volume = await api.volume();
    await act(api, volume, 'os-update_readonly_flag', { readonly: true });
    expect((await attach(api, volume)).message).toBe(`Invalid attaching mode 'rw' for volume ${volume}.`);
    expect((await attach(api, volume, { mode: 'ro' })).status).toBe(202);
  });

  it('counts for the quota', async () => {
    const own = fresh();
    const multi = await server.api.as('admin,member,reader', own.project).multiattachVolume();
    for (let made = 0; made < 40; made += 1) expect((await attach(own, multi)).status).toBe(202);
    expect((await attach(own, multi)).status).toBe(413);
  });

  it.each([
    ['a mountpoint with NUL', { mountpoint: '/dev/\u0000' }],
    ['an empty mountpoint', { mountpoint: '' }],
    ['a long host name', { host_name: 'h'.repeat(256) }],
    ['null for the server', { instance_uuid: null }],
  ])('with %s is refused', async (_what, more) => {
    expect((await attach(api, await api.volume(), more)).status).toBe(400);
  });
});

describe('os-detach', () => {
  it('takes null, an empty object and an id', async () => {
    for (const wanted of [undefined, null, 'id'] as const) {
      const volume = await api.volume();
      await attach(api, volume);
      const [{ id }] = await attachmentsOf(api, volume);
      const answer = await detach(api, volume, wanted === 'id' ? id : wanted);
      expect([answer.status, answer.body]).toEqual([202, '']);
      expect(await attachmentsOf(api, volume)).toEqual([]);
      expect(await api.volumeStatus(volume)).toBe('available');
    }
  });

  it('of a volume that os-begin_detaching has marked', async () => {
    const volume = await api.volume();
    await attach(api, volume);
    await act(api, volume, 'os-begin_detaching');
    await detach(api, volume);
    expect(await api.volumeStatus(volume)).toBe('available');
  });

  it('ends the connection of an attachment that has one', async () => {
    const volume = await api.volume();
    const id = await api.attachment(volume, { connector: aConnector() });
    await api.complete(id);
    expect((await detach(api, volume, id)).status).toBe(202);
    expect((await api.show(id)).status).toBe(404);
    expect(await api.volumeStatus(volume)).toBe('available');
  });

  it('wants to know which of several', async () => {
    const multi = await api.multiattachVolume();
    await attach(api, multi);
    await attach(api, multi);
    const [{ id }] = await attachmentsOf(api, multi);
    expect((await detach(api, multi)).message).toBe(
      'Invalid volume: Detach volume failed: More than one attachment, but no attachment_id provided.',
    );
    expect((await detach(api, multi, id)).status).toBe(202);
    expect(await api.volumeStatus(multi)).toBe('in-use');
    expect((await detach(api, multi)).status).toBe(202);
    expect(await api.volumeStatus(multi)).toBe('available');
  });

  it("refuses another volume's attachment", async () => {
    const volume = await api.volume();
    const other = await api.attachment(await api.volume());
    const { status, message } = await detach(api, volume, other);
    expect([status, message]).toEqual([400, 'Invalid input received: Mismatched volume and attachment']);
    expect((await api.show(other)).status).toBe(200);
  });

  /** For a volume without attachments, and for an attachment that is already gone. */
  it.each(VOLUME_STATUSES)('of nothing, while the volume is %s', async (status) => {
    const volume = await api.volume();
    for (const id of [undefined, randomUUID()]) {
      await setVolume(server, volume, { status });
      const follows = ['in-use', 'attaching', 'reserved', 'detaching'].includes(status);
      expect((await detach(api, volume, id)).status).toBe(status === 'maintenance' ? 400 : 202);
      expect(await api.volumeStatus(volume)).toBe(follows ? 'available' : status);
    }
  });

  it.each([['x'], [1], [{}]])('of %j is refused', async (id) => {
    const answer = await act(api, await api.volume(), 'os-detach', { attachment_id: id });
    expect(answer.status).toBe(400);
  });
});

describe('who may attach and detach by actions', () => {
  it.each(['os-attach', 'os-detach'])('%s', async (name) => {
    const own = fresh();
    const volume = await own.volume();
    const value = name === 'os-attach' ? { host_name: 'h', mountpoint: '/dev/vdb' } : null;
    const statusFor = async (roles: string, project = own.project) =>
      (await act(own.as(roles, project), volume, name, value)).status;
    expect(await statusFor('reader')).toBe(403);
    expect(await statusFor('member,reader', 'f'.repeat(32))).toBe(404);
    expect(await statusFor('member,reader')).toBe(202);
  });
});

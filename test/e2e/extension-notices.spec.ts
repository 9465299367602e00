import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { BackgroundWork } from '../../src/operations/background-work.js';
import { OperationEntity } from '../../src/operations/operation.entity.js';
import { Reconciler } from '../../src/operations/reconciler.js';
import { aConnector, type Api } from '../support/api.js';
import { KeystoneStandIn } from '../support/keystone.js';
import { NovaStandIn } from '../support/nova.js';
import { createTestApp, type TestApp, type TestAppOptions } from '../support/test-app.js';
import { act, setVolume } from '../support/volume-state.js';

let nova: NovaStandIn;
let endpoint: string;
let server: TestApp;

beforeAll(async () => {
  nova = new NovaStandIn();
  endpoint = await nova.start();
});
afterAll(() => nova.stop());
beforeEach(() => {
  nova.asked.length = 0;
  nova.servers.clear();
  nova.isHanging = false;
  nova.refusal = null;
});
afterEach(() => server.close());

async function start({ settings, ...options }: TestAppOptions = {}): Promise<Api> {
  const own = { CLINKER_NOVA_ENDPOINT: endpoint, CLINKER_NOVA_TIMEOUT_MS: '300', ...settings };
  server = await createTestApp({ ...options, settings: own });
  return server.api;
}

/** A volume used by a Nova server. */
async function used(api: Api, instance: string | null = randomUUID()) {
  const volume = await api.volume();
  const of = instance === null ? {} : { instance_uuid: instance };
  const attachment = await api.attachment(volume, { ...of, connector: aConnector() });
  await api.complete(attachment);
  if (instance !== null)
    nova.servers.set(instance, { volumes: [{ volumeId: volume, attachmentId: attachment }] });
  return { volume, attachment, instance };
}

async function grow(api: Api, volume: string, size = 2): Promise<void> {
  expect((await act(api, volume, 'os-extend', { new_size: size })).status).toBe(202);
  await api.untilVolume(volume, ({ status }: any) => status !== 'extending');
}

const idle = (): Promise<void> => server.app.get(BackgroundWork).idle();
const look = (): Promise<void> => server.app.get(Reconciler).run(true);
const open = (): Promise<any[]> => server.app.get(UnitOfWork).run((tx) => tx.manager.find(OperationEntity));

const noticeOf = (volume: string) => ({
  id: randomUUID(),
  kind: 'announce-extension',
  volumeId: volume,
  attachmentId: null,
  requestId: 'req-before-the-crash',
  owner: 'a-process-that-died',
  details: {},
  startedAt: '2026-01-01T00:00:00.000000',
});

describe('Nova', () => {
  it('is notified once, as the user of this server, of an extended volume that its servers use', async () => {
    const api = await start();
    const { volume, instance } = await used(api);
    await grow(api, volume);
    await idle();
    expect(nova.asked).toEqual([
      {
        line: 'POST /v2.1/os-server-external-events',
        headers: expect.objectContaining({
          'x-auth-token': 'admin:admin',
          'openstack-api-version': 'compute 2.51',
          'x-openstack-request-id': expect.stringMatching(/^req-/),
        }),
        body: { events: [{ name: 'volume-extended', server_uuid: instance, tag: volume }] },
      },
    ]);
    expect(await open()).toEqual([]);
  });

  it('is notified for every server of a volume', async () => {
    const api = await start();
    const volume = await api.multiattachVolume();
    const servers = [randomUUID(), randomUUID()];
    for (const instance of servers) {
      nova.servers.set(instance, { volumes: [] });
      const id = await api.attachment(volume, {
        instance_uuid: instance,
        connector: aConnector(instance.slice(0, 8)),
      });
      await api.complete(id);
    }
    await grow(api, volume);
    await idle();
    expect(nova.events.map((event) => event.server_uuid).sort()).toEqual([...servers].sort());
  });

  it('is not notified of volumes that no server uses, or that were not extended', async () => {
    const api = await start({ fake: { capacity_gib: 9 } });
    await grow(api, await api.volume());
    const reserved = await api.volume();
    await api.attachment(reserved, { instance_uuid: randomUUID() });
    await setVolume(server, reserved, { status: 'in-use' });
    await grow(api, reserved);
    await grow(api, (await used(api, null)).volume);
    await grow(api, (await used(api)).volume, 50);
    await idle();
    expect(nova.asked).toEqual([]);
    expect(await open()).toEqual([]);
  });

  it('that hangs delays neither the volume nor its detach, and is notified later', async () => {
    const api = await start({
      settings: { CLINKER_NOVA_TIMEOUT_MS: '30000', CLINKER_SHUTDOWN_GRACE_MS: '100' },
    });
    const { volume, attachment, instance } = await used(api);
    nova.isHanging = true;
    await grow(api, volume);
    expect(await api.volumeStatus(volume)).toBe('in-use');
    await api.send('DELETE', `/v3/attachments/${attachment}`, undefined, { 'X-Service-Token': 'nova' });
    expect(await api.volumeStatus(volume)).toBe('available');
    expect(nova.events).toEqual([{ name: 'volume-extended', server_uuid: instance, tag: volume }]);
  });

  it.each([401, 403, 404, 429, 500, 503])(
    'that answers %i is told later, and the log says so',
    async (status) => {
      const api = await start();
      const { volume } = await used(api);
      nova.refusal = { status };
      await grow(api, volume);
      await idle();
      expect((await open()).map(({ kind, owner }) => [kind, owner])).toEqual([['announce-extension', '']]);
      expect(server.log.join('')).toContain(
        'the compute service will be notified later of an extended volume',
      );
      const [finding] = (await api.get('/v3/clinker-consistency')).body.consistency.findings;
      expect(finding).toMatchObject({ kind: 'open-work', volume_id: volume });
      await look();
      expect((await open()).length).toBe(1);
      nova.refusal = null;
      nova.asked.length = 0;
      await look();
      expect(nova.events.map(({ tag }) => tag)).toEqual([volume]);
      expect(await open()).toEqual([]);
    },
  );

  it.each([
    ['knows no such server', 207, undefined],
    ['knows none of the servers', 404, { itemNotFound: {} }],
    ['does not understand it', 400, undefined],
    ['is too old for it', 406, undefined],
  ])('that %s is not asked again', async (_what, status, body) => {
    const api = await start();
    const { volume } = await used(api);
    nova.servers.clear();
    if (status !== 207) nova.refusal = { status, body };
    await grow(api, volume);
    await idle();
    expect(await open()).toEqual([]);
    expect(nova.events).toHaveLength(1);
  });

  it('is notified once after a crash if the volume is still in use', async () => {
    const api = await start();
    const { volume } = await used(api);
    const left = await api.volume();
    await server.app.get(UnitOfWork).run(async (tx) => {
      for (const one of [volume, left]) await tx.manager.insert(OperationEntity, noticeOf(one));
    });
    await server.stop();
    expect(nova.asked).toEqual([]);
    server = await createTestApp({
      continueFrom: server,
      settings: { CLINKER_NOVA_ENDPOINT: endpoint, CLINKER_NOVA_TIMEOUT_MS: '300' },
    });
    await idle();
    expect(nova.events.map(({ tag }) => tag)).toEqual([volume]);
    expect(await open()).toEqual([]);
  });

  it('that is away is tried once in a round, however many volumes grew', async () => {
    const api = await start();
    const volumes = [(await used(api)).volume, (await used(api)).volume, (await used(api)).volume];
    nova.refusal = { status: 503 };
    for (const volume of volumes) await grow(api, volume);
    await idle();
    nova.asked.length = 0;
    await look();
    expect(nova.asked).toHaveLength(1);
    nova.refusal = null;
    await look();
    expect(await open()).toEqual([]);
  });

  it('is notified once of two missed extensions', async () => {
    const api = await start();
    const { volume } = await used(api);
    nova.refusal = { status: 503 };
    await grow(api, volume, 2);
    await idle();
    await grow(api, volume, 3);
    await idle();
    expect(await open()).toHaveLength(1);
  });

  it('that waits to be told keeps nothing from being compared', async () => {
    const api = await start();
    const { volume } = await used(api);
    nova.refusal = { status: 503 };
    await grow(api, volume);
    await idle();
    await setVolume(server, volume, { status: 'available' });
    const { findings } = (await api.get('/v3/clinker-consistency')).body.consistency;
    expect(findings.map(({ kind }: any) => kind)).toEqual(['open-work', 'wrong-status']);
  });
});

describe("the server's own token", () => {
  it('is renewed when Nova takes it no longer', async () => {
    const keystone = new KeystoneStandIn('secret');
    try {
      const api = await start({
        settings: {
          CLINKER_AUTH_STRATEGY: 'keystone',
          CLINKER_KEYSTONE_AUTH_URL: await keystone.start(),
          CLINKER_KEYSTONE_PASSWORD: 'secret',
        },
        personas: true,
      });
      const { volume } = await used(api);
      nova.refusal = { status: 401 };
      await grow(api, volume);
      await idle();
      expect(nova.asked.map(({ headers }) => headers['x-auth-token'])).toEqual(['own-1', 'own-2']);
      nova.refusal = null;
      await look();
      expect(await open()).toEqual([]);
      expect(server.log.join('')).not.toMatch(/own-\d/);
    } finally {
      await keystone.stop();
    }
  });
});

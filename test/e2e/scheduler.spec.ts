import { afterEach, describe, expect, it } from '@jest/globals';
import { Reconciler } from '../../src/operations/reconciler.js';
import { Reader } from '../../src/platform/database/reader.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import type { Answer, Api } from '../support/api.js';
import { seedAttached } from '../support/seed.js';
import { createTestApp, type TestApp, type TestAppOptions } from '../support/test-app.js';

let server: TestApp;

afterEach(() => server.close());

interface FakeBackend {
  readonly [setting: string]: unknown;
  readonly options?: object;
}

async function start(backends: Record<string, FakeBackend>, more: TestAppOptions = {}): Promise<Api> {
  const list = Object.entries(backends).map(([name, settings]) => ({ name, driver: 'fake', ...settings }));
  const settings = { CLINKER_BACKENDS: JSON.stringify(list), ...more.settings };
  server = await createTestApp({ ...more, settings });
  return server.api;
}

const make = (api: Api, volume: object = {}): Promise<Answer> =>
  api.send('POST', '/v3/volumes', { volume: { size: 1, ...volume } });

async function hostOf(api: Api, id: string): Promise<string> {
  return (await api.get(`/v3/volumes/${id}`)).body.volume['os-vol-host-attr:host'];
}

const disable = (api: Api, backend: string): Promise<Answer> =>
  api.send('PUT', '/v3/os-services/disable', { host: `clinker@${backend}`, binary: 'cinder-volume' });

async function sums(): Promise<Record<string, [number, number]>> {
  const rows = await server.app
    .get(Reader, { strict: false })
    .rows<{ backend: string; volumes: number | string; gigabytes: number | string }>(
      'SELECT * FROM backend_services',
      [],
    );
  return Object.fromEntries(
    rows.map(({ backend, volumes, gigabytes }) => [backend, [Number(volumes), Number(gigabytes)]]),
  );
}

const small = { options: { capacity_gib: 5 } };
const large = { options: { capacity_gib: 50 } };
const NONE = 'No valid backend was found. No weighed backends available';

describe('the scheduler', () => {
  it('chooses the backend with the most free capacity, and spreads', async () => {
    const api = await start({ a: { options: { capacity_gib: 10 } }, b: { options: { capacity_gib: 12 } } });
    const hosts = [];
    for (const size of [4, 4, 3]) hosts.push(await hostOf(api, await api.volume({ size })));
    expect(hosts).toEqual(['clinker@b#b', 'clinker@a#a', 'clinker@b#b']);
  });

  it('takes no more than fits, however many ask at once', async () => {
    const api = await start({ a: small, b: small });
    const answers = await Promise.all(Array.from({ length: 14 }, () => make(api)));
    const made = answers.filter(({ status }) => status === 202);
    expect(made).toHaveLength(10);
    for (const { body } of made)
      expect((await api.untilVolume(body.volume.id, ({ status }) => status !== 'creating')).status).toBe(
        'available',
      );
    const [refused] = answers.filter(({ status }) => status === 400);
    expect(refused?.message).toBe(
      `${NONE}: each backend that may hold the volume is disabled or has no room for 1 GiB.`,
    );
    expect(await sums()).toEqual({ a: [5, 5], b: [5, 5] });
  });

  it('counts what is extended and deleted', async () => {
    const api = await start({ a: { options: { capacity_gib: 5 } } });
    const id = await api.volume({ size: 2 });
    await api.send('POST', `/v3/volumes/${id}/action`, { 'os-extend': { new_size: 4 } });
    await api.untilVolume(id, ({ size }) => size === 4);
    expect(await sums()).toEqual({ a: [1, 4] });
    expect((await make(api, { size: 2 })).status).toBe(400);
    await api.send('DELETE', `/v3/volumes/${id}`);
    for (;;) if ((await api.get(`/v3/volumes/${id}`)).status === 404) break;
    expect(await sums()).toEqual({ a: [0, 0] });
    expect((await make(api, { size: 5 })).status).toBe(202);
  });

  it('tries another backend when one fails, and leaves nothing on the first', async () => {
    const faults = [{ call: 'createVolume', error: 'INTERNAL', message: 'broken', phase: 'after' }];
    const api = await start({ bad: { options: { capacity_gib: 50, faults } }, good: small });
    const id = await api.volume();
    const volume = await api.untilVolume(id, ({ status }) => status !== 'creating');
    expect([volume.status, await hostOf(api, id)]).toEqual(['available', 'clinker@good#good']);
    const pools = (await api.get('/v3/scheduler-stats/get_pools?detail=1')).body.pools;
    expect(pools.map((pool: any) => pool.capabilities.free_capacity_gb)).toEqual([50, 4]);
    expect(await sums()).toEqual({ bad: [0, 0], good: [1, 1] });
    expect((await api.get(`/v3/messages?resource_uuid=${id}`)).body.messages).toEqual([]);
  });

  it('leaves the volume where it failed if the backend does not confirm that nothing is left', async () => {
    const faults = [
      { call: 'createVolume', error: 'INTERNAL', message: 'broken' },
      { call: 'deleteVolume', error: 'INTERNAL', times: 1 },
    ];
    const api = await start({ bad: { options: { capacity_gib: 50, faults } }, good: small });
    const id = await api.volume();
    expect([await api.volumeStatus(id), await hostOf(api, id)]).toEqual(['error', 'clinker@bad#bad']);
  });

  it('places nothing on a disabled backend, whose volumes can be used', async () => {
    const api = await start({ a: large, b: small });
    const id = await api.volume();
    expect((await disable(api, 'a')).status).toBe(200);
    expect(await hostOf(api, await api.volume())).toBe('clinker@b#b');
    const attachment = await api.attachment(id, {
      connector: { initiator: 'iqn.2026-01.example:a', host: 'a', ip: '192.0.2.1' },
    });
    expect((await api.delete(attachment)).status).toBe(200);
    await disable(api, 'b');
    expect((await make(api)).message).toContain('is disabled or has no room');
  });

  it('honours availability zones', async () => {
    const api = await start({ a: { ...large, availability_zone: 'az1' }, b: small });
    const id = await api.volume({ availability_zone: 'az1' });
    const { body } = await api.get(`/v3/volumes/${id}`);
    expect([await hostOf(api, id), body.volume.availability_zone]).toEqual(['clinker@a#a', 'az1']);
    expect(await hostOf(api, await api.volume())).toBe('clinker@b#b');
    expect((await make(api, { availability_zone: 'az2' })).message).toBe(
      "Availability zone 'az2' is invalid.",
    );
    await disable(api, 'a');
    expect((await api.get('/v3/os-availability-zone')).body.availabilityZoneInfo).toEqual([
      { zoneName: 'az1', zoneState: { available: false } },
      { zoneName: 'nova', zoneState: { available: true } },
    ]);
  });

  it('does not refuse a backend that is only slow to tell its capacity', async () => {
    const api = await start({ slow: { options: { latency_ms: { getStats: 4000 } } } });
    expect(await hostOf(api, await api.volume())).toBe('clinker@slow#slow');
  });

  it('places nothing on a backend that does not tell its capacity at all', async () => {
    const faults = [{ call: 'getStats', hang: true }];
    const settings = { CLINKER_DRIVER_TIMEOUT_MS: '3000' };
    const api = await start({ mute: { options: { faults } }, well: small }, { settings });
    expect(await hostOf(api, await api.volume())).toBe('clinker@well#well');
    const pools = (await api.get('/v3/scheduler-stats/get_pools?detail=1')).body.pools;
    expect(pools[0].capabilities.free_capacity_gb).toBe('unknown');
    await disable(api, 'well');
    const { status, headers, message } = await make(api);
    expect([status, message]).toEqual([503, 'Backend mute does not answer. Try again later.']);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('does not count all volumes for a new one, and corrects a wrong sum', async () => {
    const api = await start({ fake: large });
    await seedAttached(server, 3);
    await server.app.get(Reconciler, { strict: false }).run(true);
    // Seeded rows are not counted until the next count; a start brings one.
    const before = server;
    await server.stop();
    server = await createTestApp({
      continueFrom: before,
      settings: { CLINKER_BACKENDS: JSON.stringify([{ name: 'fake', driver: 'fake', ...large }]) },
    });
    await server.app.get(Reconciler, { strict: false }).run(true);
    expect(await sums()).toEqual({ fake: [3, 3] });
    const statements: string[] = [];
    const unitOfWork = server.app.get(UnitOfWork);
    const run = unitOfWork.run.bind(unitOfWork);
    unitOfWork.run = (work) =>
      run((tx) =>
        work({
          ...tx,
          manager: tx.manager,
          statements: {
            rows: (sql, parameters) => (statements.push(sql), tx.statements.rows(sql, parameters)),
            change: (sql, parameters) => (statements.push(sql), tx.statements.change(sql, parameters)),
          },
        }),
      );
    await server.api.of(api.project).volume();
    unitOfWork.run = run;
    expect(statements.some((sql) => sql.startsWith('UPDATE backend_services'))).toBe(true);
    expect(statements.filter((sql) => /(COUNT|SUM)\(/.test(sql))).toEqual([]);
  });
});

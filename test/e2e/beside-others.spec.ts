import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { ProcessEntity } from '../../src/operations/process.entity.js';
import { settingsOf, writtenSettings } from '../../src/operations/process-settings.js';
import { ProcessesRepository } from '../../src/operations/processes.repository.js';
import { ProcessWatch } from '../../src/operations/process-watch.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { onServers } from '../support/databases.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

const keyOf = (id: string): string => `${id}:${Buffer.alloc(32, id).toString('base64')}`;
const keys = (...ids: string[]): string => ids.map(keyOf).join(',');

onServers(describe)('a server beside others on its database', () => {
  let servers: TestApp[];
  beforeEach(() => {
    servers = [];
  });
  afterEach(async () => {
    for (const server of servers.reverse()) await server.close();
  });

  async function start(settings: Record<string, string>): Promise<TestApp> {
    const [first] = servers;
    const database = first === undefined ? {} : { DATABASE_URL: first.config.database_url ?? '' };
    // Renewed each second.
    const shared = { CLINKER_PROCESS_LEASE_S: '3', CLINKER_ROLE: 'all' };
    const server = await createTestApp({ settings: { ...shared, ...database, ...settings } });
    servers.push(server);
    return server;
  }

  const addRow = (server: TestApp, row: { id: string; settings: string | null; startedAt?: string }) =>
    server.app.get(UnitOfWork).run(({ manager }) =>
      manager.insert(ProcessEntity, {
        ...{ startedAt: '2026-01-01T00:00:00.000000', renewedAt: '2026-01-01T00:00:00.000000' },
        ...{ place: null, node: null, ...row },
      }),
    );
  const idsOf = (server: TestApp) =>
    server.app.get(UnitOfWork).run((tx) => server.app.get(ProcessWatch).living(tx));

  it('does not start if it could not read what a living one encrypts', async () => {
    await start({ CLINKER_SECRET_KEYS: keys('a') });
    for (const others of ['', keys('b')])
      await expect(start({ CLINKER_SECRET_KEYS: others })).rejects.toThrow(
        /^The server on \S+ \(process \d+\), which uses the same database, encrypts with the key a, which this one lacks: add it to secret_keys or secret_keys_file\.$/,
      );
  });

  it('leaves no trace of a key that it was refused with', async () => {
    const first = await start({ CLINKER_SECRET_KEYS: keys('a') });
    await expect(start({ CLINKER_SECRET_KEYS: keys('b', 'a') })).rejects.toThrow('lacks the key b');
    const recorded = await first.app
      .get(UnitOfWork)
      .run(({ statements }) => statements.rows<{ id: string }>('SELECT id FROM secret_keys ORDER BY id', []));
    // The row without an id says that all keys are recorded.
    expect(recorded.map(({ id }) => id)).toEqual(['', 'a']);
  });

  it('ends if an elder one does not fit that started at the same time, or that took its place', async () => {
    const server = await start({ CLINKER_SECRET_KEYS: keys('a'), CLINKER_PROCESS_LEASE_S: '3600' });
    const settings = writtenSettings({ leaseS: 3600, where: 'elsewhere', keyIds: ['z'], shared: {} });
    const watch = server.app.get(ProcessWatch);
    await addRow(server, { id: 'younger', settings, startedAt: '2999-01-01T00:00:00.000000' });
    await expect(watch.beat()).resolves.toBeUndefined();
    const { self } = watch as unknown as { self: { id: string } };
    await server.app.get(UnitOfWork).run(({ manager }) => manager.delete(ProcessEntity, { id: self.id }));
    await expect(watch.beat()).rejects.toThrow(
      'The server on elsewhere, which uses the same database, encrypts with the key z',
    );
    await server.app.get(UnitOfWork).run(({ manager }) => manager.delete(ProcessEntity, { id: 'younger' }));
    await watch.beat();
    await addRow(server, { id: 'elder', settings });
    await expect(watch.beat()).rejects.toThrow(
      'The server on elsewhere, which uses the same database, encrypts with the key z',
    );
    await server.app.get(UnitOfWork).run(({ manager }) => manager.delete(ProcessEntity, { id: 'elder' }));
  });

  it('goes on renewing itself after a try that failed', async () => {
    const server = await start({});
    const renew = jest.spyOn(server.app.get(ProcessesRepository), 'renew');
    renew.mockRejectedValueOnce(new Error('lost'));
    while (!server.log.some((line) => line.includes('this server could not renew its lease')))
      await sleep(20);
    const before = renew.mock.calls.length;
    while (renew.mock.calls.length < before + 2) await sleep(20);
    expect(await renew.mock.results.at(-1)?.value).toBe(true);
  });

  it('is told to stop once an elder one does not fit', async () => {
    const server = await start({ CLINKER_SECRET_KEYS: keys('a') });
    const kill = jest.spyOn(process, 'kill').mockReturnValue(true);
    const settings = writtenSettings({ leaseS: 3600, where: 'elsewhere', keyIds: ['z'], shared: {} });
    await addRow(server, { id: 'elder', settings });
    while (!kill.mock.calls.some(([, signal]) => signal === 'SIGTERM')) await sleep(20);
    kill.mockRestore();
    expect(server.log.join('')).toContain('this server cannot run beside another one: it ends');
    await server.app.get(UnitOfWork).run(({ manager }) => manager.delete(ProcessEntity, { id: 'elder' }));
  });

  it('does not start if a living one could not read what it would encrypt', async () => {
    await start({});
    await expect(start({ CLINKER_SECRET_KEYS: keys('a') })).rejects.toThrow(
      'has no secret_keys and could not read what this one encrypts with the key a: to begin with encryption, stop all servers',
    );
  });

  it('changes the key without an interruption, first as the last and then as the first', async () => {
    await start({ CLINKER_SECRET_KEYS: keys('a') });
    await expect(start({ CLINKER_SECRET_KEYS: keys('b', 'a') })).rejects.toThrow(
      'lacks the key b, with which this one would encrypt: first restart all servers with it as the last key, then with it as the first',
    );
    await start({ CLINKER_SECRET_KEYS: keys('a', 'b') });
    await servers.shift()?.stop();
    const server = await start({ CLINKER_SECRET_KEYS: keys('b', 'a') });
    const volume = await server.api.volume();
    const id = await server.api.attachment(volume, {
      connector: { host: 'h', initiator: 'iqn.2026-01.h:h' },
    });
    expect((await servers[0]?.api.show(id))?.body.attachment.connection_info).toHaveProperty('auth_password');
  });

  it('waits for a dead one with other keys for as long as that had said', async () => {
    const first = await start({ CLINKER_SECRET_KEYS: keys('a') });
    const settings = writtenSettings({ leaseS: 5, where: 'elsewhere', keyIds: ['z'], shared: {} });
    await addRow(first, { id: 'dead-elsewhere', settings });
    // Otherwise the first server may be the one that removes it.
    await first.stop();
    const startMs = performance.now();
    const second = await start({ CLINKER_SECRET_KEYS: keys('a') });
    expect(performance.now() - startMs).toBeGreaterThanOrEqual(5000);
    expect(await idsOf(second)).not.toContain('dead-elsewhere');
    const told = second.log.filter((line) => line.includes('waiting up to 5 s for a server'));
    expect(told).toHaveLength(1);
    expect(told[0]).toContain('encrypts with the key z');
  });

  it('takes others for dead after their own leases', async () => {
    const server = await start({ CLINKER_PROCESS_LEASE_S: '6' });
    const own = settingsOf(server.config);
    await addRow(server, { id: 'long', settings: writtenSettings({ ...own, leaseS: 3600 }) });
    await addRow(server, { id: 'short', settings: writtenSettings({ ...own, leaseS: 3 }) });
    await addRow(server, { id: 'untold', settings: null });
    const until = async (gone: string): Promise<ReadonlySet<string>> => {
      for (;;) {
        const ids = await idsOf(server);
        if (!ids.has(gone)) return ids;
        await sleep(50);
      }
    };
    expect([...(await until('short'))]).toEqual(expect.arrayContaining(['long', 'untold']));
    expect([...(await until('untold'))]).toContain('long');
    expect(server.app.get(ProcessWatch).longestLeaseS).toBe(3600);
  });

  it('tells at its start which settings differ that should not', async () => {
    await start({});
    const { log } = await start({ CLINKER_MESSAGE_TTL_S: '60', CLINKER_PROCESS_LEASE_S: '4' });
    const told = log
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter(({ msg }) => msg === 'a setting differs from that of other servers on the database');
    expect(told).toEqual([expect.objectContaining({ setting: 'message_ttl_s', here: 60, there: 2_592_000 })]);
  });
});

import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Reader } from '../../src/platform/database/reader.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { VolumesRepository } from '../../src/volumes/index.js';
import type { Api } from '../support/api.js';
import { isSqlite, onServers } from '../support/databases.js';
import { otherSession, type OtherSession } from '../support/other-session.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

let server: TestApp;
let api: Api;
let stranger: OtherSession;

beforeEach(async () => {
  if (isSqlite) return;
  server = await createTestApp({
    personas: true,
    settings: {
      CLINKER_DATABASE_POOL_SIZE: '4',
      CLINKER_DATABASE_LOCK_TIMEOUT_MS: '1000',
      CLINKER_DATABASE_IDLE_TRANSACTION_TIMEOUT_MS: '1000',
      CLINKER_QUOTA_VOLUMES: '100',
    },
  });
  ({ api } = server);
  stranger = await otherSession(server.config.database_url ?? '');
});
afterEach(async () => {
  if (isSqlite) return;
  await stranger.end();
  await server.close();
});

async function aType(): Promise<string> {
  const { body } = await api.send('POST', '/v3/types', { volume_type: { name: randomUUID() } });
  return body.volume_type.id;
}

const create = (type?: string) =>
  api.send('POST', '/v3/volumes', { volume: { size: 1, ...(type && { volume_type: type }) } });

const LOCKED = /another session has locked what the request needs/;

onServers(describe)("a stranger's lock", () => {
  it('on a volume is not shown to a project that may not see the volume', async () => {
    const volume = await api.volume();
    await stranger.run('BEGIN');
    await stranger.run(`SELECT id FROM volumes WHERE id = '${volume}' FOR UPDATE`);
    const foreign = api.as('member', 'another');
    expect((await foreign.create(volume)).status).toBe(404);
    expect((await foreign.send('POST', `/v3/volumes/${volume}/action`, { 'os-reserve': null })).status).toBe(
      404,
    );
    expect((await api.create(volume)).message).toMatch(LOCKED);
    await stranger.run('ROLLBACK');
  });

  it('on a volume type only blocks volumes of that type; reads and other writes work', async () => {
    const type = await aType();
    const other = await aType();
    const volume = await api.volume();
    await stranger.run('BEGIN');
    await stranger.run(`SELECT id FROM volume_types WHERE id = '${type}' FOR UPDATE`);
    let areRefused = false;
    // More than there are writer connections.
    const blocked = Promise.all(Array.from({ length: 8 }, () => create(type))).finally(() => {
      areRefused = true;
    });
    for (let reads = 0; reads < 10; reads += 1) {
      expect((await api.get(`/v3/volumes/${volume}`)).status).toBe(200);
      expect((await fetch(`${server.url}/healthcheck`)).status).toBe(200);
    }
    expect(areRefused).toBe(false);
    for (const { status, message } of await blocked)
      expect([status, message]).toEqual([503, expect.stringMatching(LOCKED)]);
    // From now on nobody waits for the lock.
    expect((await create(type)).message).toMatch(LOCKED);
    expect((await create(other)).status).toBe(202);
    expect((await api.create(volume)).status).toBe(200);
    await stranger.run('ROLLBACK');
    let created = await create(type);
    while (created.status === 503) {
      await new Promise((resolve) => setTimeout(resolve, 200));
      created = await create(type);
    }
    expect(created.status).toBe(202);
  });

  it('on a type that others share keeps no volume from being made', async () => {
    const type = await aType();
    const isPostgres = server.config.database_url?.startsWith('postgres') === true;
    await stranger.run('BEGIN');
    await stranger.run(
      `SELECT id FROM volume_types WHERE id = '${type}' ${isPostgres ? 'FOR NO KEY UPDATE' : 'LOCK IN SHARE MODE'}`,
    );
    expect((await create(type)).status).toBe(202);
    await stranger.run('ROLLBACK');
  });

  it('on the row by which a project is counted is no lock on other projects', async () => {
    const createIn = (project: string) =>
      api.of(project).send('POST', '/v3/volumes', { volume: { size: 1 } });
    expect((await createIn('one')).status).toBe(202);
    const [own] = await server.app
      .get(Reader)
      .rows<{ slot: string }>('SELECT project_id AS slot FROM quota_locks', []);
    // Its project uses another lock row.
    expect((await createIn('two')).status).toBe(202);
    await stranger.run('BEGIN');
    await stranger.run(`SELECT * FROM quota_locks WHERE project_id = '${own?.slot}' FOR UPDATE`);
    expect((await createIn('one')).message).toMatch(LOCKED);
    expect((await createIn('one')).message).toMatch(LOCKED);
    expect((await createIn('two')).status).toBe(202);
    await stranger.run('ROLLBACK');
  });

  it('of a server that says nothing more ends by itself', async () => {
    const volume = await api.volume();
    const units = server.app.get(UnitOfWork);
    const volumes = server.app.get(VolumesRepository);
    let goOn: () => void = () => undefined;
    const going = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    let tellLocked: () => void = () => undefined;
    const locked = new Promise<void>((resolve) => {
      tellLocked = resolve;
    });
    const stopped = units.run(async (tx) => {
      await volumes.lock(tx, volume);
      tellLocked();
      await going;
    });
    const outcome = stopped.then(
      () => 'kept',
      (error: unknown) => (error as Error).message,
    );
    await locked;
    let created = await api.create(volume);
    while (created.status === 503) {
      await new Promise((resolve) => setTimeout(resolve, 200));
      created = await api.create(volume);
    }
    expect(created.status).toBe(200);
    goOn();
    expect(await outcome).toMatch(/connection to the database is lost/);
  });
});

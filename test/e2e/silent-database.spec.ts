import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { OutcomeUnknown } from '../../src/platform/database/database-failure.js';
import { Reader } from '../../src/platform/database/reader.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { Reconciler } from '../../src/operations/reconciler.js';
import { aConnector, type Answer } from '../support/api.js';
import { emptyDatabaseUrl, onServers } from '../support/databases.js';
import { EventReader } from '../support/event-reader.js';
import { endOtherSessions } from '../support/other-session.js';
// @ts-expect-error -- plain JavaScript, which the chaos suite uses as well
import { SilentProxy } from '../support/silent-proxy.mjs';
import { createTestApp, type TestApp } from '../support/test-app.js';

const LIMITS = {
  DATABASE_POOL_SIZE: '3',
  DATABASE_WAIT_TIMEOUT_MS: '2000',
  DATABASE_CONNECT_TIMEOUT_MS: '2000',
  DATABASE_LOCK_TIMEOUT_MS: '1000',
  DATABASE_STATEMENT_TIMEOUT_MS: '1000',
  DATABASE_ANSWER_TIMEOUT_MS: '1500',
  DATABASE_IDLE_TRANSACTION_TIMEOUT_MS: '1000',
  HEALTHCHECK_TIMEOUT_MS: '1000',
  SHUTDOWN_GRACE_MS: '2000',
  EVENT_HEARTBEAT_MS: '100',
};

interface Proxy {
  listen(): Promise<string>;
  fallSilent(kind: 'hold' | 'forget'): void;
  speak(): void;
  close(): Promise<void>;
}

let proxy: Proxy;
let direct: string;
let server: TestApp;

beforeEach(async () => {
  direct = await emptyDatabaseUrl('');
  if (direct.startsWith('sqlite')) return;
  proxy = new SilentProxy(direct) as Proxy;
  const limits = Object.entries(LIMITS).map(([name, value]) => [`CLINKER_${name}`, value]);
  server = await createTestApp({
    settings: { DATABASE_URL: await proxy.listen(), ...Object.fromEntries(limits) },
    fake: { latency_ms: { terminateConnection: 300, initializeConnection: 300 } },
  });
});
afterEach(async () => {
  await server.close();
  await proxy.close();
});

const health = async (): Promise<number> => (await fetch(`${server.url}/healthcheck`)).status;

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 50));
}

async function openOperations(): Promise<number> {
  const reader = server.app.get(Reader);
  const [row] = await reader.rows<{ open: number }>('SELECT COUNT(*) AS open FROM operations', []);
  return Number(row?.open);
}

function expectTrouble({ status, headers, message }: Answer, text: RegExp): void {
  expect([status, message]).toEqual([503, expect.stringMatching(text)]);
  expect(headers.get('Retry-After')).toBe('5');
}

const NO_ANSWER = /The (database does not answer|connection to the database is lost|database is busy)/;

onServers(describe)('a database that falls silent', () => {
  it.each(['hold', 'forget'] as const)('is told to clients in time, and used again (%s)', async (kind) => {
    const { api } = server;
    const volume = await api.volume();
    proxy.fallSilent(kind);
    // More requests than connections, and again once the first have been given up.
    for (let wave = 0; wave < 2; wave += 1) {
      const reads = Array.from({ length: 6 }, () => api.get(`/v3/volumes/${volume}`));
      const writes = Array.from({ length: 6 }, () => api.create(volume, { instance_uuid: randomUUID() }));
      const checked = await health();
      for (const answer of await Promise.all([...reads, ...writes])) expectTrouble(answer, NO_ANSWER);
      expect(checked).toBe(503);
    }
    proxy.speak();
    await until(async () => (await health()) === 200);
    expect((await api.get(`/v3/volumes/${volume}`)).status).toBe(200);
    const id = await api.attachment(await api.volume(), { connector: aConnector() });
    expect((await api.delete(id)).status).toBe(200);
  });

  it('leaves event streams open, which go on once it speaks again', async () => {
    const { api } = server;
    const reader = await EventReader.open(server.url, { token: `kim:${api.project}` });
    const volume = await api.volume();
    await reader.until(() => reader.types.includes('volume.created'));
    proxy.fallSilent('forget');
    await until(() => Promise.resolve(server.log.join('').includes('events cannot be read')));
    const beats = reader.heartbeats;
    await reader.until(() => reader.heartbeats > beats);
    proxy.speak();
    await until(async () => (await health()) === 200);
    const id = await api.attachment(volume);
    await reader.until(() => reader.events.some(({ data }) => data.attachment_id === id));
    expect(reader.types).toEqual(['volume.creating', 'volume.created', 'attachment.reserved']);
    reader.close();
  });

  it('does not hold up a shutdown', async () => {
    const { api } = server;
    await api.volume();
    proxy.fallSilent('forget');
    const asking = api.get('/v3/volumes').catch(() => null);
    await server.stop();
    await asking;
    expect(server.log.join('\n')).toContain('the database does not answer');
  });

  it('between a detach and its record: the answer says that it is finished, and it is', async () => {
    const { api } = server;
    const volume = await api.volume();
    const id = await api.attachment(volume, { connector: aConnector() });
    const deleting = api.delete(id);
    await until(async () => (await openOperations()) === 1);
    proxy.fallSilent('forget');
    expectTrouble(await deleting, /The request is recorded: the server carries it out/);
    proxy.speak();
    await until(async () => (await health()) === 200);
    await until(async () => {
      await server.app.get(Reconciler).run(true);
      return (await api.show(id)).status === 404;
    });
    expect(await api.volumeStatus(volume)).toBe('available');
  });

  it('under a commit leaves the outcome open, which is not called unchanged', async () => {
    const units = server.app.get(UnitOfWork);
    const insert = units.run(async ({ manager }) => {
      await manager.query(
        "INSERT INTO volume_types (id, name, is_public, extra_specs, created_at) VALUES ('t1', 'late', TRUE, '{}', '2026-01-01T00:00:00.000000')",
      );
      proxy.fallSilent('hold');
    });
    const failure = await insert.catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(OutcomeUnknown);
    expect((failure as Error).message).toMatch(/may have been stored/);
    proxy.speak();
    // Delayed traffic arrives: the commit, or the end of its connection.
    await until(async () => (await health()) === 200);
    const reader = server.app.get(Reader);
    const found = await reader.rows("SELECT id FROM volume_types WHERE name = 'late'", []);
    expect([[], [{ id: 't1' }]]).toContainEqual(found);
  });
});

onServers(describe)('a connection that is lost between two statements', () => {
  it('is reported as lost, and nothing of the unit is kept', async () => {
    const units = server.app.get(UnitOfWork);
    const lost = units.run(async ({ manager }) => {
      await manager.query(
        "INSERT INTO volume_types (id, name, is_public, extra_specs, created_at) VALUES ('t2', 'gone', TRUE, '{}', '2026-01-01T00:00:00.000000')",
      );
      await endOtherSessions(direct);
      // Lets the driver notice before the next statement.
      await new Promise((resolve) => setTimeout(resolve, 200));
      await manager.query('SELECT 1');
    });
    await expect(lost).rejects.toThrow(/The connection to the database is lost/);
    await until(async () => (await health()) === 200);
    const reader = server.app.get(Reader);
    expect(await reader.rows("SELECT id FROM volume_types WHERE name = 'gone'", [])).toEqual([]);
  });

  it('is lost to a COMMIT that cannot be sent any more, which is no open outcome', async () => {
    const lost = server.app.get(UnitOfWork).run(async () => {
      await endOtherSessions(direct);
      await new Promise((resolve) => setTimeout(resolve, 200));
    });
    await expect(lost).rejects.toThrow(/The connection to the database is lost/);
  });

  it('is 503 to clients, and requests after it are answered', async () => {
    const { api } = server;
    const volume = await api.volume();
    let stop = false;
    const statuses = new Set<number>();
    const asking = Array.from({ length: 4 }, async () => {
      while (!stop) {
        const created = await api.create(volume, { instance_uuid: randomUUID() });
        statuses.add(created.status);
        if (created.status === 200) statuses.add((await api.delete(created.body.attachment.id)).status);
      }
    });
    for (let times = 0; times < 10; times += 1) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      await endOtherSessions(direct);
    }
    stop = true;
    await Promise.all(asking);
    // 400 and 404 come from clients competing for the volume.
    expect([...statuses].filter((status) => ![200, 400, 404, 503].includes(status))).toEqual([]);
    await until(async () => (await health()) === 200);
  });
});

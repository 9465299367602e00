import { readFile } from 'node:fs/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { MetricsListener } from '../../src/operator/metrics/metrics-listener.js';
import { Scrape } from '../../src/operator/metrics/scrape.js';
import { PASSING_STATES } from '../../src/operator/metrics/stored-state.reader.js';
import { Reconciler } from '../../src/operations/reconciler.js';
import { BackgroundReader } from '../../src/platform/database/reader.js';
import { DatabaseHealth } from '../../src/platform/database/health.js';
import { aConnector } from '../support/api.js';
import { onSqlite } from '../support/databases.js';
import { type Sample, samplesOf, valueOf } from '../support/exposition.js';
import { createTestApp, type TestApp, type TestAppOptions } from '../support/test-app.js';

let server: TestApp;

/** Each scrape reads the database. */
const start = async (options?: TestAppOptions): Promise<void> => {
  server = await createTestApp(options);
  server.app.get(Scrape).freshMs = 0;
};
afterEach(() => server.close());

const scrape = (token?: string, url = server.url): Promise<Response> =>
  fetch(`${url}/metrics`, token === undefined ? {} : { headers: { 'X-Auth-Token': token } });

async function samples(): Promise<Sample[]> {
  const response = await scrape('admin:admin');
  expect([response.status, response.headers.get('Content-Type')]).toEqual([
    200,
    'text/plain; version=0.0.4; charset=utf-8',
  ]);
  return samplesOf(await response.text());
}

async function lifeCycle(): Promise<void> {
  const { api } = server;
  const volume = await api.volume();
  const id = await api.attachment(volume, { connector: aConnector() });
  expect((await api.complete(id)).status).toBe(204);
  expect((await api.show(id)).status).toBe(200);
  expect((await api.delete(id)).status).toBe(200);
  expect((await api.show(id)).status).toBe(404);
}

describe('the metrics', () => {
  it('tell a life cycle by bounded labels, without an id', async () => {
    await start();
    await lifeCycle();
    const response = await scrape('admin:admin');
    const text = await response.text();
    expect(text).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-/);
    expect(text).not.toContain(server.api.project);
    const found = samplesOf(text);
    const route = '/v3/attachments/:attachment_id';
    const shown = { method: 'GET', route };
    expect(valueOf(found, 'clinker_http_requests_total', { ...shown, status: '2xx' })).toBe(1);
    expect(valueOf(found, 'clinker_http_requests_total', { ...shown, status: '4xx' })).toBe(1);
    expect(valueOf(found, 'clinker_http_request_duration_seconds_count', { ...shown, status: '2xx' })).toBe(
      1,
    );
    expect(
      valueOf(found, 'clinker_http_requests_by_microversion_total', { microversion: '3.71' }),
    ).toBeGreaterThan(5);
    for (const method of ['createVolume', 'createExport', 'initializeConnection', 'terminateConnection']) {
      const call = { backend: 'fake', method, outcome: 'ok' };
      expect([method, valueOf(found, 'clinker_driver_calls_total', call)]).toEqual([method, 1]);
      expect(valueOf(found, 'clinker_driver_call_duration_seconds_count', call)).toBe(1);
    }
    expect(valueOf(found, 'clinker_database_commits_total')).toBeGreaterThan(4);
    expect(valueOf(found, 'clinker_database_units_per_commit_sum')).toBeGreaterThan(4);
    expect(valueOf(found, 'clinker_database_unit_wait_seconds_count')).toBeGreaterThan(4);
    expect(valueOf(found, 'clinker_reconciler_rounds_total', { outcome: 'done' })).toBeGreaterThan(0);
    expect(valueOf(found, 'clinker_backend_up', { backend: 'fake' })).toBe(1);
    expect(valueOf(found, 'clinker_backend_circuit_state', { backend: 'fake', state: 'closed' })).toBe(1);
    expect(valueOf(found, 'clinker_backend_jobs', { backend: 'fake', state: 'waiting' })).toBe(0);
    expect(valueOf(found, 'clinker_database_up')).toBe(1);
    expect(valueOf(found, 'clinker_build_info', { version: '0.1.0' })).toBe(1);
    const names = found.map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining(['nodejs_eventloop_lag_p99_seconds', 'process_cpu_seconds_total']),
    );
    expect(names.filter((name) => name.startsWith('nodejs_active'))).toEqual([]);
  });

  it('are as many with 50 attachments as with 5', async () => {
    await start();
    const reserve = async (count: number): Promise<void> => {
      for (let made = 0; made < count; made += 1)
        await server.api.attachment(await server.api.volume(), { connector: aConnector() });
    };
    const own = (found: readonly Sample[]): string[] =>
      found
        .filter(({ name }) => name.startsWith('clinker_'))
        .map(({ name, labels }) => `${name} ${JSON.stringify(labels)}`);
    await reserve(5);
    // The scrape itself is a route, from the second one on.
    await samples();
    const few = own(await samples());
    await reserve(45);
    const found = await samples();
    expect(own(found)).toEqual(few);
    expect(valueOf(found, 'clinker_attachments_passing', { status: 'attaching' })).toBe(50);
  });

  it('have one route for requests that match none, and one method for odd ones', async () => {
    await start();
    for (const path of ['/nowhere/1', '/nowhere/2', '/v3/nothing']) await server.api.send('GET', path);
    await fetch(`${server.url}/nowhere`, { method: 'LOCK' });
    const found = await samples();
    const unmatched = found.filter(
      ({ name, labels }) => name === 'clinker_http_requests_total' && labels.route === 'unmatched',
    );
    expect(unmatched.map(({ labels, value }) => [labels.method, value]).sort()).toEqual([
      ['GET', 3],
      ['other', 1],
    ]);
  });

  it('tell how long work is open that a driver does not end, until it is repaired', async () => {
    await start({
      fake: { faults: [{ call: 'terminateConnection', hang: true, times: 1 }] },
      settings: { CLINKER_DRIVER_TIMEOUT_MS: '3000', CLINKER_DRIVER_ABORT_GRACE_MS: '50' },
    });
    const { api } = server;
    const id = await api.attachment(await api.volume(), { connector: aConnector() });
    const work = { kind: 'disconnect' };
    const deleting = api.delete(id);
    await new Promise((resolve) => setTimeout(resolve, 100));
    const hanging = await samples();
    expect(valueOf(hanging, 'clinker_journal_entries', work)).toBe(1);
    expect(valueOf(hanging, 'clinker_journal_oldest_seconds', work)).toBeGreaterThan(0.05);
    expect(valueOf(hanging, 'clinker_backend_jobs', { backend: 'fake', state: 'running' })).toBe(1);
    await deleting;
    await server.app.get(Reconciler).run(true);
    const repaired = await samples();
    expect(valueOf(repaired, 'clinker_journal_entries', work)).toBe(0);
    expect(valueOf(repaired, 'clinker_journal_oldest_seconds', work)).toBe(0);
    const timedOut = { method: 'terminateConnection', outcome: 'timeout' };
    expect(valueOf(repaired, 'clinker_driver_calls_total', timedOut)).toBe(1);
  });

  it('are read from the database once in some seconds, and without it after a limit', async () => {
    await start();
    const reader = server.app.get(BackgroundReader);
    const real = reader.rows.bind(reader);
    let reads = 0;
    reader.rows = (...args) => {
      if (args[0].includes('rows_found')) reads += 1;
      return real(...args);
    };
    const scrapes = server.app.get(Scrape);
    scrapes.freshMs = Infinity;
    await Promise.all([samples(), samples(), samples()]);
    // Journal, volumes, and each state of attachments.
    expect(reads).toBe(2 + PASSING_STATES.length);
    reader.rows = () => new Promise(() => undefined);
    const health = server.app.get(DatabaseHealth);
    health.isWell = () => Promise.resolve(false);
    Object.assign(scrapes, { freshMs: 0, limitMs: 20 });
    const found = await samples();
    expect(valueOf(found, 'clinker_database_up')).toBe(0);
    expect(valueOf(found, 'clinker_database_commits_total')).toBeGreaterThan(0);
    expect(found.filter(({ name }) => /^clinker_(journal|attachments|volumes)_/.test(name))).toEqual([]);
  });
});

onSqlite(describe)('what a scrape reads', () => {
  it('follows an index in each query, and has a limit', async () => {
    await start();
    const reader = server.app.get(BackgroundReader);
    const real = reader.rows.bind(reader);
    const asked: Parameters<typeof reader.rows>[] = [];
    reader.rows = (...args) => {
      asked.push(args);
      return real(...args);
    };
    await samples();
    reader.rows = real;
    expect(asked.length).toBeGreaterThan(5);
    // Others read in the background, too.
    for (const [sql, parameters] of asked.filter(([text]) => text.includes('rows_found'))) {
      expect(sql).toContain('LIMIT ?');
      const plan = await real<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, parameters);
      const reads = plan.map(({ detail }) => detail).filter((detail) => /^(SCAN|SEARCH)/.test(detail));
      expect(reads.filter((detail) => !/USING|^SCAN (entries|found)$/.test(detail))).toEqual([]);
    }
  });
});

describe('who may read the metrics', () => {
  it('is an admin on the port of the API', async () => {
    await start({ personas: true });
    const tenant = await scrape('member:project:member,reader');
    expect(tenant.status).toBe(403);
    expect(await tenant.text()).toContain('clinker:metrics:get');
    expect((await scrape()).status).toBe(401);
    expect((await scrape('admin:project:admin,member,reader')).status).toBe(200);
    expect((await fetch(`${server.url}/healthz/live`)).status).toBe(200);
  });

  it('is whoever reaches metrics_port, if that is set, and then nobody on the port of the API', async () => {
    await start({ settings: { CLINKER_METRICS_PORT: '0' } });
    const url = `http://127.0.0.1:${String(server.app.get(MetricsListener, { strict: false }).port)}`;
    const response = await scrape(undefined, url);
    expect(response.status).toBe(200);
    expect(valueOf(samplesOf(await response.text()), 'clinker_database_up')).toBe(1);
    expect((await scrape('admin:admin')).status).toBe(404);
    for (const path of ['/', '/v3/volumes', '/metrics/'])
      expect((await fetch(`${url}${path}`)).status).toBe(404);
    expect((await fetch(`${url}/metrics`, { method: 'POST' })).status).toBe(404);
  });
});

describe('deploy/prometheus/alerts.yml', () => {
  it('uses only series that are exported', async () => {
    await start();
    await lifeCycle();
    const rules = await readFile(new URL('../../deploy/prometheus/alerts.yml', import.meta.url), 'utf8');
    const named = [...rules.matchAll(/\b(?:clinker|nodejs|process)_[a-z_]+\b/g)].map(([name]) => name);
    const exported = new Set((await samples()).map(({ name }) => name));
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((name) => !exported.has(name))).toEqual([]);
  });
});

describe('readiness', () => {
  const TWO = JSON.stringify([
    { name: 'a', driver: 'fake', options: { faults: [{ call: 'setup', error: 'UNAVAILABLE' }] } },
    { name: 'b', driver: 'fake' },
  ]);
  const ready = (): Promise<Response> => fetch(`${server.url}/healthz/ready`);

  it('needs no token, and names the state of the database and of each backend', async () => {
    await start({ personas: true });
    const response = await ready();
    expect([response.status, await response.json()]).toEqual([
      200,
      { ready: true, reasons: [], database: 'up', backends: { fake: 'up' } },
    ]);
  });

  it('stays while one of several backends is down', async () => {
    await start({ settings: { CLINKER_BACKENDS: TWO } });
    const response = await ready();
    expect([response.status, await response.json()]).toEqual([
      200,
      { ready: true, reasons: [], database: 'up', backends: { a: 'not set up', b: 'up' } },
    ]);
  });

  it('ends when all backends are down, and when the database does not answer; the process lives', async () => {
    await start({ fake: { faults: [{ call: 'setup', error: 'UNAVAILABLE' }] } });
    server.app.get(DatabaseHealth).isWell = () => Promise.resolve(false);
    const response = await ready();
    expect([response.status, response.headers.get('Retry-After'), await response.json()]).toEqual([
      503,
      '5',
      {
        ready: false,
        reasons: ['The database does not answer.', 'No backend answers.'],
        database: 'down',
        backends: { fake: 'not set up' },
      },
    ]);
    const live = await fetch(`${server.url}/healthz/live`);
    expect([live.status, await live.json()]).toEqual([200, { alive: true }]);
  });
});

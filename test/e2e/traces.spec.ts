import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SystemCommandRunner } from '../../src/drivers/command/command-runner.js';
import type { CallContext } from '../../src/drivers/contract/index.js';
import fake from '../../src/drivers/fake/fake.driver.js';
import { aConnector } from '../support/api.js';
import { CollectorStandIn, type TakenSpan } from '../support/collector.js';
import { onSqlite } from '../support/databases.js';
import { samplesOf, valueOf } from '../support/exposition.js';
import { KeystoneStandIn } from '../support/keystone.js';
import { NovaStandIn } from '../support/nova.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const CALLER = 'b7ad6b7169203331';
const SECRET = 'collector-s3cret';

const createFake = fake.create.bind(fake);

/** What the driver does first when it makes an export. */
let beforeExport: (call: CallContext) => Promise<void>;

function createChanged(...args: Parameters<typeof fake.create>): ReturnType<typeof fake.create> {
  const driver: any = createFake(...args);
  const createExport = driver.createExport.bind(driver);
  driver.createExport = async (volume: unknown, connection: unknown, call: CallContext) => {
    await beforeExport(call);
    return createExport(volume, connection, call);
  };
  return driver;
}

let collector: CollectorStandIn;
let url: string;
let server: TestApp | undefined;

beforeEach(async () => {
  collector = new CollectorStandIn();
  url = await collector.start();
  process.env['OTEL_BSP_SCHEDULE_DELAY'] = '20';
  beforeExport = () => Promise.resolve();
  Object.assign(fake, { create: createChanged });
});
afterEach(async () => {
  await server?.close();
  server = undefined;
  await collector.stop();
  Object.assign(fake, { create: createFake });
  for (const name of Object.keys(process.env))
    if (name.startsWith('OTEL_')) Reflect.deleteProperty(process.env, name);
});

async function start(settings: Record<string, string> = {}): Promise<TestApp> {
  server = await createTestApp({ settings: { CLINKER_OTLP_ENDPOINT: url, ...settings } });
  return server;
}

const named = (spans: readonly TakenSpan[], name: string): TakenSpan[] =>
  spans.filter((span) => span.name === name);

function one(spans: readonly TakenSpan[], name: string): TakenSpan {
  const found = named(spans, name);
  expect([name, found.length]).toEqual([name, 1]);
  return found[0]!;
}

const isRequest =
  (name: string) =>
  (span: TakenSpan): boolean =>
    span.name === name;

const CREATE = 'POST /v3/attachments';

describe('a trace', () => {
  it('joins a request with its units of work, transactions, driver calls and commands', async () => {
    const { api, log } = await start();
    const volume = await api.volume();
    const runner = new SystemCommandRunner({ timeoutMs: 10_000 });
    beforeExport = async ({ signal }) => {
      await runner.run(['true', 'an argument'], { signal });
    };
    const body = { attachment: { volume_uuid: volume, connector: aConnector() } };
    const traceparent = `00-${TRACE}-${CALLER}-01`;
    expect((await api.send('POST', '/v3/attachments', body, { traceparent })).status).toBe(200);

    const spans = await collector.traceOf(isRequest(CREATE));
    const request = one(spans, CREATE);
    expect([request.traceId, request.parentSpanId, request.kind]).toEqual([TRACE, CALLER, 2]);
    expect(request.attributes).toMatchObject({
      'http.request.method': 'POST',
      'http.route': '/v3/attachments',
      'http.response.status_code': 200,
      'clinker.microversion': '3.71',
    });
    const call = one(spans, 'driver createExport');
    expect(call.attributes).toEqual({ 'clinker.backend': 'fake', 'clinker.driver': 'fake' });
    expect(call.parentSpanId).toBe(request.spanId);
    expect(one(spans, 'driver initializeConnection').parentSpanId).toBe(request.spanId);
    const command = one(spans, 'command true');
    expect([command.parentSpanId, command.attributes]).toEqual([call.spanId, {}]);
    const units = named(spans, 'unit of work');
    expect(units.length).toBeGreaterThan(1);
    for (const unit of units) {
      expect(unit.parentSpanId).toBe(request.spanId);
      expect(unit.attributes['clinker.unit.wait_ms']).toEqual(expect.any(Number));
    }
    const requestId = request.attributes['clinker.request_id'];
    const line = log
      .map((text) => JSON.parse(text))
      .find(({ msg, ...of }) => of.requestId === requestId && msg === 'request');
    expect(line).toMatchObject({ traceId: TRACE, spanId: request.spanId });
  });

  onSqlite(it)('links the units that shared a transaction', async () => {
    const { api } = await start();
    await Promise.all(Array.from({ length: 12 }, () => api.volume()));
    const shared = (): TakenSpan | undefined =>
      collector.spans.find(({ name, links }) => name === 'transaction' && links.length > 1);
    await collector.until(() => shared() !== undefined);
    const transaction = shared()!;
    await collector.until(() =>
      transaction.links.every((link) => collector.spans.some(({ spanId }) => spanId === link.spanId)),
    );
    const units = transaction.links.map((link) =>
      collector.spans.find(({ spanId }) => spanId === link.spanId)!,
    );
    expect(new Set(units.map(({ name }) => name))).toEqual(new Set(['unit of work']));
    for (const unit of units) expect(unit.links.map(({ spanId }) => spanId)).toContain(transaction.spanId);
    expect(new Set(units.map(({ traceId }) => traceId)).size).toBeGreaterThan(1);
  });

  it('goes on in the work that follows an answer, and no further', async () => {
    const { api } = await start();
    await api.volume();
    const [request] = await collector.traceOf(isRequest('POST /v3/volumes'));
    await collector.until(() => named(collector.spans, 'driver createVolume').length > 0);
    expect(one(collector.spans, 'driver createVolume').traceId).toBe(request!.traceId);
    await api.send('GET', '/v3/volumes');
    const spans = await collector.traceOf(isRequest('GET /v3/volumes'));
    expect(spans.map(({ name }) => name)).toEqual(['GET /v3/volumes']);
  });

  it('tells that a driver did not answer, without its message', async () => {
    beforeExport = () => Promise.reject(new Error('the array said: password=hunter2'));
    const { api } = await start();
    const volume = await api.volume();
    const body = { attachment: { volume_uuid: volume, connector: aConnector() } };
    expect((await api.send('POST', '/v3/attachments', body)).status).toBe(500);
    const spans = await collector.traceOf(isRequest(CREATE));
    expect(one(spans, CREATE)).toMatchObject({ isError: true, attributes: { 'error.type': '500' } });
    const call = one(spans, 'driver createExport');
    expect(call).toMatchObject({ isError: true, attributes: { 'error.type': 'failed' } });
    expect(collector.texts.join()).not.toMatch(/hunter2|the array said/);
  });

  it.each([
    ['empty', ''],
    ['without flags', '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331'],
    ['without a trace', '00-00000000000000000000000000000000-b7ad6b7169203331-01'],
    ['without a span', '00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01'],
    ['in capitals', '00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01'],
    ['of no version', 'ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'],
    ['too long', `00-${TRACE}-${CALLER}-01-${'x'.repeat(4_000)}`],
    ['of dashes', '0-'.repeat(3_000)],
  ])('is a new one if its traceparent is %s', async (_what, traceparent) => {
    const { api } = await start();
    const headers = { traceparent, tracestate: `${'a=b,'.repeat(1_000)}\t=`, baggage: 'password=hunter2' };
    expect((await api.send('GET', '/v3/volumes', undefined, headers)).status).toBe(200);
    const [request] = await collector.traceOf(isRequest('GET /v3/volumes'));
    expect(request!.traceId).not.toBe(TRACE);
    expect(request!.parentSpanId ?? '').toBe('');
  });

  it('is not made for probes and scrapes, nor where the caller decided against it', async () => {
    const { api } = await start();
    for (const path of ['/healthcheck', '/healthz/live', '/healthz/ready', '/metrics']) await api.get(path);
    const traceparent = `00-${TRACE}-${CALLER}-00`;
    await api.send('GET', '/v3/attachments', undefined, { traceparent });
    await api.get('/v3/volumes');
    await collector.traceOf(isRequest('GET /v3/volumes'));
    expect(collector.spans.map(({ name }) => name)).toEqual(['GET /v3/volumes']);
  });

  it('is made for the share of the requests that trace_ratio says', async () => {
    const { api } = await start({ CLINKER_TRACE_RATIO: '0' });
    await api.get('/v3/volumes');
    await api.send('GET', '/v3/attachments', undefined, { traceparent: `00-${TRACE}-${CALLER}-01` });
    await collector.traceOf(isRequest('GET /v3/attachments'));
    expect(new Set(collector.spans.map(({ traceId }) => traceId))).toEqual(new Set([TRACE]));
  });
});

describe('other services', () => {
  it('are told the trace: Keystone and Nova', async () => {
    const keystone = new KeystoneStandIn('own password');
    const nova = new NovaStandIn();
    const authUrl = await keystone.start();
    const endpoint = await nova.start();
    const token = keystone.issue('kim', { project: 'p1', roles: ['admin', 'member', 'reader'] });
    try {
      const { api } = await start({
        CLINKER_AUTH_STRATEGY: 'keystone',
        CLINKER_KEYSTONE_AUTH_URL: authUrl,
        CLINKER_KEYSTONE_PASSWORD: 'own password',
        CLINKER_NOVA_ENDPOINT: endpoint,
      });
      const headers = { 'X-Auth-Token': token, traceparent: `00-${TRACE}-${CALLER}-01` };
      const answer = await api.send('GET', '/v3/clinker-consistency', undefined, headers);
      expect(answer.status).toBe(200);
      const spans = await collector.traceOf(isRequest('GET /v3/clinker-consistency'));
      const sent = spans.filter(({ kind }) => kind === 3);
      expect(new Set(sent.map(({ name }) => name))).toEqual(new Set(['Keystone', 'Nova GET']));
      const parents = [...keystone.traceparents, ...nova.asked.map((asked) => asked.headers['traceparent'])];
      for (const { spanId } of sent) expect(parents).toContain(`00-${TRACE}-${spanId}-01`);
      expect(collector.texts.join()).not.toMatch(/own password|own-\d/);
      expect(collector.texts.join()).not.toContain(`"${token}"`);
    } finally {
      await server?.close();
      server = undefined;
      await keystone.stop();
      await nova.stop();
    }
  });
});

describe('the collector', () => {
  const spansOf = async (outcome: string): Promise<number> => {
    const text = await (
      await fetch(`${server!.url}/metrics`, { headers: { 'X-Auth-Token': 'admin:admin' } })
    ).text();
    return valueOf(samplesOf(text), 'clinker_trace_spans_total', { outcome }) ?? 0;
  };

  it('gets the headers and the name of the service that standard variables set', async () => {
    process.env['OTEL_SERVICE_NAME'] = 'volumes of the north';
    const { api } = await start({ OTEL_EXPORTER_OTLP_HEADERS: `authorization=Bearer%20${SECRET}` });
    await api.get('/v3/volumes');
    await collector.traceOf(isRequest('GET /v3/volumes'));
    expect(collector.headers[0]!.authorization).toBe(`Bearer ${SECRET}`);
    expect(collector.resource).toMatchObject({ 'service.name': 'volumes of the north' });
    expect(collector.texts.join()).not.toContain(SECRET);
    expect(await spansOf('delivered')).toBeGreaterThan(0);
  });

  it('may be silent: requests are answered, spans beyond the queue are dropped and counted, the end does not wait', async () => {
    process.env['OTEL_BSP_MAX_QUEUE_SIZE'] = '8';
    process.env['OTEL_BSP_MAX_EXPORT_BATCH_SIZE'] = '4';
    // Waiting for the collector would outlast the test.
    process.env['OTEL_BSP_EXPORT_TIMEOUT'] = '600000';
    process.env['OTEL_EXPORTER_OTLP_TIMEOUT'] = '600000';
    collector.mode = 'silent';
    const { api, log } = await start();
    for (let number = 0; number < 40; number += 1) expect((await api.get('/v3/volumes')).status).toBe(200);
    expect(collector.requests).toBe(1);
    // At most one batch is on its way, and the queue is full.
    expect(await spansOf('dropped')).toBeGreaterThanOrEqual(40 - 4 - 8);
    await server!.close();
    server = undefined;
    expect(log.join()).not.toContain('"level":"error"');
  });

  it('may refuse: it is told once, and again when it takes traces', async () => {
    process.env['OTEL_BSP_MAX_EXPORT_BATCH_SIZE'] = '1';
    collector.mode = 'failing';
    const { api, log } = await start();
    const told = (text: string): number => log.filter((line) => line.includes(text)).length;
    for (let number = 0; number < 5; number += 1) await api.get('/v3/volumes');
    await collector.until(() => collector.requests >= 5);
    collector.mode = 'up';
    await api.get('/v3/volumes');
    await collector.until(() => collector.spans.length > 0);
    while (told('the collector takes traces again') === 0) await api.get('/v3/volumes');
    expect(told('the collector takes no traces')).toBe(1);
    expect(told('the collector takes traces again')).toBe(1);
    expect(await spansOf('failed')).toBe(5);
  });
});

describe('without a collector', () => {
  it('nothing is traced, passed on or logged of a trace', async () => {
    server = await createTestApp();
    const traceparent = `00-${TRACE}-${CALLER}-01`;
    expect((await server.api.send('GET', '/v3/volumes', undefined, { traceparent })).status).toBe(200);
    expect(server.log.join()).not.toMatch(/traceId|spanId/);
    expect(collector.requests).toBe(0);
  });
});

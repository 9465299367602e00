import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { aConnector } from '../support/api.js';
import { launch } from '../support/launched.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

const FAKE = fileURLToPath(new URL('../../dist/drivers/fake/fake.driver.js', import.meta.url));

/** Each kind of secret that the server meets, as it is given. */
const SECRETS = {
  databasePassword: 'db-hunter2-%23%40',
  databasePasswordDecoded: 'db-hunter2-#@',
  keystonePassword: 'keystone-hunter2',
  encryptionKey: Buffer.alloc(32, 'hunter-key').toString('base64'),
  driverOption: 'san-hunter2',
  driverUrl: 'san-url-hunter2',
  deepDriverOption: 'deep-hunter2',
  token: `gAAAAABm${'hunter2'.repeat(20)}`,
  serviceToken: 'service-hunter2',
  commandLine: 'chap-hunter2',
  bearer: 'bearer-hunter2',
  markedOption: 'marked-hunter2',
  markedDeepOption: 'marked-deep-hunter2',
  collectorHeader: 'collector-hunter2',
  webhookSecret: 'webhook-secret-hunter2',
};

/** The fake driver, which takes further options. */
const DRIVER = `
  import fake from ${JSON.stringify(FAKE)};
  const $defs = { key: { type: 'string', writeOnly: true } };
  const properties = {
    ...fake.optionsSchema.properties,
    arrays: { type: 'array', items: { anyOf: [{ type: 'object', properties: { entry: { $ref: '#/$defs/key' } } }] } },
    entry: { type: 'string', format: 'password' },
  };
  export default { ...fake, optionsSchema: { ...fake.optionsSchema, $defs, properties, additionalProperties: true } };`;

let folder: string;
let server: TestApp;
let settings: Record<string, string>;
const chap = new Set<string>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clinker-report-'));
  const driver = join(folder, 'driver.mjs');
  await writeFile(driver, DRIVER);
  const options = {
    san_password: SECRETS.driverOption,
    url: `https://clinker:${SECRETS.driverUrl}@san.example.org/`,
    deep: [{ api_key: SECRETS.deepDriverOption }],
    entry: SECRETS.markedOption,
    arrays: [{ entry: SECRETS.markedDeepOption, host: 'array-1' }],
  };
  settings = {
    CLINKER_BACKENDS: JSON.stringify([{ name: 'san', driver, options }]),
    CLINKER_KEYSTONE_PASSWORD: SECRETS.keystonePassword,
    CLINKER_SECRET_KEYS: `a:${SECRETS.encryptionKey}`,
    CLINKER_OTLP_HEADERS: `authorization=Bearer%20${SECRETS.collectorHeader}`,
    CLINKER_WEBHOOKS: JSON.stringify([
      { name: 'hook', url: 'http://127.0.0.1:9/hook', secret: SECRETS.webhookSecret },
    ]),
  };
  server = await createTestApp({ settings });
  settings = {
    ...settings,
    DATABASE_URL: server.config.database_url ?? '',
    CLINKER_DATA_FOLDER: server.config.data_folder,
  };
  const { body } = await server.api.create(await server.api.volume(), { connector: aConnector() });
  await server.api.attachment(await server.api.volume());
  chap.add(body.attachment.connection_info.auth_password as string);
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

async function clinker(args: readonly string[], more: Record<string, string> = {}) {
  const command = await launch({
    folder,
    args: ['report', ...args],
    settings: { ...settings, OS_TOKEN: SECRETS.token, ...more },
    program: 'cli/main.js',
  });
  return { status: await command.ended, ...command.output };
}

async function reportOf(args: readonly string[], more: Record<string, string> = {}): Promise<[any, string]> {
  const { status, stdout, stderr } = await clinker(['--output', '-', ...args], more);
  expect([status, stderr]).toEqual([0, '']);
  return [JSON.parse(stdout), stdout];
}

const secretsIn = (text: string): string[] =>
  [...Object.values(SECRETS), ...chap].filter((secret) => text.includes(secret));

describe('clinker report, while the server runs', () => {
  it('contains versions, settings, what the database holds, and what the server says', async () => {
    const [report] = await reportOf(['--url', server.url]);
    const { version } = JSON.parse(await readFile('package.json', 'utf8'));
    expect(report).toMatchObject({
      format: 1,
      versions: { clinker: version, node: process.version },
      database: {
        version: expect.stringMatching(/\d/),
        migrations: { last: expect.any(String), missing: [], unknown: [] },
        volumes: { reserved: 1, attaching: 1 },
        attachments: { reserved: 1, attaching: 1 },
        journal: { byKind: {}, oldest: [] },
      },
      server: {
        readiness: { ready: true, backends: { san: 'up' } },
        pools: { pools: [{ name: 'clinker@san#san' }] },
        services: { services: [{ state: 'up' }] },
        dead_letters: { dead_letters: [], count: 0 },
        consistency: { checked: 'completely', findings: [], unchecked: [] },
      },
      log: { note: expect.stringContaining('--log FILE') },
    });
    expect(report.configuration.settings).toContainEqual({
      key: 'keystone_password',
      value: '***',
      source: 'environment',
      variable: 'CLINKER_KEYSTONE_PASSWORD',
    });
    const id = await server.api.attachment(await server.api.volume());
    expect((await server.api.show(id)).status).toBe(200);
  });

  it('contains the end of the log, and no secret of any kind', async () => {
    const [password] = chap;
    const planted = [
      JSON.stringify({ msg: 'made', connection: { auth_password: password, auth_username: 'someone' } }),
      JSON.stringify({ msg: `cannot connect to postgres://clinker:${SECRETS.databasePassword}@db/clinker` }),
      JSON.stringify({ headers: { 'x-auth-token': SECRETS.token, 'X-Service-Token': SECRETS.serviceToken } }),
      `the token ${SECRETS.token} is refused`,
      `X-Service-Token: ${SECRETS.serviceToken}`,
      `Authorization: Bearer ${SECRETS.bearer}`,
      `ran iscsiadm --password ${SECRETS.commandLine}`,
      `the SAN says: ${SECRETS.driverOption}, ${SECRETS.driverUrl}, ${SECRETS.deepDriverOption}`,
      `the array says: ${SECRETS.markedOption}, ${SECRETS.markedDeepOption}`,
      `the collector says: ${SECRETS.collectorHeader}; the webhook: ${SECRETS.webhookSecret}`,
      `Keystone says: ${SECRETS.keystonePassword}; key a:${SECRETS.encryptionKey}`,
    ];
    const log = join(folder, 'clinker.log');
    await writeFile(log, [...server.log, ...planted.map((line) => `${line}\n`)].join(''));
    const [report, text] = await reportOf(['--url', server.url, '--log', log]);
    expect(report.log.lines.at(-planted.length)).toEqual({
      msg: 'made',
      connection: { auth_password: '***', auth_username: 'someone' },
    });
    expect(report.log.lines).toContainEqual(expect.objectContaining({ msg: 'request' }));
    expect(text).toContain('https://clinker:***@san.example.org/');
    expect(secretsIn(text)).toEqual([]);
    expect(secretsIn(await readFile(log, 'utf8')).length).toBeGreaterThan(8);
  });

  it('has the settings as clinker config check shows them: without the options that the driver marks', async () => {
    const command = await launch({ folder, args: ['config', 'check'], settings, program: 'cli/main.js' });
    expect(await command.ended).toBe(0);
    const { stdout } = command.output;
    expect(secretsIn(stdout)).toEqual([]);
    expect(stdout).toContain('"entry":"***","arrays":[{"entry":"***","host":"array-1"}]');
    const [report, text] = await reportOf([], {
      CLINKER_BACKENDS: JSON.stringify([
        { name: 'gone', driver: './gone.mjs', options: { entry: SECRETS.markedOption } },
      ]),
    });
    const { value } = report.configuration.settings.find(({ key }: { key: string }) => key === 'backends');
    expect(value).toEqual([{ name: 'gone', driver: './gone.mjs', options: { entry: '***' } }]);
    expect(secretsIn(text)).toEqual([]);
  });

  it('keeps the log bounded', async () => {
    const log = join(folder, 'long.log');
    await writeFile(log, `${'x'.repeat(1000)}\n`.repeat(2000));
    const [report] = await reportOf(['--url', server.url, '--log', log]);
    expect(report.log.lines).toHaveLength(200);
  });

  it('is a file for its owner alone, which replaces none', async () => {
    const file = join(folder, 'some.json');
    expect(await clinker(['--url', server.url, '--output', file])).toMatchObject({ status: 0, stderr: '' });
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const again = await clinker(['--url', server.url, '--output', file]);
    expect(again).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('some.json cannot be written'),
    });
  });
});

describe('clinker report says what it could not read', () => {
  it('without a server, and without a database', async () => {
    const DATABASE_URL = `postgres://clinker:${SECRETS.databasePassword}@127.0.0.1:9/none`;
    const [report, text] = await reportOf(['--log', join(folder, 'none.log')], { DATABASE_URL });
    expect(report.server.error).toContain('cannot be reached');
    expect(report.database).toEqual({
      name: 'postgres://127.0.0.1:9/none',
      dialect: 'postgres',
      error: 'connect ECONNREFUSED 127.0.0.1:9',
    });
    expect(report.log.error).toContain('ENOENT');
    expect(secretsIn(text)).toEqual([]);
  });

  it('of an SQLite file that is absent, which is not created, or that is none', async () => {
    const data = join(folder, 'empty');
    await mkdir(data);
    const [absent] = await reportOf([], { DATABASE_URL: '', CLINKER_DATA_FOLDER: data });
    expect(absent.database.error).toContain('does not exist');
    expect(await readdir(data)).toEqual([]);
    const file = join(data, 'clinker.sqlite');
    await writeFile(file, 'something else, and long enough to be looked at'.repeat(50));
    await chmod(file, 0o600);
    const [other] = await reportOf([], { DATABASE_URL: '', CLINKER_DATA_FOLDER: data });
    expect(other.database.error).toContain('file is not a database');
  });

  it('with a configuration that is not valid', async () => {
    const [report, text] = await reportOf([], { CLINKER_MAX_LIMIT: 'soon', CLINKER_TYPO: '1' });
    expect(report.configuration.problems).toEqual([
      expect.stringContaining('CLINKER_TYPO: unknown setting'),
      expect.stringContaining('max_limit: must be a whole number'),
    ]);
    expect(report.database.note).toContain('not valid');
    expect(secretsIn(text)).toEqual([]);
  });
});

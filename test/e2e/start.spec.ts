import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { aConnector, Api } from '../support/api.js';
import { type Launched, launch, type LaunchOptions } from '../support/launched.js';
import { NEWEST } from '../support/newest.js';

const READY = 'serving the Block Storage API';

let folder: string;
let running: Launched[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clinker-start-'));
  running = [];
});
afterEach(async () => {
  for (const one of running) one.kill('SIGKILL');
  await Promise.all(running.map(({ ended }) => ended));
  await rm(folder, { recursive: true, force: true });
});

async function started(options: Partial<LaunchOptions> = {}): Promise<Launched> {
  const server = await launch({ folder, ...options });
  running.push(server);
  return server;
}

const backendWith = (options: object): Record<string, string> => ({
  CLINKER_BACKENDS: JSON.stringify([{ name: 'fake', driver: 'fake', options }]),
});

/** Retries until the server answers at all. */
async function firstAnswer(url: string): Promise<Response> {
  for (;;) {
    try {
      return await fetch(url);
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}

async function linesOf(options: Partial<LaunchOptions>): Promise<{ status: unknown; lines: string[] }> {
  const server = await started(options);
  const status = await server.ended;
  return { status, lines: server.output.stderr.trimEnd().split('\n') };
}

describe('while the server starts', () => {
  it('requests wait and are served, but the health check fails at once', async () => {
    const server = await started({
      settings: { ...backendWith({ latency_ms: { setup: 3000 } }), CLINKER_START_HOLD_MS: '100000' },
    });
    const first = await firstAnswer(`${server.url}/healthcheck`);
    expect(first.status).toBe(503);
    expect(Number(first.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(first.headers.get('x-openstack-request-id')).toMatch(/^req-[0-9a-f-]{36}$/);
    expect(await first.json()).toEqual({
      serviceUnavailable: { code: 503, message: 'The server is starting. Try again shortly.' },
    });
    const api = new Api(server.url, { token: 'admin:p1', version: NEWEST, project: 'p1' });
    const [volume, versions] = await Promise.all([api.volume(), fetch(`${server.url}/v3/`)]);
    expect(volume).toMatch(/^[0-9a-f-]{36}$/);
    expect(versions.status).toBe(200);
    await server.untilLogged(READY);
    expect((await fetch(`${server.url}/healthcheck`)).status).toBe(200);
  });

  it('SIGTERM ends it at the next step, with nothing left behind', async () => {
    const server = await started({ settings: backendWith({ latency_ms: { setup: 3000 } }) });
    await firstAnswer(`${server.url}/healthcheck`);
    server.kill('SIGTERM');
    expect(await server.ended).toBe('SIGTERM');
    expect(server.output.stderr).toBe('');
    expect(server.output.stdout).not.toContain(READY);
    const next = await started();
    await next.untilLogged(READY);
  });

  it('SIGTERM ends it after the grace where it hangs', async () => {
    const server = await started({
      settings: { ...backendWith({ latency_ms: { setup: 8000 } }), CLINKER_SHUTDOWN_GRACE_MS: '200' },
    });
    await firstAnswer(`${server.url}/healthcheck`);
    server.kill('SIGTERM');
    expect(await server.ended).toBe('SIGTERM');
    expect(server.output.stdout).toContain('the server was told to stop while starting');
  });
});

describe('the log', () => {
  const linesOfLog = ({ output }: Launched): any[] =>
    output.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));

  it('begins with version, database and backends, without secrets, and ends with how long the end took', async () => {
    const server = await started({
      settings: {
        CLINKER_BACKENDS: JSON.stringify([
          { name: 'good', driver: 'fake', options: {} },
          {
            name: 'away',
            driver: 'fake',
            options: { faults: [{ call: 'setup', error: 'UNAVAILABLE', message: 'no answer' }] },
          },
        ]),
      },
    });
    await server.untilLogged(READY);
    server.kill('SIGTERM');
    expect(await server.ended).toBe('SIGTERM');
    const lines = linesOfLog(server);
    const { version } = JSON.parse(await readFile('package.json', 'utf8'));
    expect(lines[0]).toMatchObject({
      msg: 'starting',
      version,
      node: process.version,
      database: join(folder, 'clinker.sqlite'),
      backends: [
        { name: 'good', driver: 'fake' },
        { name: 'away', driver: 'fake' },
      ],
    });
    expect(lines.filter(({ msg }) => msg === 'backend')).toEqual([
      expect.objectContaining({ backend: 'good', driver: 'fake', state: 'up' }),
      expect.objectContaining({
        backend: 'away',
        driver: 'fake',
        state: 'not set up',
        reason: expect.stringContaining('no answer'),
      }),
    ]);
    // A slow machine may try the backend that is away once more in between.
    const ofTheEnd = lines.filter(({ signal }) => signal === 'SIGTERM');
    expect(ofTheEnd.map(({ msg }) => msg)).toEqual([
      expect.stringContaining('told to stop'),
      'the server has stopped',
    ]);
    expect(lines.at(-1)).toEqual(ofTheEnd.at(-1));
    expect(lines.at(-1).ms).toBeGreaterThanOrEqual(0);
  });

  it('names a database server without its password', async () => {
    const server = await started({
      settings: { DATABASE_URL: 'postgres://nobody:hunter2@127.0.0.1:9/none' },
    });
    await server.ended;
    expect(linesOfLog(server)[0].database).toBe('postgres://127.0.0.1:9/none');
    expect(server.output.stdout).not.toContain('hunter2');
  });

  it('tells an end by SIGINT, too', async () => {
    const server = await started();
    await server.untilLogged(READY);
    server.kill('SIGINT');
    expect(await server.ended).toBe('SIGINT');
    expect(linesOfLog(server).at(-1)).toMatchObject({ signal: 'SIGINT', msg: 'the server has stopped' });
  });
});

describe('a start that cannot be ends with one line', () => {
  it('if the port is in use, before anything else is touched', async () => {
    const first = await started();
    await first.untilLogged(READY);
    const other = join(folder, 'other');
    const port = new URL(first.url).port;
    const { status, lines } = await linesOf({
      settings: { PORT: port, CLINKER_DATA_FOLDER: other },
    });
    expect([status, lines]).toEqual([
      1,
      [
        `The server cannot listen on 127.0.0.1, port ${port} (the settings host and port): another process listens there. Stop it, or set another port.`,
      ],
    ]);
    expect(await readdir(folder)).not.toContain('other');
    expect((await fetch(`${first.url}/healthcheck`)).status).toBe(200);
  });

  it('when the address is not of this machine', async () => {
    const settings = { HOST: '192.0.2.1', CLINKER_NOAUTH_ALLOW_REMOTE: 'true' };
    const { status, lines } = await linesOf({ settings });
    expect([status, lines]).toEqual([1, [expect.stringContaining('192.0.2.1, port')]]);
  });

  it('when a backend is configured wrongly', async () => {
    const fault = { call: 'setup', error: 'FAILED_PRECONDITION', message: 'no group' };
    for (const [options, text] of [
      [{ faults: [fault] }, 'Backend fake: setup is not possible now: no group'],
      [{ bogus: 1 }, 'Backend "fake", driver "fake": its options do not fit'],
    ] as const) {
      const { status, lines } = await linesOf({ settings: backendWith(options) });
      expect([status, lines]).toEqual([1, [expect.stringContaining(text)]]);
    }
  });

  it('when the database is away', async () => {
    const settings = { DATABASE_URL: 'postgres://nobody:secret@127.0.0.1:9/none' };
    const { status, lines } = await linesOf({ settings });
    expect([status, lines]).toEqual([
      1,
      [
        'The database postgres://127.0.0.1:9/none (setting database_url) cannot be used: connect ECONNREFUSED 127.0.0.1:9. Start it, or correct host and port in database_url.',
      ],
    ]);
    expect(lines.join()).not.toContain('secret');
  });

  it('when the data folder cannot exist', async () => {
    const CLINKER_DATA_FOLDER = '/proc/clinker';
    for (const settings of [
      { CLINKER_DATA_FOLDER },
      { CLINKER_DATA_FOLDER, DATABASE_URL: `sqlite:${folder}/a` },
    ]) {
      const { status, lines } = await linesOf({ settings });
      expect([status, lines]).toEqual([1, [expect.stringMatching(/\/proc\/clinker.*data_folder/)]]);
    }
  });

  it('with the stack below it at level debug', async () => {
    const settings = { DATABASE_URL: 'postgres://nobody:secret@127.0.0.1:9/none', LOG_LEVEL: 'debug' };
    const { lines } = await linesOf({ settings });
    expect(lines[0]).toContain('cannot be used: connect ECONNREFUSED');
    expect(lines.join('\n')).toMatch(/\n {4}at .*\ncaused by: .*ECONNREFUSED/s);
    expect(lines.join()).not.toContain('secret');
  });

  it('when a driver has a fault', async () => {
    const driver = join(folder, 'faulty.mjs');
    await writeFile(driver, `export default await import('node:nowhere');`);
    const settings = { CLINKER_BACKENDS: JSON.stringify([{ name: 'a', driver }]) };
    const { status, lines } = await linesOf({ settings });
    expect([status, lines]).toEqual([1, [expect.stringMatching(/^Backend "a".*Repair or reinstall/)]]);
  });

  it('when the database is no database', async () => {
    await writeFile(
      join(folder, 'clinker.sqlite'),
      'something else, and long enough to be looked at'.repeat(50),
    );
    const { status, lines } = await linesOf({});
    expect([status, lines]).toEqual([1, [expect.stringContaining('file is not a database')]]);
  });
});

describe('arguments that are not understood are refused', () => {
  it.each([
    ['main.js', ['doctor']],
    ['main.js', ['--bogus']],
    ['cli/main.js', ['serve', '--bogus']],
    ['cli/main.js', ['serve', 'doctor']],
    ['cli/main.js', ['config']],
    ['cli/main.js', ['config', 'chekc']],
    ['cli/main.js', ['doctor', 'now']],
    ['cli/main.js', ['doctor', '--bogus']],
    ['cli/main.js', ['backup', '--bogus']],
    ['cli/main.js', ['backup', 'a', 'b']],
    ['cli/main.js', ['rotate-keys', '--bogus']],
    ['cli/main.js', ['report', '--bogus']],
    ['cli/main.js', ['report', '--url', 'nowhere']],
    ['cli/main.js', ['policy', '--bogus']],
    ['cli/main.js', ['new-driver', '--bogus']],
    ['cli/main.js', ['--bogus']],
    ['cli/main.js', ['bogus']],
  ])('%s %j', async (program, args) => {
    const { status, lines } = await linesOf({ program, args });
    expect(status).toBe(2);
    expect(lines[0]).toMatch(/^clinker/);
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('the limit of open files', () => {
  it('bounds the connections, with a warning, and leaves the server files of its own', async () => {
    const server = await started({ prefix: ['prlimit', '--nofile=700:700'] });
    await server.untilLogged(READY);
    const warning = server.output.stdout.split('\n').find((line) => line.includes('limit of open files'));
    const told = JSON.parse(warning ?? '{}') as { limitedTo: number };
    expect(told).toMatchObject({ level: 'warn', maxConnections: 10_000, openFiles: 700 });
    const { port } = new URL(server.url);
    const idle = Array.from({ length: told.limitedTo + 50 }, () => connect(Number(port), '127.0.0.1'));
    let dropped = 0;
    for (const socket of idle) socket.on('close', () => (dropped += 1)).on('error', () => undefined);
    while (dropped < 50) await new Promise((resolve) => setTimeout(resolve, 10));
    for (const socket of idle.filter(({ destroyed }) => !destroyed).slice(0, 5)) socket.destroy();
    // The server notices later than this process that they are closed.
    await firstAnswer(`${server.url}/healthcheck`);
    const api = new Api(server.url, { token: 'admin:p1', version: NEWEST, project: 'p1' });
    const id = await api.attachment(await api.volume(), { connector: aConnector() });
    expect((await api.show(id)).status).toBe(200);
    for (const socket of idle) socket.destroy();
  });
});

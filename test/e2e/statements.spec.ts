import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type sqlite3 from 'sqlite3';
import { BackgroundWork } from '../../src/operations/background-work.js';
import { PreparingDatabase } from '../../src/platform/database/preparing-database.js';
import { aConnector, type Api } from '../support/api.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

let server: TestApp;
let api: Api;
/** The statements sent, by the first word of each. */
let sent: string[];

beforeAll(async () => {
  // One background round, over before the counts.
  server = await createTestApp({ settings: { CLINKER_RECONCILE_INTERVAL_S: '3600' } });
  await server.app.get(BackgroundWork).idle();
  api = server.api;
});
afterAll(() => server.close());

beforeEach(() => {
  sent = [];
  for (const method of ['all', 'run', 'exec'] as const) {
    const real = Reflect.get(PreparingDatabase.prototype, method) as (...args: unknown[]) => unknown;
    jest.spyOn(PreparingDatabase.prototype, method).mockImplementation(function (
      this: sqlite3.Database,
      ...args: unknown[]
    ) {
      sent.push(/^\w+/.exec(String(args[0]))?.[0] ?? '');
      return real.apply(this, args);
    } as never);
  }
});
afterEach(() => {
  jest.restoreAllMocks();
});

/** How often each kind of statement is sent for a request. */
async function statementsOf(request: () => Promise<{ readonly status: number }>): Promise<string> {
  sent.length = 0;
  const { status } = await request();
  expect(status).toBeLessThan(300);
  return sent.join(' ');
}

const COMMIT = 'COMMIT';

it('sends few statements for each operation', async () => {
  const volume = await api.volume();
  let id = '';
  expect(
    await statementsOf(async () => {
      const created = await api.create(volume);
      id = created.body.attachment.id;
      return created;
    }),
  ).toBe(`BEGIN SELECT UPDATE INSERT INSERT ${COMMIT}`);
  expect(await statementsOf(() => api.show(id))).toBe('SELECT');
  expect(await statementsOf(() => api.get('/v3/attachments'))).toBe('SELECT');
  expect(await statementsOf(() => api.get('/v3/attachments/detail'))).toBe('SELECT');
  // Between its transactions it reads the volume's type.
  expect(await statementsOf(() => api.update(id, aConnector()))).toBe(
    `SELECT BEGIN SELECT INSERT INSERT ${COMMIT} SELECT BEGIN SELECT DELETE UPDATE INSERT UPDATE ${COMMIT}`,
  );
  expect(await statementsOf(() => api.complete(id))).toBe(
    `SELECT BEGIN SELECT UPDATE UPDATE INSERT ${COMMIT}`,
  );
  expect(await statementsOf(() => api.delete(id))).toBe(
    `SELECT BEGIN SELECT INSERT INSERT ${COMMIT} BEGIN SELECT DELETE DELETE UPDATE INSERT ${COMMIT}`,
  );
});

it('removes a reservation in one transaction', async () => {
  const id = await api.attachment(await api.volume());
  expect(await statementsOf(() => api.delete(id))).toBe(`SELECT BEGIN SELECT DELETE UPDATE INSERT ${COMMIT}`);
});

describe('the other operations', () => {
  let volume: string;
  let attachment: string;

  beforeAll(async () => {
    volume = await api.volume();
    attachment = await api.attachment(volume);
  });

  /** Includes what a request leaves to be done after its answer. */
  const counted = (request: () => Promise<{ readonly status: number }>): Promise<string> =>
    statementsOf(async () => {
      const answer = await request();
      await server.app.get(BackgroundWork).idle();
      return answer;
    });

  it.each<[string, number]>([
    ['/v3/attachments?volume_id=VOLUME', 1],
    ['/v3/attachments/ATTACHMENT/history', 3],
    ['/v3/volumes', 1],
    ['/v3/volumes/detail', 4],
    ['/v3/volumes/VOLUME', 4],
    ['/v3/volumes/VOLUME/metadata', 2],
    ['/v3/types', 1],
    ['/v3/messages', 1],
    ['/v3/limits', 2],
    ['/v3/snapshots/detail', 0],
  ])('GET %s reads %d times', async (path, times) => {
    const named = path.replace('VOLUME', volume).replace('ATTACHMENT', attachment);
    expect(await counted(() => api.get(named))).toBe(Array(times).fill('SELECT').join(' '));
  });

  it.each<[string, string, object | undefined, string]>([
    ['PUT', '', { volume: { name: 'n' } }, 'BEGIN SELECT UPDATE COMMIT SELECT SELECT SELECT SELECT'],
    ['POST', '/metadata', { metadata: { k: 'v' } }, 'BEGIN SELECT DELETE INSERT SELECT COMMIT'],
    ['DELETE', '/metadata/k', undefined, 'BEGIN SELECT SELECT DELETE COMMIT'],
    ['POST', '/action', { 'os-reserve': null }, 'BEGIN SELECT SELECT UPDATE COMMIT'],
    ['POST', '/action', { 'os-unreserve': null }, 'BEGIN SELECT SELECT UPDATE COMMIT'],
    [
      'POST',
      '/action',
      { 'os-initialize_connection': { connector: aConnector() } },
      'SELECT BEGIN SELECT INSERT COMMIT SELECT BEGIN SELECT DELETE DELETE INSERT UPDATE COMMIT',
    ],
    [
      'POST',
      '/action',
      { 'os-terminate_connection': { connector: aConnector() } },
      'SELECT BEGIN SELECT SELECT INSERT COMMIT BEGIN SELECT SELECT DELETE DELETE UPDATE SELECT UPDATE COMMIT',
    ],
    [
      'POST',
      '/action',
      { 'os-extend': { new_size: 2 } },
      'BEGIN SELECT SELECT UPDATE UPDATE INSERT INSERT COMMIT BEGIN SELECT COMMIT BEGIN SELECT SELECT COMMIT BEGIN SELECT DELETE SELECT UPDATE INSERT UPDATE COMMIT',
    ],
    [
      'DELETE',
      '',
      undefined,
      'BEGIN SELECT SELECT UPDATE INSERT INSERT SELECT SELECT SELECT COMMIT BEGIN SELECT COMMIT BEGIN SELECT SELECT COMMIT BEGIN SELECT DELETE SELECT DELETE INSERT UPDATE COMMIT',
    ],
  ])('%s on a volume: %s %j', async (method, path, body, statements) => {
    if (body !== undefined && 'os-reserve' in body) await api.delete(attachment);
    expect(await counted(() => api.send(method, `/v3/volumes/${volume}${path}`, body))).toBe(statements);
  });

  it('a new volume, with what is done after the answer', async () => {
    expect(await counted(() => api.send('POST', '/v3/volumes', { volume: { size: 1 } }))).toBe(
      'SELECT SELECT BEGIN SELECT UPDATE INSERT INSERT INSERT COMMIT BEGIN SELECT COMMIT BEGIN SELECT SELECT COMMIT BEGIN SELECT DELETE UPDATE INSERT COMMIT',
    );
  });
});

it('shares commits among writes that wait at once', async () => {
  const volumes = [];
  for (let count = 0; count < 16; count += 1) volumes.push(await api.volume());
  sent.length = 0;
  const answers = await Promise.all(volumes.map((volume) => api.create(volume)));
  expect(answers.map(({ status }) => status)).toEqual(volumes.map(() => 200));
  expect(sent.filter((word) => word === COMMIT).length).toBeLessThan(16);
});

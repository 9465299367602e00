import { afterAll, afterEach, beforeAll, beforeEach, expect, it, jest } from '@jest/globals';
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

const COMMIT = 'RELEASE';

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
    `SELECT BEGIN SELECT UPDATE INSERT UPDATE ${COMMIT}`,
  );
  expect(await statementsOf(() => api.delete(id))).toBe(
    `SELECT BEGIN SELECT INSERT INSERT ${COMMIT} BEGIN SELECT DELETE DELETE INSERT UPDATE ${COMMIT}`,
  );
});

it('removes a reservation in one transaction', async () => {
  const id = await api.attachment(await api.volume());
  expect(await statementsOf(() => api.delete(id))).toBe(`SELECT BEGIN SELECT DELETE INSERT UPDATE ${COMMIT}`);
});

it('shares commits among writes that wait at once', async () => {
  const volumes = [];
  for (let count = 0; count < 16; count += 1) volumes.push(await api.volume());
  sent.length = 0;
  const answers = await Promise.all(volumes.map((volume) => api.create(volume)));
  expect(answers.map(({ status }) => status)).toEqual(volumes.map(() => 200));
  expect(sent.filter((word) => word === COMMIT).length).toBeLessThan(16);
});

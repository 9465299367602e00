import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DatabaseTrouble, OutcomeUnknown } from '../../src/platform/database/database-failure.js';
import { Reader } from '../../src/platform/database/reader.js';
import { type Tx, UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { BackgroundWork } from '../../src/operations/background-work.js';
import { Reconciler } from '../../src/operations/reconciler.js';
import { aConnector, type Answer, type Api } from '../support/api.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

let server: TestApp;
let api: Api;
let units: UnitOfWork;
let realRun: UnitOfWork['run'];

beforeAll(async () => {
  server = await createTestApp();
  ({ api } = server);
  units = server.app.get(UnitOfWork);
  realRun = units.run.bind(units);
});
afterAll(() => server.close());
beforeEach(() => {
  units.run = realRun;
});

/** Failure of a transaction: it is rolled back, or it is committed without a response. */
type Trouble = 'is refused' | 'is kept without an answer';

/** Makes the n-th transaction from now on fail; returns a test for whether that happened. */
function troubleAt(number: number, trouble: Trouble): () => boolean {
  let count = 0;
  units.run = async <T>(work: (tx: Tx) => Promise<T>): Promise<T> => {
    count += 1;
    if (count !== number) return realRun(work);
    if (trouble === 'is refused') throw new DatabaseTrouble('The database is gone.');
    await realRun(work);
    throw new OutcomeUnknown('The database went away.');
  };
  return () => count >= number;
}

async function untilSettled(): Promise<void> {
  await server.app.get(BackgroundWork).idle();
  units.run = realRun;
  await server.app.get(Reconciler).run(true);
  await server.app.get(BackgroundWork).idle();
  const [row] = await server.app
    .get(Reader)
    .rows<{ open: number }>('SELECT COUNT(*) AS open FROM operations', []);
  expect(Number(row?.open)).toBe(0);
  const { body } = await api.get('/v3/clinker-consistency');
  expect(body.consistency).toMatchObject({ findings: [], unchecked: [] });
}

const action = (volume: string, body: object) => api.send('POST', `/v3/volumes/${volume}/action`, body);
const connector = aConnector();

interface Case {
  readonly title: string;
  /** Creates the object of the request; returns its id. */
  readonly prepare: () => Promise<string>;
  readonly send: (id: string) => Promise<Answer>;
}

const CASES: readonly Case[] = [
  {
    title: 'create a volume',
    prepare: () => Promise.resolve(''),
    send: () => api.send('POST', '/v3/volumes', { volume: { size: 1 } }),
  },
  {
    title: 'delete a volume',
    prepare: () => api.volume(),
    send: (id) => api.send('DELETE', `/v3/volumes/${id}`),
  },
  {
    title: 'extend a volume',
    prepare: () => api.volume(),
    send: (id) => action(id, { 'os-extend': { new_size: 2 } }),
  },
  { title: 'attach', prepare: () => api.volume(), send: (id) => api.create(id, { connector }) },
  {
    title: 'update an attachment',
    prepare: async () => api.attachment(await api.volume()),
    send: (id) => api.update(id),
  },
  {
    title: 'detach',
    prepare: async () => api.attachment(await api.volume(), { connector }),
    send: (id) => api.delete(id),
  },
  {
    title: 'os-initialize_connection',
    prepare: () => api.volume(),
    send: (id) => action(id, { 'os-initialize_connection': { connector } }),
  },
  {
    title: 'os-terminate_connection',
    prepare: async () => {
      const id = await api.volume();
      await action(id, { 'os-initialize_connection': { connector } });
      return id;
    },
    send: (id) => action(id, { 'os-terminate_connection': { connector } }),
  },
];

describe.each(CASES)('trouble with the database at each step: $title', ({ prepare, send }) => {
  it.each(['is refused', 'is kept without an answer'] as const)(
    'ends well when a unit %s, and nothing of it counts as a failure of the backend',
    async (trouble) => {
      for (let number = 1; ; number += 1) {
        const id = await prepare();
        const hasCome = troubleAt(number, trouble);
        const { status } = await send(id);
        await untilSettled();
        if (!hasCome()) {
          expect(number).toBeGreaterThan(1);
          return;
        }
        expect([200, 202, 503]).toContain(status);
        const { body } = await api.get('/v3/volumes/detail');
        const failed = body.volumes.filter((volume: { status: string }) => volume.status.startsWith('error'));
        expect(failed).toEqual([]);
      }
    },
  );
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Database } from 'sqlite3';
import type { DataSource } from 'typeorm';
import { loadConfig } from '../../src/platform/config/load-config.js';
import { createWriter } from '../../src/platform/database/data-source.js';
import { DatabaseTrouble } from '../../src/platform/database/database-failure.js';
import { SqliteUnitOfWork } from '../../src/platform/database/sqlite-unit-of-work.js';
import type { Tx } from '../../src/platform/database/unit-of-work.js';

let folder: string;
let writer: DataSource;
let unitOfWork: SqliteUnitOfWork;
/** Statements that begin, divide and end transactions, in their order. */
let sent: string[];
/** Replaces the outcome of such a statement. */
let instead: (statement: string) => Error | null;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clinker-commits-'));
  const url = `sqlite:${join(folder, 'clinker.sqlite')}`;
  writer = await createWriter(
    loadConfig({ DATABASE_URL: url, CLINKER_DATA_FOLDER: folder }, folder),
  ).initialize();
  await writer.query('CREATE TABLE name (name TEXT PRIMARY KEY)');
  sent = [];
  instead = () => null;
  const database = (await writer.createQueryRunner().connect()) as Database;
  const exec = database.exec.bind(database);
  database.exec = (statements, done) => {
    sent.push(statements);
    const error = instead(statements);
    if (error === null) return exec(statements, done);
    done?.call(database as never, error);
    return database;
  };
  unitOfWork = newUnitOfWork();
});

function newUnitOfWork(): SqliteUnitOfWork {
  const shared = { units: 32, ageMs: Infinity };
  return new SqliteUnitOfWork(writer, { waitMs: 10_000, workMs: 10_000 }, shared);
}

afterEach(async () => {
  await writer.destroy();
  await rm(folder, { recursive: true, force: true });
});

const insert = (tx: Tx, name: string): Promise<unknown> =>
  tx.manager.query('INSERT INTO name (name) VALUES (?)', [name]);

async function namesIn(tx: Tx): Promise<string[]> {
  const rows = await tx.manager.query<{ name: string }[]>('SELECT name FROM name ORDER BY name');
  return rows.map(({ name }) => name);
}

const names = (): Promise<string[]> => unitOfWork.run(namesIn);

const BEGIN = 'BEGIN IMMEDIATE';
const COMMIT = 'COMMIT';
const GUARDED_BEGIN = 'BEGIN IMMEDIATE; SAVEPOINT transaction_began';

/** What a full disk does: a statement fails, and SQLite rolls back more than it. */
async function loseTransaction(tx: Tx): Promise<void> {
  await tx.manager.query('ROLLBACK');
  await expect(tx.manager.query('SELECT * FROM nowhere')).rejects.toThrow('no such table');
}

it('shares commits among units that wait at once, at most 32 each', async () => {
  await Promise.all(Array.from({ length: 40 }, (_, index) => unitOfWork.run((tx) => insert(tx, `${index}`))));
  expect(sent.filter((statements) => statements === COMMIT)).toHaveLength(2);
  expect(await names()).toHaveLength(40);
});

it('lets no more units join a transaction that is old enough', async () => {
  const brief = new SqliteUnitOfWork(writer, { waitMs: 10_000 }, { units: 32, ageMs: 0 });
  await Promise.all(['one', 'two', 'three'].map((name) => brief.run((tx) => insert(tx, name))));
  expect(sent).toEqual([BEGIN, COMMIT, BEGIN, COMMIT, BEGIN, COMMIT]);
});

it('sends two statements besides those of a unit that is alone', async () => {
  await unitOfWork.run((tx) => insert(tx, 'one'));
  expect(sent).toEqual([BEGIN, COMMIT]);
});

it('acknowledges a unit only after the shared commit', async () => {
  const events: string[] = [];
  instead = (statement) => {
    if (statement === COMMIT) events.push('commit');
    return null;
  };
  await Promise.all(
    ['one', 'two', 'three'].map(async (name) => {
      await unitOfWork.run((tx) => insert(tx, name));
      events.push(name);
    }),
  );
  expect(events).toEqual(['commit', 'one', 'two', 'three']);
});

it('refuses a unit only after the shared commit, because it may have read what another wrote', async () => {
  const first = unitOfWork.run((tx) => insert(tx, 'one'));
  const second = unitOfWork.run(async (tx) => {
    if ((await namesIn(tx)).includes('one')) throw new Error('one is taken');
  });
  instead = (statement) =>
    statement === COMMIT ? Object.assign(new Error('SQLITE_FULL'), { code: 'SQLITE_FULL' }) : null;
  const outcomes = await Promise.allSettled([first, second]);
  instead = () => null;
  for (const outcome of outcomes) {
    expect(outcome).toMatchObject({ status: 'rejected', reason: expect.any(DatabaseTrouble) as unknown });
  }
  expect(await names()).toEqual([]);
});

it('goes on after a unit that fails before it has written', async () => {
  const outcomes = await Promise.allSettled([
    unitOfWork.run((tx) => insert(tx, 'one')),
    unitOfWork.run(async (tx) => {
      throw new Error(`${(await namesIn(tx)).join()} is there`);
    }),
    unitOfWork.run((tx) => insert(tx, 'three')),
  ]);
  expect(outcomes[1]).toMatchObject({ reason: { message: 'one is there' } });
  expect(sent).toEqual([BEGIN, COMMIT]);
  expect(await names()).toEqual(['one', 'three']);
});

it('uses savepoints for 100 transactions after a unit has failed that had written', async () => {
  const failing = (name: string): Promise<unknown> =>
    unitOfWork.run(async (tx) => {
      await insert(tx, name);
      throw new Error(name);
    });
  const round = (): Promise<PromiseSettledResult<unknown>[]> =>
    Promise.allSettled([unitOfWork.run((tx) => insert(tx, 'one')), failing('two'), failing('three')]);
  await round();
  expect(await names()).toEqual(['one']);
  await writer.query('DELETE FROM name');
  sent = [];
  const outcomes = await round();
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
  expect(sent).toEqual([
    GUARDED_BEGIN,
    ...['SAVEPOINT unit', 'ROLLBACK TO unit'],
    ...['SAVEPOINT unit', 'ROLLBACK TO unit'],
    'RELEASE transaction_began; COMMIT',
  ]);
  for (let turn = 0; turn < 98; turn += 1) await unitOfWork.run(namesIn);
  sent = [];
  await unitOfWork.run((tx) => insert(tx, 'after'));
  expect(sent).toEqual([BEGIN, COMMIT]);
  expect(await names()).toEqual(['after', 'one']);
});

it('repeats the others alone when SQLite rolls the transaction back because of one', async () => {
  const outcomes = await Promise.allSettled([
    unitOfWork.run((tx) => insert(tx, 'one')),
    unitOfWork.run((tx) => insert(tx, 'two')),
    unitOfWork.run(async (tx) => {
      await tx.manager.query('ROLLBACK');
      throw new Error('the disk is full');
    }),
    unitOfWork.run((tx) => insert(tx, 'four')),
  ]);
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
  expect(outcomes[2]).toMatchObject({ reason: { message: 'the disk is full' } });
  expect(await names()).toEqual(['four', 'one', 'two']);
});

it('repeats a unit too whose refusal may be due to what was rolled back', async () => {
  let runs = 0;
  const outcomes = await Promise.allSettled([
    unitOfWork.run((tx) => insert(tx, 'one')),
    unitOfWork.run(async (tx) => {
      runs += 1;
      const isTaken = runs === 1 && (await namesIn(tx)).includes('one');
      if (runs === 1) await tx.manager.query('ROLLBACK');
      if (isTaken) throw new Error('one is taken');
    }),
  ]);
  expect([runs, ...outcomes.map(({ status }) => status)]).toEqual([2, 'fulfilled', 'fulfilled']);
  expect(await names()).toEqual(['one']);
});

it('acknowledges nothing that SQLite rolled back while a unit ignored the error', async () => {
  const careless = (): Promise<unknown> =>
    unitOfWork.run(async (tx) => {
      await insert(tx, 'careless');
      await loseTransaction(tx);
    });
  await expect(careless()).rejects.toThrow('no such table');
  const outcomes = await Promise.allSettled([
    unitOfWork.run((tx) => insert(tx, 'one')),
    careless(),
    unitOfWork.run((tx) => insert(tx, 'three')),
  ]);
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(await names()).toEqual(['one', 'three']);
});

it('ends every unit of a transaction that cannot even be rolled back, and goes on', async () => {
  instead = (statement) => (statement.startsWith('ROLLBACK') ? new Error('disk I/O error') : null);
  const outcomes = await Promise.allSettled([
    unitOfWork.run((tx) => insert(tx, 'one')),
    unitOfWork.run(async (tx) => {
      await insert(tx, 'mine');
      throw new Error('mine');
    }),
  ]);
  for (const outcome of outcomes) expect(outcome).toMatchObject({ reason: { message: 'disk I/O error' } });
  instead = () => null;
  await expect(unitOfWork.run((tx) => insert(tx, 'two'))).rejects.toThrow('within a transaction');
  await unitOfWork.run((tx) => insert(tx, 'after'));
  expect(await names()).toEqual(['after']);
});

it('does not repeat a unit that was answered already', async () => {
  const impatient = new SqliteUnitOfWork(writer, { waitMs: 10_000, workMs: 100 });
  let runs = 0;
  const first = impatient.run(async (tx) => {
    runs += 1;
    await insert(tx, 'first');
  });
  let goOn = (): void => undefined;
  const answered = new Promise<void>((resolve) => (goOn = resolve));
  const second = impatient.run(async (tx) => {
    await answered;
    await tx.manager.query('ROLLBACK');
    throw Object.assign(new Error('full'), { code: 'SQLITE_FULL' });
  });
  await expect(first).rejects.toThrow('it may have been stored');
  await expect(second).rejects.toThrow('it may have been stored');
  goOn();
  await impatient.run(() => Promise.resolve());
  expect(runs).toBe(1);
  expect(await names()).toEqual([]);
});

it('gives up a unit that waits too long for its turn, and never runs it', async () => {
  const hasty = new SqliteUnitOfWork(writer, { waitMs: 20 });
  let release = (): void => undefined;
  const blocked = hasty.run(() => new Promise<void>((resolve) => (release = resolve)));
  let hasRun = false;
  const late = hasty.run(() => Promise.resolve(void (hasRun = true)));
  await expect(late).rejects.toThrow('The database is busy.');
  release();
  await blocked;
  await hasty.run((tx) => insert(tx, 'after'));
  expect(hasRun).toBe(false);
});

interface Step {
  readonly kind: 'insert' | 'remove' | 'fail-if-there' | 'fail';
  readonly name: string;
}

const steps = fc.array(
  fc.record<Step>({
    kind: fc.constantFrom('insert', 'insert', 'insert', 'remove', 'fail-if-there', 'fail'),
    name: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
  }),
  { minLength: 1, maxLength: 4 },
);

/** What a unit does, to a set in the model. Returns what it saw last. */
function modelled(steps: readonly Step[], names: Set<string>): string {
  for (const { kind, name } of steps) {
    if (kind === 'fail' || (kind !== 'remove' && names.has(name))) throw new Error(`${kind} ${name}`);
    if (kind === 'insert') names.add(name);
    if (kind === 'remove') names.delete(name);
  }
  return [...names].sort().join();
}

async function carriedOut(steps: readonly Step[], tx: Tx): Promise<string> {
  for (const { kind, name } of steps) {
    const isThere = (await namesIn(tx)).includes(name);
    if (kind === 'fail' || (kind === 'fail-if-there' && isThere)) throw new Error(`${kind} ${name}`);
    // The database refuses a duplicate; the statement's failure must not undo more than the unit.
    if (kind === 'insert')
      await insert(tx, name).catch(() => {
        throw new Error(`${kind} ${name}`);
      });
    if (kind === 'remove') await tx.manager.query('DELETE FROM name WHERE name = ?', [name]);
  }
  return (await namesIn(tx)).join();
}

it('equals a serial execution, whatever fails, conflicts, and reads what it wrote', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(steps, { minLength: 1, maxLength: 12 }), async (units) => {
      await writer.query('DELETE FROM name');
      // The first failure after a write has it use savepoints.
      if (units.length % 2 === 0) unitOfWork = newUnitOfWork();
      let expected = new Set<string>();
      const wanted = units.map((unit) => {
        const after = new Set(expected);
        try {
          const value = modelled(unit, after);
          expected = after;
          return value;
        } catch (error) {
          return (error as Error).message;
        }
      });
      const outcomes = await Promise.all(
        units.map((unit) =>
          unitOfWork.run((tx) => carriedOut(unit, tx)).catch((error: unknown) => (error as Error).message),
        ),
      );
      expect(outcomes).toEqual(wanted);
      expect(await names()).toEqual([...expected].sort());
    }),
    { numRuns: 150 },
  );
});

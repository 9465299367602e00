import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import sqlite3 from 'sqlite3';
import { PreparingDatabase } from '../../src/platform/database/preparing-database.js';
import { SqliteStatements } from '../../src/platform/database/statements.js';

let database: PreparingDatabase;
let statements: SqliteStatements;

const opened = (file: string): Promise<PreparingDatabase> =>
  new Promise((resolve, reject) => {
    const made = new PreparingDatabase(file, (error: Error | null) =>
      error === null ? resolve(made) : reject(error),
    );
  });

/** SQLite refuses it while a statement is left. */
const closed = (open: PreparingDatabase): Promise<void> =>
  new Promise((resolve, reject) => {
    open.close((error) => (error === null ? resolve() : reject(error)));
  });

beforeEach(async () => {
  database = await opened(':memory:');
  statements = new SqliteStatements(database);
  await statements.rows('CREATE TABLE number (value INTEGER PRIMARY KEY)', []);
});

afterEach(() => closed(database));

const insert = (value: number): Promise<number> =>
  statements.change('INSERT INTO number (value) VALUES (?)', [value]);

const values = async (): Promise<number[]> =>
  (await statements.rows<{ value: number }>('SELECT value FROM number ORDER BY value', [])).map(
    ({ value }) => value,
  );

it('runs one statement many times, also at once', async () => {
  expect(await Promise.all([1, 2, 3].map(insert))).toEqual([1, 1, 1]);
  expect(await Promise.all([values(), values()])).toEqual([
    [1, 2, 3],
    [1, 2, 3],
  ]);
});

it('compiles a text once, as long as it is among the last 200', async () => {
  const compiling = jest.spyOn(sqlite3.Database.prototype, 'prepare');
  const text = (number: number): string => `SELECT ${number} AS value`;
  for (let number = 0; number < 201; number += 1) await statements.rows(text(number), []);
  await statements.rows(text(200), []);
  expect(compiling).toHaveBeenCalledTimes(201);
  expect(await statements.rows(text(0), [])).toEqual([{ value: 0 }]);
  expect(compiling).toHaveBeenCalledTimes(202);
  compiling.mockRestore();
});

it('goes on after a statement that fails, and after one that cannot be compiled', async () => {
  await insert(1);
  await expect(insert(1)).rejects.toThrow('UNIQUE constraint failed');
  expect(await insert(2)).toBe(1);
  const wrong = (): Promise<unknown> => statements.rows('SELECT value FROM nowhere', []);
  await expect(Promise.allSettled([wrong(), wrong()])).resolves.toMatchObject([
    { status: 'rejected', reason: { message: 'SQLITE_ERROR: no such table: nowhere' } },
    { status: 'rejected' },
  ]);
  await statements.rows('CREATE TABLE nowhere (value INTEGER)', []);
  expect(await statements.rows('SELECT value FROM nowhere', [])).toEqual([]);
});

it('leaves nothing open that would keep a transaction from its commit', async () => {
  const query = (sql: string): Promise<void> =>
    new Promise((resolve, reject) => {
      database.run(sql, (error: Error | null) => (error === null ? resolve() : reject(error)));
    });
  await insert(1);
  await query('BEGIN');
  await insert(2);
  await values();
  await query('SELECT value FROM number');
  await statements.change('INSERT INTO number (value) VALUES (?) RETURNING value', [3]);
  await query('COMMIT');
  expect(await values()).toEqual([1, 2, 3]);
});

it('does not keep a text with a time in it', async () => {
  const text = "SELECT '2026-01-31T12:00:00.000000' AS time";
  const compiling = jest.spyOn(sqlite3.Database.prototype, 'prepare');
  expect(await statements.rows(text, [])).toEqual([{ time: '2026-01-31T12:00:00.000000' }]);
  expect(compiling).not.toHaveBeenCalled();
  compiling.mockRestore();
});

it('leaves nothing open after a lock that it did not get', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'clinker-busy-'));
  const file = join(folder, 'rollback.sqlite');
  const [mine, yours] = [await opened(file), await opened(file)];
  const [own, foreign] = [new SqliteStatements(mine), new SqliteStatements(yours)];
  await own.rows('CREATE TABLE one (value INTEGER)', []);
  await own.rows('CREATE TABLE two (value INTEGER)', []);
  const read = (): Promise<unknown> => own.rows('SELECT value FROM one', []);
  await read();
  await foreign.rows('BEGIN EXCLUSIVE', []);
  await expect(read()).rejects.toMatchObject({ code: 'SQLITE_BUSY' });
  await foreign.rows('COMMIT', []);
  expect(await own.rows('SELECT value FROM two', [])).toEqual([]);
  expect(await foreign.change('INSERT INTO two (value) VALUES (?)', [1])).toBe(1);
  expect(await own.rows('SELECT value FROM two', [])).toEqual([{ value: 1 }]);
  await Promise.all([closed(mine), closed(yours)]);
  await rm(folder, { recursive: true });
});

it('says that it is closed, and closes while statements are in flight', async () => {
  const other = await opened(':memory:');
  const late = new SqliteStatements(other);
  const inFlight = late.rows('SELECT 1 AS value', []);
  await Promise.all([expect(inFlight).resolves.toEqual([{ value: 1 }]), closed(other)]);
  await expect(late.rows('SELECT 1 AS value', [])).rejects.toThrow('SQLITE_MISUSE: Database is closed');
});

it('follows a schema that has changed', async () => {
  await insert(1);
  expect(await statements.rows('SELECT * FROM number', [])).toEqual([{ value: 1 }]);
  await statements.rows("ALTER TABLE number ADD COLUMN name TEXT DEFAULT 'n'", []);
  expect(await statements.rows('SELECT * FROM number', [])).toEqual([{ value: 1, name: 'n' }]);
});

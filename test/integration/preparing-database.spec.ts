import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import sqlite3 from 'sqlite3';
import { PreparingDatabase } from '../../src/platform/database/preparing-database.js';
import { SqliteStatements } from '../../src/platform/database/statements.js';

let database: PreparingDatabase;
let statements: SqliteStatements;

beforeEach(async () => {
  database = await new Promise<PreparingDatabase>((resolve, reject) => {
    const opened = new PreparingDatabase(':memory:', (error: Error | null) =>
      error === null ? resolve(opened) : reject(error),
    );
  });
  statements = new SqliteStatements(database);
  await statements.rows('CREATE TABLE number (value INTEGER PRIMARY KEY)', []);
});

/** SQLite refuses it while a statement is left. */
afterEach(
  () =>
    new Promise<void>((resolve, reject) => {
      database.close((error) => (error === null ? resolve() : reject(error)));
    }),
);

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
  await query('COMMIT');
  expect(await values()).toEqual([1, 2]);
});

it('follows a schema that has changed', async () => {
  await insert(1);
  expect(await statements.rows('SELECT * FROM number', [])).toEqual([{ value: 1 }]);
  await statements.rows("ALTER TABLE number ADD COLUMN name TEXT DEFAULT 'n'", []);
  expect(await statements.rows('SELECT * FROM number', [])).toEqual([{ value: 1, name: 'n' }]);
});

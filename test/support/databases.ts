import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import mysql from 'mysql2/promise';
import pg from 'pg';
import { loadConfig } from '../../src/platform/config/load-config.js';
import { createMigrator, createWriter } from '../../src/platform/database/data-source.js';
import { migrate } from '../../src/platform/database/migrate.js';

/**
 * Database of the tests: TEST_DATABASE is `sqlite` (the default), or the URL of a PostgreSQL or MariaDB server on which
 * databases may be created.
 */
const server = process.env['TEST_DATABASE'] ?? 'sqlite';

/** True if the tests run on SQLite. */
export const isSqlite = server === 'sqlite';
const isPostgres = server.startsWith('postgres');

/** Creates an empty database; returns its URL. `npm run test:databases` drops those on servers. */
export async function emptyDatabaseUrl(sqliteFile: string): Promise<string> {
  if (server === 'sqlite') return `sqlite:${sqliteFile}`;
  return make((name) => [`CREATE DATABASE ${name}`]);
}

/**
 * Creates a database with the current schema, as a start leaves an empty one; returns its URL. It is copied, because
 * migrations take long.
 */
export async function migratedDatabaseUrl(sqliteFile: string): Promise<string> {
  template ??= templateOfWorker();
  const made = await template;
  if ('sqlite' in made) {
    await writeFile(sqliteFile, await readFile(made.sqlite), { mode: 0o600 });
    return `sqlite:${sqliteFile}`;
  }
  return make((copy) => statementsThatCopy(made, copy));
}

/** A migrated SQLite file, or database on the server with the statements that create its tables (MariaDB). */
type Template =
  | { readonly sqlite: string }
  | { readonly name: string; readonly tables: readonly { readonly name: string; readonly made: string }[] };

let template: Promise<Template> | undefined;

/** The template of this worker: made for its first suite, and read by all others from the folder of the run. */
async function templateOfWorker(): Promise<Template> {
  const { TEST_RUN_FOLDER: folder = '', JEST_WORKER_ID: worker = '' } = process.env;
  const record = join(folder, `template-${worker}.json`);
  const known = await readFile(record, 'utf8').catch(() => null);
  if (known !== null) return JSON.parse(known) as Template;
  const made = await makeTemplate(await mkdtemp(join(folder, 'template-')));
  await writeFile(record, JSON.stringify(made));
  return made;
}

async function makeTemplate(folder: string): Promise<Template> {
  const file = join(folder, 'clinker.sqlite');
  const url = await emptyDatabaseUrl(file);
  const config = loadConfig({ DATABASE_URL: url, CLINKER_DATA_FOLDER: folder }, folder);
  const source = await (isSqlite ? createWriter(config) : createMigrator(config)).initialize();
  await migrate(source).finally(() => source.destroy());
  if (isSqlite) return { sqlite: file };
  const name = new URL(url).pathname.slice(1);
  return { name, tables: isPostgres ? [] : await tablesOf(name) };
}

function statementsThatCopy({ name, tables }: Exclude<Template, { sqlite: string }>, copy: string): string[] {
  if (isPostgres) return [`CREATE DATABASE ${copy} TEMPLATE ${name}`];
  return [
    `CREATE DATABASE ${copy}`,
    `USE ${copy}`,
    'SET foreign_key_checks = 0',
    ...tables.flatMap((table) => [
      table.made,
      ...(table.made.startsWith('CREATE SEQUENCE')
        ? []
        : [`INSERT INTO ${table.name} SELECT * FROM ${name}.${table.name}`]),
    ]),
  ];
}

async function tablesOf(database: string): Promise<{ readonly name: string; readonly made: string }[]> {
  const connection = await mysql.createConnection(mariadbUrl(database));
  const rowsOf = async (sql: string): Promise<readonly string[][]> => {
    const [rows] = await connection.query({ sql, rowsAsArray: true });
    return rows as string[][];
  };
  const tables = [];
  for (const [name = '', kind = ''] of await rowsOf('SHOW FULL TABLES')) {
    const what = kind === 'SEQUENCE' ? 'SEQUENCE' : 'TABLE';
    const [[, made = ''] = []] = await rowsOf(`SHOW CREATE ${what} ${name}`);
    tables.push({ name, made });
  }
  await connection.end();
  return tables;
}

/** Creates a database on the server; returns its URL. */
async function make(statements: (name: string) => readonly string[]): Promise<string> {
  const url = new URL(server);
  const name = `clinker_test_${randomBytes(6).toString('hex')}`;
  if (isPostgres) {
    const client = new pg.Client(server);
    await client.connect();
    for (const sql of statements(name)) await client.query(sql);
    await client.end();
  } else {
    const connection = await mysql.createConnection(mariadbUrl(url.pathname.slice(1)));
    for (const sql of statements(name)) await connection.query(sql);
    await connection.end();
  }
  url.pathname = `/${name}`;
  return url.href;
}

/** In mysql2's form. */
function mariadbUrl(database: string): string {
  const url = new URL(server.replace(/^mariadb:/, 'mysql:'));
  url.pathname = `/${database}`;
  return url.href;
}

/** Declares a test or a group of tests. */
type Declare = (title: string, body: () => void | Promise<void>) => void;
type Skippable = Declare & { readonly skip: Declare };

/** Declares tests for SQLite only; skipped elsewhere. */
export function onSqlite(declare: Skippable): Declare {
  return onlyIf(isSqlite, declare, 'only for SQLite');
}

/** Declares tests for database servers, which several processes share; skipped on SQLite. */
export function onServers(declare: Skippable): Declare {
  return onlyIf(!isSqlite, declare, 'only for PostgreSQL and MariaDB');
}

/** Declares tests that require something; otherwise skipped, with the reason in the title. */
export function onlyIf(isThere: boolean, declare: Skippable, why: string): Declare {
  return isThere ? declare : (title, body) => declare.skip(`${title} (skipped: ${why})`, body);
}

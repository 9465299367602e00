import { randomBytes } from 'node:crypto';
import mysql from 'mysql2/promise';
import pg from 'pg';

/**
 * Where the tests keep their data: TEST_DATABASE is `sqlite` (the default), or the URL of a PostgreSQL or MariaDB
 * server on which databases may be made.
 */
const server = process.env['TEST_DATABASE'] ?? 'sqlite';

/** URL of a new, empty database. Those of servers are left to `npm run test:databases` to drop. */
export async function emptyDatabaseUrl(sqliteFile: string): Promise<string> {
  if (server === 'sqlite') return `sqlite:${sqliteFile}`;
  const url = new URL(server);
  const name = `clinker_test_${randomBytes(6).toString('hex')}`;
  if (url.protocol.startsWith('postgres')) {
    const client = new pg.Client(server);
    await client.connect();
    await client.query(`CREATE DATABASE ${name}`);
    await client.end();
  } else {
    const connection = await mysql.createConnection(server.replace(/^mariadb:/, 'mysql:'));
    await connection.query(`CREATE DATABASE ${name}`);
    await connection.end();
  }
  url.pathname = `/${name}`;
  return url.href;
}

/** Whether the tests run on SQLite. */
export const isSqlite = server === 'sqlite';

/** Declares a test or a group of tests. */
type Declare = (title: string, body: () => void | Promise<void>) => void;
type Skippable = Declare & { readonly skip: Declare };

/** Declares what holds on SQLite alone; elsewhere it is skipped. */
export function onSqlite(declare: Skippable): Declare {
  return onlyIf(isSqlite, declare, 'it is about SQLite');
}

/** Declares what holds on database servers, which several processes share; on SQLite it is skipped. */
export function onServers(declare: Skippable): Declare {
  return onlyIf(!isSqlite, declare, 'it is about PostgreSQL and MariaDB');
}

/** Declares what needs something; without it, it is skipped, and its title says why. */
export function onlyIf(isThere: boolean, declare: Skippable, why: string): Declare {
  return isThere ? declare : (title, body) => declare.skip(`${title} (skipped: ${why})`, body);
}

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

/** Whether the tests run on SQLite, for those that are about it. */
export const isSqlite = server === 'sqlite';

import { randomBytes } from 'node:crypto';
import mysql from 'mysql2/promise';
import pg from 'pg';

/** Database servers of the tests unless overridden (scripts/test-databases.mjs). */
export const SERVERS = {
  postgresql: process.env.POSTGRES_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres',
  mariadb: process.env.MARIADB_URL ?? 'mariadb://root@127.0.0.1:3306/mysql',
};

/** Runs a statement on a server, or on one of its databases. */
export async function execute(server, sql) {
  if (server.startsWith('postgres')) {
    const client = new pg.Client(server);
    await client.connect();
    await client.query(sql);
    await client.end();
    return;
  }
  const connection = await mysql.createConnection(server.replace(/^mariadb:/, 'mysql:'));
  await connection.query(sql);
  await connection.end();
}

/** Creates a database on a server; returns its URL. */
export async function emptyDatabase(server) {
  const name = `clinker_test_${randomBytes(6).toString('hex')}`;
  await execute(server, `CREATE DATABASE ${name}`);
  return Object.assign(new URL(server), { pathname: `/${name}` }).href;
}

/** Drops a database created by {@link emptyDatabase}. */
export async function dropDatabase(server, url) {
  await execute(server, `DROP DATABASE ${new URL(url).pathname.slice(1)}`);
}

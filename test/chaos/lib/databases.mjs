import { randomBytes } from 'node:crypto';
import mysql from 'mysql2/promise';
import pg from 'pg';

/** The servers that the tests use unless they are named otherwise (scripts/test-databases.mjs). */
export const SERVERS = {
  postgresql: process.env.POSTGRES_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres',
  mariadb: process.env.MARIADB_URL ?? 'mariadb://root@127.0.0.1:3306/mysql',
};

async function execute(server, sql) {
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

/** Makes a database on a server; gives back its URL. */
export async function emptyDatabase(server) {
  const name = `clinker_test_${randomBytes(6).toString('hex')}`;
  await execute(server, `CREATE DATABASE ${name}`);
  return Object.assign(new URL(server), { pathname: `/${name}` }).href;
}

/** Drops what {@link emptyDatabase} has made. */
export async function dropDatabase(server, url) {
  await execute(server, `DROP DATABASE ${new URL(url).pathname.slice(1)}`);
}

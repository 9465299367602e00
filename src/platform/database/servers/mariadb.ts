import type { Socket } from 'node:net';
import mysql, { type Pool, type PoolConnection, type PoolOptions } from 'mysql2';
import type { DataSourceOptions } from 'typeorm';
import type { IdleConnections } from './idle-connections.js';
import { KEEP_ALIVE_MS } from './keep-alive.js';
import type { ServerLimits } from './server-limits.js';
import { breakWhenSilent, type ServerConnection } from './silence.js';

/** Members of a connection missing in mysql2's types. */
interface Connection {
  query: ServerConnection['query'];
  readonly stream: Socket;
}

/** Returns connection options for MariaDB; every wait has a limit. */
export function mariadbOptions(
  url: string,
  limits: ServerLimits,
  idle: IdleConnections,
): Extract<DataSourceOptions, { type: 'mysql' | 'mariadb' }> {
  return {
    type: 'mariadb',
    url: url.replace(/^mariadb:/, 'mysql:'),
    charset: 'utf8mb4_bin',
    timezone: 'Z',
    poolSize: limits.size,
    connectTimeout: limits.connectMs,
    connectorPackage: 'mysql2',
    driver: { createPool: (options: PoolOptions) => watchedPool(options, limits, idle) },
    extra: { enableKeepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS },
  };
}

function watchedPool(options: PoolOptions, limits: ServerLimits, idle: IdleConnections): Pool {
  const pool = mysql.createPool(options);
  pool.on('connection', (connection) => {
    const own = connection as unknown as Connection;
    const bounded = { query: own.query.bind(own), socket: () => own.stream };
    breakWhenSilent(bounded, limits.answerMs, () => idle.giveUp());
    own.query = bounded.query;
    // It is sent before all other statements of this connection.
    own.query(sessionLimits(limits), [], (error: unknown) => {
      if (error) own.stream.destroy();
    });
    connection.on('error', () => idle.remove(connection));
    connection.on('end', () => idle.remove(connection));
  });
  pool.on('acquire', (connection: PoolConnection) => idle.remove(connection));
  pool.on('release', (connection: PoolConnection) => {
    idle.add(connection, () => (connection as unknown as Connection).stream);
  });
  return pool;
}

/** MySQL supports only the first two and treats the rest as a comment. */
function sessionLimits({ lockMs, statementMs, idleTransactionMs }: ServerLimits): string {
  const lockS = Math.ceil(lockMs / 1000);
  return (
    `SET SESSION innodb_lock_wait_timeout = ${lockS}, lock_wait_timeout = ${lockS}` +
    ` /*M!100300 , max_statement_time = ${statementMs / 1000},` +
    ` idle_transaction_timeout = ${Math.ceil(idleTransactionMs / 1000)} */`
  );
}

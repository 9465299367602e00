import type { Socket } from 'node:net';
import pg from 'pg';
import type { DataSourceOptions } from 'typeorm';
import type { IdleConnections } from './idle-connections.js';
import { KEEP_ALIVE_MS } from './keep-alive.js';
import type { ServerLimits } from './server-limits.js';
import { breakWhenSilent, type ServerConnection } from './silence.js';

/** Members of a client missing in pg's types. */
interface Client {
  query: ServerConnection['query'];
  readonly connection: { readonly stream: Socket };
}

/** Returns connection options for PostgreSQL; every wait has a limit. */
export function postgresOptions(
  url: string,
  limits: ServerLimits,
  idle: IdleConnections,
): Extract<DataSourceOptions, { type: 'postgres' }> {
  return {
    type: 'postgres',
    url,
    poolSize: limits.size,
    connectTimeoutMS: limits.connectMs,
    applicationName: 'clinker',
    driver: { ...pg, Pool: watchedPool(limits.answerMs, idle) },
    extra: {
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
      statement_timeout: limits.statementMs,
      lock_timeout: limits.lockMs,
      idle_in_transaction_session_timeout: limits.idleTransactionMs,
    },
  };
}

function watchedPool(answerMs: number, idle: IdleConnections): typeof pg.Pool {
  return class extends pg.Pool {
    constructor(options?: pg.PoolConfig) {
      super(options);
      this.on('connect', (client) => {
        const own = client as unknown as Client;
        // If the server ends the connection in the same packet as its welcome, no other listener exists, and the error
        // would end the process.
        client.on('error', () => undefined);
        const connection = { query: own.query.bind(own), socket: () => own.connection.stream };
        breakWhenSilent(connection, answerMs, () => idle.giveUp());
        own.query = connection.query;
      });
      this.on('acquire', (client) => idle.remove(client));
      this.on('release', (error: Error | undefined, client: pg.PoolClient) => {
        if (!error) idle.add(client, () => (client as unknown as Client).connection.stream);
      });
      this.on('remove', (client) => idle.remove(client));
    }
  };
}

import { existsSync } from 'node:fs';
import sqlite3 from 'sqlite3';
import type { Config } from '../config/config.schema.js';
import { createServerReader } from './data-source.js';
import { databaseName } from './database-name.js';
import { DatabaseUnusable } from './database-unusable.js';
import { dialectOf } from './dialect.js';
import { interruptedConnection, type ReadConnection, serverConnection } from './read-connection.js';
import { BackgroundReader } from './reader.js';
import { IdleConnections } from './servers/idle-connections.js';
import { Turns } from './turns.js';

/** A database that is looked at, beside servers that use it. */
export interface Inspection {
  readonly reader: BackgroundReader;
  readonly close: () => Promise<void>;
}

/**
 * Opens the configured database for reading on one connection, on which each query ends after `healthcheck_timeout_ms`.
 * Creates, migrates and locks nothing. @throws DatabaseUnusable, and the errors of connecting.
 */
export async function inspect(config: Config): Promise<Inspection> {
  const dialect = dialectOf(config);
  const limitMs = config.healthcheck_timeout_ms;
  const { connection, close } = await (dialect === 'sqlite' ? openFile(config, limitMs) : openServer(config));
  return { reader: new BackgroundReader(new Turns([connection], { waitMs: limitMs }), dialect), close };
}

interface Opened {
  readonly connection: ReadConnection;
  readonly close: () => Promise<void>;
}

async function openServer(config: Config): Promise<Opened> {
  const source = await createServerReader(config, 'health', new IdleConnections()).initialize();
  return { connection: serverConnection(source), close: () => source.destroy() };
}

async function openFile(config: Config, limitMs: number): Promise<Opened> {
  const file = databaseName(config);
  if (!existsSync(file)) throw new DatabaseUnusable(`database ${file} does not exist`);
  const database = await new Promise<sqlite3.Database>((resolve, reject) => {
    const opening: sqlite3.Database = new sqlite3.Database(file, sqlite3.OPEN_READONLY, (error) => {
      if (error === null) resolve(opening);
      else reject(error);
    });
  });
  database.configure('busyTimeout', limitMs);
  const close = (): Promise<void> =>
    new Promise((resolve, reject) => {
      database.close((error) => {
        if (error === null) resolve();
        else reject(error);
      });
    });
  return { connection: interruptedConnection(database, limitMs), close };
}

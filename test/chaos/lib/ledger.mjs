import mysql from 'mysql2/promise';
import pg from 'pg';
import sqlite3 from 'sqlite3';

const TABLES = {
  volumes: 'SELECT id, name, status, attach_status, multiattach, export_details, backend FROM volumes',
  attachments: 'SELECT id, volume_id, instance_uuid, attach_status, connector FROM attachments',
  legacyConnections: 'SELECT id, volume_id, connector FROM legacy_connections',
  operations: 'SELECT id, kind, volume_id FROM operations',
};

/** Reads the database directly, bypassing the server. */
export class Ledger {
  #url;

  constructor(url) {
    this.#url = url;
  }

  /** @returns a consistent snapshot of volumes, attachments, connections without an attachment, and journal entries. */
  async read() {
    const select = await this.#open();
    try {
      const [volumes, attachments, legacyConnections, operations] = await select(Object.values(TABLES));
      return {
        volumes: volumes.map((row) => ({ ...row, multiattach: Boolean(Number(row.multiattach)) })),
        attachments: attachments.map((row) => ({
          ...row,
          connector: row.connector === null ? null : JSON.parse(row.connector),
        })),
        legacyConnections: legacyConnections.map((row) => ({ ...row, connector: JSON.parse(row.connector) })),
        operations,
      };
    } finally {
      await select.close();
    }
  }

  /** All rows of history. */
  async history() {
    const select = await this.#open();
    try {
      const [rows] = await select([
        'SELECT attachment_id, seq, volume_id, project_id, kind FROM attachment_events',
      ]);
      return rows;
    } finally {
      await select.close();
    }
  }

  /** Counts the rows of a table; `table` may include conditions. */
  async count(table) {
    const select = await this.#open();
    try {
      const [[row]] = await select([`SELECT COUNT(*) AS found FROM ${table}`]);
      return Number(row.found);
    } finally {
      await select.close();
    }
  }

  async #open() {
    if (this.#url.startsWith('sqlite:')) return openSqlite(this.#url.slice('sqlite:'.length));
    return this.#url.startsWith('postgres') ? openPostgres(this.#url) : openMariadb(this.#url);
  }
}

/** Runs the queries in one transaction. */
async function inTransaction(begin, query, queries) {
  await query(begin);
  const results = [];
  for (const sql of queries) results.push(await query(sql));
  await query('COMMIT');
  return results;
}

/** Opens an SQLite file while the server writes it. Returns a function that runs queries in one transaction. */
export async function openSqlite(file) {
  const database = await new Promise((resolve, reject) => {
    const opened = new sqlite3.Database(file, sqlite3.OPEN_READWRITE, (error) =>
      error ? reject(error) : resolve(opened),
    );
  });
  database.configure('busyTimeout', 10_000);
  const query = (sql) =>
    new Promise((resolve, reject) => {
      database.all(sql, (error, rows) => (error ? reject(error) : resolve(rows)));
    });
  return Object.assign((queries) => inTransaction('BEGIN', query, queries), {
    close: () => new Promise((resolve) => database.close(resolve)),
  });
}

async function openPostgres(url) {
  const client = new pg.Client(url);
  await client.connect();
  const query = async (sql) => (await client.query(sql)).rows;
  return Object.assign((queries) => inTransaction('BEGIN ISOLATION LEVEL REPEATABLE READ', query, queries), {
    close: () => client.end(),
  });
}

async function openMariadb(url) {
  const connection = await mysql.createConnection(url.replace(/^mariadb:/, 'mysql:'));
  const query = async (sql) => (await connection.query(sql))[0];
  return Object.assign(
    (queries) => inTransaction('START TRANSACTION WITH CONSISTENT SNAPSHOT', query, queries),
    { close: () => connection.end() },
  );
}

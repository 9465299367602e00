import mysql from 'mysql2/promise';
import pg from 'pg';

/** Another client's session on a test database, on PostgreSQL or MariaDB. */
export interface OtherSession {
  run(sql: string): Promise<unknown>;
  end(): Promise<void>;
}

export async function otherSession(url: string): Promise<OtherSession> {
  if (url.startsWith('postgres')) {
    const client = new pg.Client(url);
    await client.connect();
    return { run: (sql) => client.query(sql), end: () => client.end() };
  }
  const connection = await mysql.createConnection(url.replace(/^mariadb:/, 'mysql:'));
  return { run: (sql) => connection.query(sql), end: () => connection.end() };
}

/** Ends every other session on a test database, as an operator or a failover would. */
export async function endOtherSessions(url: string): Promise<void> {
  const session = await otherSession(url);
  try {
    if (url.startsWith('postgres')) {
      await session.run(
        'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
      );
      return;
    }
    const [rows] = (await session.run(
      'SELECT id FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()',
    )) as [{ id: number }[]];
    for (const { id } of rows) await session.run(`KILL ${id}`);
  } finally {
    await session.end();
  }
}

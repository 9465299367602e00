/**
 * npm run test:databases: runs the suites that use a database on PostgreSQL and MariaDB. POSTGRES_URL and MARIADB_URL
 * name the servers, by default the local ones. Databases are created for the tests and dropped afterwards, except those
 * with connected clients: another run may be active. Arguments select other suites.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import mysql from 'mysql2/promise';
import pg from 'pg';

const root = fileURLToPath(new URL('..', import.meta.url));

const named = process.argv.slice(2);
/** What runs together. */
const SUITES = named.length > 0 ? [named] : [['test/integration'], ['test/e2e']];
/** Suites about requests, configuration, drivers and documents. What they ask of a database, other suites ask too. */
const SAME_ON_ALL = [
  ...['absent', 'client', 'command-line', 'compute-check', 'dead-backend', 'dev-command'],
  ...['driver-faults', 'extension-notices', 'fairness', 'filters-by-version', 'notifications', 'readme'],
  ...['report', 'robustness', 'tenants', 'traces', 'unusable-drivers', 'backend-change'],
  ...[
    'foreign-pages',
    'forged-connectors',
    'http-limits',
    'keystone',
    'logs',
    'microversions',
    'policy-file',
  ],
  ...['public-endpoint', 'response-validation', 'routes', 'service-token', 'start', 'statements'],
  ...['audit-dependencies', 'backend-command', 'bad-connectors', 'driver-contract', 'openapi-rules'],
  ...['document-references', 'documents', 'driver-examples'],
  ...['keystone-client', 'kubernetes-manifests', 'own-token', 'prepare', 'shared-storage', 'sudoers'],
].map((name) => `/${name}\\.spec\\.ts$`);
const MADE_BY_TESTS = /^clinker_test_[0-9a-f]{12}$/;

const servers = {
  PostgreSQL: process.env.POSTGRES_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres',
  MariaDB: process.env.MARIADB_URL ?? 'mariadb://root@127.0.0.1:3306/mysql',
};

async function dropOnPostgres(url) {
  const client = new pg.Client(url);
  await client.connect();
  const { rows } = await client.query(
    'SELECT datname AS name FROM pg_database WHERE datname NOT IN (SELECT datname FROM pg_stat_activity WHERE datname IS NOT NULL)',
  );
  for (const { name } of rows.filter((row) => MADE_BY_TESTS.test(row.name))) {
    await client.query(`DROP DATABASE ${name}`);
  }
  await client.end();
}

async function dropOnMariadb(url) {
  const connection = await mysql.createConnection(url.replace(/^mariadb:/, 'mysql:'));
  const [rows] = await connection.query(
    'SELECT schema_name AS name FROM information_schema.schemata WHERE schema_name NOT IN (SELECT db FROM information_schema.processlist WHERE db IS NOT NULL)',
  );
  for (const { name } of rows.filter((row) => MADE_BY_TESTS.test(row.name))) {
    await connection.query(`DROP DATABASE ${name}`);
  }
  await connection.end();
}

const leftOut = named.length > 0 ? [] : ['--testPathIgnorePatterns', ...SAME_ON_ALL];

let failed = false;
for (const [name, url] of Object.entries(servers)) {
  console.log(`\n== on ${name}`);
  // Migrations ask MariaDB for foreign keys, and it looks into every database that the tests have made by then.
  for (const suites of SUITES) {
    const { status } = spawnSync(process.execPath, ['node_modules/jest/bin/jest.js', ...suites, ...leftOut], {
      cwd: root,
      env: { ...process.env, TEST_DATABASE: url },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    failed ||= status !== 0;
    await (name === 'PostgreSQL' ? dropOnPostgres(url) : dropOnMariadb(url));
  }
}
process.exitCode = failed ? 1 : 0;

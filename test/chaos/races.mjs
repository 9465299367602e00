/** The races of test/e2e/linearizable.spec.ts, many rounds of each, on every database. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const SUITE = 'test/e2e/linearizable.spec.ts';

const JEST = ['node_modules/jest/bin/jest.js', SUITE];

async function run(argv, rounds) {
  const child = spawn(process.execPath, argv, {
    cwd: root,
    env: { ...process.env, CHAOS_ROUNDS: String(rounds) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text));
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(output);
  return (output.match(/✓/g) ?? []).length;
}

/**
 * Runs `rounds` rounds of each race on SQLite, then on PostgreSQL and MariaDB, which must be running.
 * @returns the counts of the run.
 */
export async function races({ rounds }) {
  const onSqlite = await run(JEST, rounds);
  const onServers = await run(['scripts/test-databases.mjs', SUITE], rounds);
  return { roundsOfEach: rounds, racesOnSqlite: onSqlite, racesOnPostgresqlAndMariadb: onServers };
}

import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { DevSession } from './dev-session.js';

let folder: string;
let said: string[];
let session: DevSession;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clinker-dev-'));
  said = [];
  await writeFile(
    join(folder, 'package.json'),
    JSON.stringify({ scripts: { build: 'exec node build.mjs' } }),
  );
  // It lasts until it is ended.
  const build = `import { renameSync, writeFileSync } from 'node:fs';
writeFileSync('pid.new', String(process.pid));
renameSync('pid.new', 'pid');
setInterval(() => undefined, 1000);
`;
  await writeFile(join(folder, 'build.mjs'), build);
  session = new DevSession({ folder, environment: process.env, say: (text) => said.push(text) });
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

it('a session that ends during a build ends the build, and starts no server', async () => {
  session.restart('begin');
  while (!existsSync(join(folder, 'pid'))) await sleep(20);
  expect(session.plan({ kind: 'fail', call: null })).toBe('not planned: the server has not started yet');
  const pid = Number(await readFile(join(folder, 'pid'), 'utf8'));
  await session.end();
  while (isRunning(pid)) await sleep(20);
  expect(said).toEqual(['npm run build']);
  expect(session.plan({ kind: 'fail', call: null })).toContain('no server is running');
});

it('a session goes on after a start that was not possible', async () => {
  await writeFile(join(folder, 'package.json'), '{');
  session.restart('begin');
  while (said.length < 1) await sleep(20);
  expect(said[0]).toMatch(/^not started: .*JSON/);
  session.restart('asked');
  while (said.length < 2) await sleep(20);
  await session.end();
});

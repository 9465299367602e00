import { spawn, execFile } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, chmod, chown, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { freePort } from './brokers.mjs';

const run = promisify(execFile);

const PROGRAMS = '/usr/lib/postgresql';
const START_MS = 60_000;

/**
 * Starts a PostgreSQL of Debian's package for this process alone, in a folder of its own. It does not wait for the disk. It
 * refuses to run as root, and then runs as `postgres`.
 * @returns its URL, the process's id, and how to end it.
 */
export async function privatePostgres({ parent = tmpdir(), address = '127.0.0.1', options = [] } = {}) {
  const [newest] = (await readdir(PROGRAMS)).sort((one, other) => Number(other) - Number(one));
  const programs = join(PROGRAMS, newest, 'bin');
  const folder = await mkdtemp(join(parent, 'clinker-postgres-'));
  const identity = process.getuid() === 0 ? await identityOf('postgres') : {};
  if (identity.uid !== undefined) {
    await chown(folder, identity.uid, identity.gid);
    await chmod(folder, 0o700);
  }
  const initial = ['-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync'];
  await run(join(programs, 'initdb'), ['-D', folder, ...initial], { ...identity, cwd: folder });
  await appendFile(join(folder, 'pg_hba.conf'), 'host all all samenet trust\n');
  const port = await freePort();
  const settings = [`listen_addresses=${address}`, 'fsync=off', 'max_connections=300', ...options].flatMap(
    (text) => ['-c', text],
  );
  const child = spawn(
    join(programs, 'postgres'),
    ['-D', folder, '-p', String(port), '-k', folder, ...settings],
    {
      ...identity,
      cwd: folder,
      stdio: 'ignore',
    },
  );
  const ended = once(child, 'exit');
  const stop = async () => {
    // SIGINT ends its sessions, where SIGTERM would wait for them.
    child.kill('SIGINT');
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  const url = `postgres://postgres@${address}:${port}/postgres`;
  try {
    await untilReady(url, child);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, pid: child.pid, stop };
}

async function identityOf(user) {
  const id = async (flag) => Number((await run('id', [flag, user])).stdout);
  return { uid: await id('-u'), gid: await id('-g') };
}

async function untilReady(url, child) {
  for (const end = Date.now() + START_MS; ; await sleep(50)) {
    if (child.exitCode !== null) throw new Error(`PostgreSQL ended with ${child.exitCode}`);
    const client = new pg.Client(url);
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.end();
      return;
    } catch (error) {
      if (Date.now() > end) throw error;
    }
  }
}

import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, chmod, chown, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { freePort } from './free-port.mjs';

const run = promisify(execFile);

const VERSIONS = '/usr/lib/postgresql';
const START_MS = 60_000;

/** Starts a {@link PrivatePostgres}. */
export async function privatePostgres(options) {
  const postgres = await PrivatePostgres.create(options);
  try {
    await postgres.start();
  } catch (error) {
    await postgres.stop();
    throw error;
  }
  return postgres;
}

/**
 * A PostgreSQL of Debian's package for this process alone, in a folder of its own, which can be killed and started again. It
 * does not wait for the disk. It refuses to run as root, and then runs as `postgres`.
 */
export class PrivatePostgres {
  #programs;
  #folder;
  #identity = {};
  #settings;
  #server = null;
  /** For a user who may do everything. */
  url;

  /** Makes its data. */
  static async create({ parent = tmpdir(), address = '127.0.0.1', options = [] } = {}) {
    const postgres = new PrivatePostgres();
    const [newest] = (await readdir(VERSIONS)).sort((one, other) => Number(other) - Number(one));
    postgres.#programs = join(VERSIONS, newest, 'bin');
    postgres.#folder = await mkdtemp(join(parent, 'clinker-postgres-'));
    await postgres.#initialise(address, options);
    return postgres;
  }

  async #initialise(address, options) {
    const folder = this.#folder;
    if (process.getuid() === 0) {
      this.#identity = await identityOf('postgres');
      await chown(folder, this.#identity.uid, this.#identity.gid);
      await chmod(folder, 0o700);
    }
    const initial = ['-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync'];
    await run(join(this.#programs, 'initdb'), ['-D', folder, ...initial], this.#inFolder());
    await appendFile(join(folder, 'pg_hba.conf'), 'host all all samenet trust\n');
    const port = await freePort();
    const settings = [`listen_addresses=${address}`, 'fsync=off', 'max_connections=300', ...options];
    this.#settings = [
      '-D',
      folder,
      '-p',
      String(port),
      '-k',
      folder,
      ...settings.flatMap((text) => ['-c', text]),
    ];
    this.url = `postgres://postgres@${address}:${port}/postgres`;
  }

  #inFolder() {
    return { ...this.#identity, cwd: this.#folder };
  }

  get pid() {
    return this.#server?.pid;
  }

  async start() {
    const server = spawn(join(this.#programs, 'postgres'), this.#settings, {
      ...this.#inFolder(),
      stdio: 'ignore',
    });
    this.#server = server;
    for (const end = Date.now() + START_MS; ; await sleep(50)) {
      if (server.exitCode !== null) throw new Error(`PostgreSQL ended with ${server.exitCode}`);
      try {
        await connectedOnce(this.url);
        return;
      } catch (error) {
        if (Date.now() > end) throw error;
      }
    }
  }

  /** Ends it in its immediate mode, as in a crash: connections break, and what was not committed is lost. */
  async kill() {
    const server = this.#server;
    this.#server = null;
    if (server === null || server.exitCode !== null) return;
    const ended = once(server, 'exit');
    server.kill('SIGQUIT');
    await ended;
  }

  /** Ends it for good, with its data. */
  async stop() {
    await this.kill();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

async function identityOf(user) {
  const id = async (flag) => Number((await run('id', [flag, user])).stdout);
  return { uid: await id('-u'), gid: await id('-g') };
}

async function connectedOnce(url) {
  const client = new pg.Client(url);
  client.on('error', () => undefined);
  await client.connect();
  await client.end();
}

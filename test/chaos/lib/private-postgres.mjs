/** A PostgreSQL of Debian's package with data of its own, which can be killed and started again. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../support/brokers.mjs';
import { execute } from './databases.mjs';

const VERSIONS = '/usr/lib/postgresql';
const READY_MS = 60_000;

export class PrivatePostgres {
  #folder;
  #port;
  #programs;
  #server = null;

  static async create() {
    const postgres = new PrivatePostgres();
    await postgres.#initialise();
    return postgres;
  }

  get url() {
    return `postgres://postgres@127.0.0.1:${this.#port}/postgres`;
  }

  async #initialise() {
    const version = (await readdir(VERSIONS)).sort((one, other) => Number(one) - Number(other)).at(-1);
    this.#programs = join(VERSIONS, version, 'bin');
    this.#port = await freePort();
    this.#folder = await mkdtemp(join(tmpdir(), 'clinker-postgres-'));
    if (process.getuid() === 0) {
      const owner = ['-u', '-g'].map((kind) =>
        Number(execFileSync('id', [kind, 'postgres'], { encoding: 'utf8' })),
      );
      await chown(this.#folder, ...owner);
    }
    const options = ['-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync'];
    const [command, ...args] = this.#command('initdb', '-D', join(this.#folder, 'data'), ...options);
    execFileSync(command, args, { cwd: '/', stdio: 'ignore' });
  }

  /** PostgreSQL refuses to run as root. */
  #command(program, ...args) {
    const user = ['setpriv', '--reuid=postgres', '--regid=postgres', '--init-groups'];
    return [...(process.getuid() === 0 ? user : []), join(this.#programs, program), ...args];
  }

  async start() {
    const settings = ['listen_addresses=127.0.0.1', 'fsync=off', 'max_connections=200'];
    const [command, ...args] = this.#command(
      ...['postgres', '-D', join(this.#folder, 'data'), '-p', String(this.#port), '-k', this.#folder],
      ...settings.flatMap((setting) => ['-c', setting]),
    );
    this.#server = spawn(command, args, { cwd: '/', stdio: 'ignore' });
    for (const endAt = Date.now() + READY_MS; ; await sleep(50)) {
      try {
        await execute(this.url, 'SELECT 1');
        return;
      } catch (error) {
        if (this.#server.exitCode !== null || Date.now() > endAt) throw error;
      }
    }
  }

  /** Ends it in its immediate mode, as in a crash: connections break, and what was not committed is lost. */
  async kill() {
    if (this.#server === null) return;
    const server = this.#server;
    this.#server = null;
    const ended = once(server, 'exit');
    server.kill('SIGQUIT');
    await ended;
  }

  async remove() {
    await this.kill();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { FILE_VARIABLE } from '../../platform/config/sources.js';
import type { PlannedFault } from './fault-plan.js';
import type { FromServer, ToServer } from './messages.js';
import { WatchedFolder } from './watched-folder.js';

/** Longest time that a server or a build gets to end; the journal covers what a server leaves. */
const ENDS_WITHIN_MS = 3_000;

export interface SessionOptions {
  /** The driver package's folder, in which the server runs. */
  readonly folder: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly say: (text: string) => void;
}

/**
 * A server with the author's driver, started again whenever the package changes. Its database and the driver's state stay.
 */
export class DevSession {
  private readonly watched: WatchedFolder;
  private server: ChildProcess | null = null;
  private builder: ChildProcess | null = null;
  /** True while a server that was told to die is about to. */
  private dies = false;
  private isOver = false;
  /** Builds and starts happen one after the other. */
  private lastStart: Promise<void> = Promise.resolve();
  private startsWaiting = 0;

  constructor(private readonly options: SessionOptions) {
    const { folder, environment } = options;
    const { scripts, files = [] } = manifestOf(folder);
    this.watched = new WatchedFolder(folder, {
      // What the build writes is no change by the author.
      ignored: scripts?.build === undefined ? [] : ['dist', 'build', 'lib'],
      named: [...files.map(plainName), relative(folder, resolve(folder, environment[FILE_VARIABLE] ?? ''))],
      onChange: () => this.restart('changed'),
    });
  }

  /** Builds the package and starts the server, or starts it again. */
  restart(why: 'begin' | 'changed' | 'asked' | 'died'): void {
    // One more start is enough for any number of changes.
    if (this.startsWaiting > 0) return;
    this.startsWaiting += 1;
    this.lastStart = this.lastStart
      .then(async () => {
        this.startsWaiting -= 1;
        if (this.isOver) return;
        if (why === 'changed') this.options.say('the package has changed');
        if (why !== 'died' && !(await this.build())) return;
        await this.stopServer();
        this.startServer();
      })
      .catch((error: unknown) => this.options.say(`not started: ${(error as Error).message}`));
  }

  /** Plans a fault. @returns what is to be told of it. */
  plan(fault: PlannedFault): string {
    if (this.server === null) {
      const isStarting = this.startsWaiting > 0 || this.builder !== null;
      return isStarting
        ? 'not planned: the server has not started yet'
        : 'no server is running: correct the package first';
    }
    // If it has just ended, it is told of where it ends.
    this.server.send({ fault } satisfies ToServer, () => undefined);
    const call = fault.call ?? 'call that changes something';
    return `planned: the next ${call} ${{ fail: 'fails', hang: 'hangs', die: 'succeeds, and the server dies' }[fault.kind]}`;
  }

  async end(): Promise<void> {
    this.isOver = true;
    this.watched.close();
    if (this.builder !== null) await endProcess(this.builder);
    await this.lastStart;
    await this.stopServer();
  }

  /** Returns false if the build failed; the server that runs goes on. */
  private async build(): Promise<boolean> {
    const { folder, say } = this.options;
    if (manifestOf(folder).scripts?.build === undefined) return true;
    say('npm run build');
    const build = spawn('npm', ['run', '--silent', 'build'], { cwd: folder, stdio: ['ignore', 1, 2] });
    this.builder = build;
    const [status] = (await once(build, 'close').finally(() => {
      this.builder = null;
    })) as [number | null];
    if (status === 0) return true;
    if (this.isOver) return false;
    say(`the build failed${this.server === null ? '' : '; the server goes on with the driver as it was'}`);
    return false;
  }

  private startServer(): void {
    // The session may have ended during the build.
    if (this.isOver) return;
    const { folder, environment } = this.options;
    const server = fork(process.argv[1] ?? '', ['dev', 'server'], {
      cwd: folder,
      env: environment,
      // The terminal's keys are for the session.
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.server = server;
    server.on('message', (message: FromServer) => this.hear(message));
    server.once('exit', (status, signal) => {
      if (this.server !== server) return;
      this.server = null;
      if (this.isOver) return;
      if (signal !== 'SIGKILL')
        this.options.say(`the server ended (${signal ?? `status ${String(status)}`})`);
      if (this.dies) this.restart('died');
      else this.options.say('correct the package and save it, or press r, to start it again');
      this.dies = false;
    });
  }

  private hear(message: FromServer): void {
    const { say } = this.options;
    if ('dies' in message) {
      say('the server dies after success, and starts again');
      this.dies = true;
    } else if ('notStarted' in message) {
      say(message.notStarted);
    } else {
      say(`serving ${message.serving}/v3/ with the page ${message.serving}/docs`);
    }
  }

  private async stopServer(): Promise<void> {
    const { server } = this;
    this.server = null;
    if (server !== null) await endProcess(server);
  }
}

/** Ends a process that runs, after a while by force. */
async function endProcess(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), ENDS_WITHIN_MS);
  await ended;
  clearTimeout(timer);
}

interface Manifest {
  readonly scripts?: Readonly<Record<string, string>>;
  readonly files?: readonly string[];
}

function manifestOf(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
}

/** A name in `files` of package.json, which may be written as `./name` or `name/`. */
function plainName(name: string): string {
  return name.replace(/^\.\//, '').replace(/\/$/, '');
}

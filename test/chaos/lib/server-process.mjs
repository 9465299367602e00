import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { removeClockOf } from './host-clock.mjs';

const MAIN = new URL('../../../dist/main.js', import.meta.url);
const { scripts } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));

/** Node.js options of `npm start`. */
const START_FLAGS = scripts.start.split(' ').filter((word) => word.startsWith('--'));

const START_TIMEOUT_MS = 120_000;
/** Characters of a failed start's reason to show: CI does not keep its log file. */
const LAST_WORDS = 3000;

/** The built server in a separate process that can be killed. */
export class ServerProcess {
  static #running = new Set();
  #child;
  #listening;
  #isWithin;
  hasEnded = false;
  /** Resolves when the process has ended. */
  ended;

  /**
   * @param preload module loaded before the server that exchanges messages with the test; or null.
   * @param program module that serves.
   * @param namespace the network namespace that it runs in; null for this process's own.
   * @param within command that runs the server as its only child, for instance in a namespace.
   * @param onLine gets each line of its log; the file has no request lines.
   */
  constructor(
    settings,
    { logFile, preload = null, program = MAIN, namespace = null, within = [], onLine = () => undefined },
  ) {
    const inherited = Object.entries(process.env).filter(
      ([name]) => !/^(CLINKER_|DATABASE_URL$|LOG_LEVEL$|HOST$|PORT$)/.test(name),
    );
    const [command, ...args] = [
      ...(namespace === null ? [] : ['ip', 'netns', 'exec', namespace]),
      ...within,
      process.execPath,
      ...(preload === null ? [] : ['--import', preload.href]),
      ...START_FLAGS,
      fileURLToPath(program),
    ];
    this.#isWithin = within.length > 0;
    this.#child = spawn(command, args, {
      env: {
        ...Object.fromEntries(inherited),
        HOST: '127.0.0.1',
        PORT: '0',
        LOG_LEVEL: 'info',
        NODE_ENV: 'production',
        ...settings,
      },
      stdio: ['ignore', 'pipe', 'pipe', ...(preload === null ? [] : ['ipc'])],
    });
    const log = createWriteStream(logFile, { flags: 'a' });
    let lastWords = '';
    this.#child.stderr.pipe(log, { end: false });
    this.#child.stderr.setEncoding('utf8').on('data', (text) => {
      lastWords = `${lastWords}${text}`.slice(-LAST_WORDS);
    });
    ServerProcess.#running.add(this);
    this.ended = once(this.#child, 'exit').then(([code, signal]) => {
      this.hasEnded = true;
      ServerProcess.#running.delete(this);
      removeClockOf(this.#child.pid);
      return { code, signal };
    });
    this.#listening = new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('the server does not start')), START_TIMEOUT_MS);
      createInterface({ input: this.#child.stdout }).on('line', (line) => {
        onLine(line);
        // Request lines would be the larger part of a long storm's data.
        if (!line.startsWith('{"level":"info"')) log.write(`${line}\n`);
        const api = /"api":"([^"]+)"/.exec(line)?.[1];
        if (api === undefined) return;
        clearTimeout(timer);
        resolve(new URL(api).origin);
      });
      // Its last output arrives after its exit.
      this.#child.once('close', (code, signal) => {
        clearTimeout(timer);
        log.end();
        const ended = `the server exited with ${code ?? signal} before it listened`;
        reject(new Error(`${ended}: see ${logFile}, which ends in\n${lastWords}`));
      });
    });
    // Nobody awaits the address of a server that is killed before it listens.
    this.#listening.catch(() => undefined);
  }

  /** Kills remaining servers of a part that failed midway. */
  static async killAll() {
    await Promise.all([...ServerProcess.#running].map((server) => server.kill()));
  }

  get pid() {
    const { pid } = this.#child;
    if (!this.#isWithin || this.hasEnded) return pid;
    const [server = pid] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
      .trim()
      .split(' ')
      .map(Number);
    return server === 0 ? pid : server;
  }

  /** Resolves to the server's address once it listens. */
  get address() {
    return this.#listening;
  }

  async kill(signal = 'SIGKILL') {
    this.signal(signal);
    return this.ended;
  }

  /** Stops or continues the process. */
  signal(signal) {
    if (this.#isWithin && !this.hasEnded) process.kill(this.pid, signal);
    else this.#child.kill(signal);
  }

  /** Sends the preloaded module a message; returns its answer, or null if the process has died. */
  async ask(message) {
    const answer = once(this.#child, 'message').then(([answered]) => answered);
    this.#child.send(message, () => undefined);
    return Promise.race([answer, this.ended.then(() => null)]);
  }
}

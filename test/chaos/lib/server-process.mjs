import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../../dist/main.js', import.meta.url));
const START_TIMEOUT_MS = 120_000;
/** Characters of a failed start's reason: its file is not kept where CI runs. */
const LAST_WORDS = 3000;

/** The built server in a process of its own, which can be killed. */
export class ServerProcess {
  static #running = new Set();
  #child;
  #listening;
  hasEnded = false;
  /** Resolves when the process has ended. */
  ended;

  /** @param preload a module that is loaded before the server, with which the test can talk; or null. */
  constructor(settings, { logFile, preload = null }) {
    const inherited = Object.entries(process.env).filter(
      ([name]) => !/^(CLINKER_|DATABASE_URL$|LOG_LEVEL$|HOST$|PORT$)/.test(name),
    );
    this.#child = spawn(
      process.execPath,
      [...(preload === null ? [] : ['--import', preload.href]), '--max-semi-space-size=16', main],
      {
        env: {
          ...Object.fromEntries(inherited),
          HOST: '127.0.0.1',
          PORT: '0',
          LOG_LEVEL: 'info',
          NODE_ENV: 'production',
          ...settings,
        },
        stdio: ['ignore', 'pipe', 'pipe', ...(preload === null ? [] : ['ipc'])],
      },
    );
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
      return { code, signal };
    });
    this.#listening = new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('the server does not start')), START_TIMEOUT_MS);
      createInterface({ input: this.#child.stdout }).on('line', (line) => {
        // One line a request would be the greater part of a long storm's data.
        if (!line.startsWith('{"level":"info"')) log.write(`${line}\n`);
        const api = /"api":"([^"]+)"/.exec(line)?.[1];
        if (api === undefined) return;
        clearTimeout(timer);
        resolve(new URL(api).origin);
      });
      // Its last words come after its end.
      this.#child.once('close', (code, signal) => {
        clearTimeout(timer);
        log.end();
        const ended = `the server ended with ${code ?? signal} before it listened`;
        reject(new Error(`${ended}: see ${logFile}, which ends with\n${lastWords}`));
      });
    });
    // Who kills a server before it listens does not wait for its address.
    this.#listening.catch(() => undefined);
  }

  /** Kills what still runs: the servers of a part that failed half-way. */
  static async killAll() {
    await Promise.all([...ServerProcess.#running].map((server) => server.kill()));
  }

  /** Its address, once it listens. */
  get address() {
    return this.#listening;
  }

  async kill(signal = 'SIGKILL') {
    this.#child.kill(signal);
    return this.ended;
  }

  /** Stops the process, or lets it go on. */
  signal(signal) {
    this.#child.kill(signal);
  }

  /** Sends the preloaded module a message; gives back its answer, or null when the process has died. */
  async ask(message) {
    const answer = once(this.#child, 'message').then(([answered]) => answered);
    this.#child.send(message, () => undefined);
    return Promise.race([answer, this.ended.then(() => null)]);
  }
}

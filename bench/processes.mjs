import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Connection } from './connection.mjs';
import { headersOf } from './operations.mjs';

const START_TIMEOUT_MS = 180_000;
const STOP_TIMEOUT_MS = 60_000;

/** Longest time for a job's items, or beyond its seconds. */
const JOB_LIMIT_S = 600;

const { scripts } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

/** Node's options in `npm start`. */
const NODE_OPTIONS = scripts.start.split(' ').filter((word) => word.startsWith('--'));

const sibling = (name) => fileURLToPath(new URL(name, import.meta.url));

/** A server on loopback under load, started by the benchmark. */
class Server {
  constructor(process, port) {
    this.process = process;
    this.port = port;
  }

  /** Returns where a project's requests go, and their headers. */
  target(project) {
    return { host: '127.0.0.1', port: this.port, base: `/v3/${project}`, headers: headersOf(project) };
  }

  cpuSeconds() {
    return cpuSeconds(this.process.pid);
  }

  /** Returns memory in MiB: `VmRSS` is the current use, `VmHWM` the peak. */
  memoryMib(field) {
    const kib = new RegExp(`${field}:\\s+(\\d+) kB`).exec(procFile(this.process.pid, 'status'))?.[1];
    return kib === undefined ? null : Number(kib) / 1024;
  }

  /** Returns the number of open file descriptors, sockets included. */
  openFiles() {
    return readdirSync(`/proc/${this.process.pid}/fd`).length;
  }

  async stop() {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const exit = once(this.process, 'exit');
    this.process.kill('SIGTERM');
    const killer = setTimeout(() => this.process.kill('SIGKILL'), STOP_TIMEOUT_MS);
    await exit;
    clearTimeout(killer);
  }
}

/** Returns the CPU seconds of a process so far, or null if unknown. A tick is 10 ms. */
export function cpuSeconds(pid) {
  const fields = /^.*\) (.*)$/s.exec(procFile(pid, 'stat'))?.[1].split(' ');
  return fields === undefined ? null : (Number(fields[11]) + Number(fields[12])) / 100;
}

/** Returns the CPU seconds of those children of a process that have ended, and that it has waited for. */
export function endedChildrenCpuSeconds(pid) {
  const fields = /^.*\) (.*)$/s.exec(procFile(pid, 'stat'))?.[1].split(' ');
  return fields === undefined ? 0 : (Number(fields[13]) + Number(fields[14])) / 100;
}

/** Returns a file of a process in /proc, or nothing if the process has ended. */
export function procFile(pid, name) {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return '';
  }
}

/** Starts the baseline server that replays the recorded answers: `http` or `express`. */
export async function startBaseline(kind, answers) {
  const child = fork(sibling('baseline.mjs'), [kind]);
  child.send(answers);
  const [{ port }] = await once(child, 'message');
  return new Server(child, port);
}

/**
 * Starts Clinker on a data folder, with further settings if given; returns the server, and the time and CPU time until its
 * health check first succeeds. A volume node has another one.
 */
export async function startClinker(main, folder, settings = {}, health = '/healthcheck') {
  const port = await freePort();
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(CLINKER_|DATABASE_URL$|LOG_LEVEL$)/.test(name),
  );
  const startedAt = performance.now();
  const child = spawn(process.execPath, [...NODE_OPTIONS, main], {
    cwd: folder,
    env: {
      ...Object.fromEntries(inherited),
      HOST: '127.0.0.1',
      PORT: String(port),
      CLINKER_DATA_FOLDER: join(folder, 'data'),
      NODE_ENV: 'production',
      ...settings,
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const server = new Server(child, port);
  while (!(await isHealthy(server, health))) {
    if (child.exitCode !== null) throw new Error(`Clinker ended with exit code ${child.exitCode}`);
    if (performance.now() - startedAt > START_TIMEOUT_MS) throw new Error('Clinker does not answer');
    await sleep(5);
  }
  return { server, startMs: performance.now() - startedAt, startCpuMs: server.cpuSeconds() * 1000 };
}

async function isHealthy(server, health) {
  const connection = await Connection.open(server.target('start')).catch(() => null);
  if (connection === null) return false;
  const { status } = await connection.send('GET', health);
  connection.close();
  return status === 200;
}

/** Finds a free port. Clinker prints its own to standard output, which is discarded here. */
async function freePort() {
  const probe = net.createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  await once(probe, 'close');
  return port;
}

/** The process that sends the requests. */
export class LoadGenerator {
  #child = fork(sibling('load.mjs'));

  /**
   * Runs a job against a server; adds the server's CPU time per request in milliseconds. `onWindow` receives the figures of
   * each window. @throws when a request fails, unless `toleratesErrors`.
   */
  async run(server, { project, ...job }, { onWindow = () => {}, toleratesErrors = false } = {}) {
    if (!this.#child.connected) throw new Error('the load generator has ended');
    const before = server.cpuSeconds();
    this.#child.send({ ...job, target: server.target(project) });
    const figures = await this.#figures(((job.seconds ?? 0) + JOB_LIMIT_S) * 1000, onWindow);
    if (figures.failed > 0 && !toleratesErrors)
      throw new Error(`${job.operation}: ${figures.failed} failed: ${figures.errors.join('; ')}`);
    const cpu =
      before === null || figures.requests === 0
        ? null
        : ((server.cpuSeconds() - before) * 1000) / figures.requests;
    return { ...figures, cpu };
  }

  #figures(limitMs, onWindow) {
    const child = this.#child;
    return new Promise((resolve, reject) => {
      const end = (settle, value) => {
        clearTimeout(timer);
        child.off('message', take).off('exit', fail);
        settle(value);
      };
      const take = ({ window, figures, error }) => {
        if (window !== undefined) onWindow(window);
        else if (error !== undefined) end(reject, new Error(error));
        else end(resolve, figures);
      };
      const fail = () => end(reject, new Error('the load generator ended'));
      const timer = setTimeout(
        () => end(reject, new Error(`a job takes more than ${limitMs / 1000} s`)),
        limitMs,
      );
      child.on('message', take).on('exit', fail);
    });
  }

  stop() {
    if (this.#child.connected) this.#child.disconnect();
  }
}

import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Connection } from './connection.mjs';
import { headersOf } from './operations.mjs';

const START_TIMEOUT_MS = 60_000;

const { scripts } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

/** Node's options in `npm start`. */
const NODE_OPTIONS = scripts.start.split(' ').filter((word) => word.startsWith('--'));

const sibling = (name) => fileURLToPath(new URL(name, import.meta.url));

/** A server under load. */
class Server {
  constructor(process, port) {
    this.process = process;
    this.port = port;
  }

  /** Returns the CPU seconds used so far, or null if unknown. A tick is 10 ms. */
  cpuSeconds() {
    const [, after] = /^.*\) (.*)$/s.exec(procFile(this.process.pid, 'stat')) ?? [];
    if (after === undefined) return null;
    const fields = after.split(' ');
    return (Number(fields[11]) + Number(fields[12])) / 100;
  }

  /** Returns memory in MiB: `VmRSS` is the current use, `VmHWM` the peak. */
  memoryMib(field) {
    const kib = new RegExp(`${field}:\\s+(\\d+) kB`).exec(procFile(this.process.pid, 'status'))?.[1];
    return kib === undefined ? null : Number(kib) / 1024;
  }

  async stop() {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    this.process.kill('SIGTERM');
    await once(this.process, 'exit');
  }
}

function procFile(pid, name) {
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

/** Starts Clinker on a data folder; returns the server and the time until its first answer. */
export async function startClinker(main, folder) {
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
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const server = new Server(child, port);
  while (!(await answers(port))) {
    if (child.exitCode !== null) throw new Error(`Clinker ended with exit code ${child.exitCode}`);
    if (performance.now() - startedAt > START_TIMEOUT_MS) throw new Error('Clinker does not answer');
    await sleep(5);
  }
  return { server, startMs: performance.now() - startedAt };
}

async function answers(port) {
  const connection = await Connection.open(port, headersOf('start')).catch(() => null);
  if (connection === null) return false;
  const { status } = await connection.send('GET', '/v3/start/attachments?limit=1');
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

  /** Runs a job against a server; adds the server's CPU time per request in microseconds. */
  async run(server, job) {
    const before = server.cpuSeconds();
    this.#child.send({ ...job, port: server.port });
    const [{ figures, error }] = await once(this.#child, 'message');
    if (error !== undefined) throw new Error(error);
    if (figures.failed > 0)
      throw new Error(`${job.operation}: ${figures.failed} failed: ${figures.errors.join('; ')}`);
    const cpu = before === null ? null : ((server.cpuSeconds() - before) * 1e6) / figures.requests;
    return { ...figures, cpu };
  }

  stop() {
    this.#child.disconnect();
  }
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './free-port.mjs';

/** A private broker on loopback, in a folder of its own. Restarted, it has forgotten everything. */
class Broker {
  #child = null;
  #folder = null;

  constructor(kind, port, program, tls) {
    this.kind = kind;
    this.port = port;
    this.program = program;
    this.tls = tls;
  }

  get url() {
    return this.tls === null ? this.program.url(this.port) : this.program.tlsUrl(this.tls.port);
  }

  async start() {
    this.#folder = await mkdtemp(join(tmpdir(), `clinker-${this.kind}-`));
    const { command, args, environment = {} } = await this.program.launch(this.port, this.#folder, this.tls);
    this.#child = spawn(command, args, {
      cwd: this.#folder,
      env: { PATH: process.env.PATH, HOME: this.#folder, ...environment },
      stdio: 'ignore',
      detached: true,
    });
    await this.program.untilReady(this, () => this.#child.exitCode);
    return this.url;
  }

  /** SIGSTOP and SIGCONT make it silent for a time: its connections stay open. */
  signal(name) {
    process.kill(-this.#child.pid, name);
  }

  async stop() {
    if (this.#child === null) return;
    const child = this.#child;
    this.#child = null;
    const ended = child.exitCode !== null || child.signalCode !== null ? null : once(child, 'exit');
    process.kill(-child.pid, 'SIGKILL');
    await ended;
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Password of the broker's user; tests look for it in logs. */
export const BROKER_PASSWORD = 'broker-secret-7';

const NATS = {
  url: (port) => `nats://clinker:${BROKER_PASSWORD}@127.0.0.1:${port}`,
  tlsUrl: (port) => `tls://clinker:${BROKER_PASSWORD}@localhost:${port}`,
  launch: async (port, _folder, tls) => ({
    command: 'nats-server',
    args: [
      '-a',
      '127.0.0.1',
      '-p',
      String(tls?.port ?? port),
      '--user',
      'clinker',
      '--pass',
      BROKER_PASSWORD,
    ].concat(tls === null ? [] : ['--tls', '--tlscert', tls.certificate, '--tlskey', tls.key]),
  }),
  untilReady: untilGreeted,
};

const RABBITMQ = {
  // The only user of a new broker.
  url: (port) => `amqp://guest:guest@127.0.0.1:${port}`,
  tlsUrl: (port) => `amqps://guest:guest@localhost:${port}`,
  launch: async (port, folder, tls) => {
    // The machine's own file may name another port.
    const settings = [`listeners.tcp.1 = 127.0.0.1:${port}`].concat(tls === null ? [] : tlsOfRabbitmq(tls));
    await writeFile(join(folder, 'rabbitmq.conf'), settings.join('\n') + '\n');
    const environment = {
      RABBITMQ_NODENAME: `clinker-${port}@localhost`,
      RABBITMQ_CONFIG_FILE: join(folder, 'rabbitmq.conf'),
      RABBITMQ_CONF_ENV_FILE: '/dev/null',
      RABBITMQ_DIST_PORT: String(await freePort()),
      RABBITMQ_MNESIA_BASE: join(folder, 'data'),
      RABBITMQ_LOG_BASE: join(folder, 'log'),
      RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, 'plugins'),
      RABBITMQ_PID_FILE: join(folder, 'pid'),
    };
    return { command: '/usr/lib/rabbitmq/bin/rabbitmq-server', args: [], environment };
  },
  untilReady: untilAnswered,
};

function tlsOfRabbitmq({ port, certificate, key }) {
  return [
    `listeners.ssl.1 = 127.0.0.1:${port}`,
    `ssl_options.cacertfile = ${certificate}`,
    `ssl_options.certfile = ${certificate}`,
    `ssl_options.keyfile = ${key}`,
    'ssl_options.verify = verify_none',
  ];
}

const READY_MS = 180_000;

/** A NATS server says who it is, before TLS too. */
async function untilGreeted({ port, tls }, ended) {
  await untilTold(tls?.port ?? port, ended, null);
}

/** RabbitMQ answers the header of its protocol. */
async function untilAnswered({ port }, ended) {
  await untilTold(port, ended, Buffer.from('AMQP\0\0\x09\x01', 'latin1'));
}

async function untilTold(port, ended, greeting) {
  for (const endAt = Date.now() + READY_MS; Date.now() < endAt;) {
    if (ended() !== null) throw new Error(`the broker ended with ${ended()}`);
    if (await isTelling(port, greeting)) return;
    await sleep(100);
  }
  throw new Error('the broker did not start');
}

async function isTelling(port, greeting) {
  const socket = net.connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    if (greeting !== null) socket.write(greeting);
    await once(socket, 'data', { signal: AbortSignal.timeout(1000) });
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/**
 * @param {'nats' | 'rabbitmq'} kind
 * @param certificate paths of a key and a certificate for `localhost`, for TLS ({@link selfSigned}).
 */
export async function broker(kind, certificate = null) {
  const tls = certificate === null ? null : { ...certificate, port: await freePort() };
  return new Broker(kind, await freePort(), kind === 'nats' ? NATS : RABBITMQ, tls);
}

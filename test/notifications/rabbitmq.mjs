/** A RabbitMQ of Debian's package, with ports and data of its own, that can be killed, stopped and started again. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { until } from '../dataplane/until.mjs';
import { selfSigned } from '../support/certificate.mjs';
import { freePort } from '../support/free-port.mjs';

/** Its start takes seconds, and minutes on a machine that is busy with everything else. */
const START_MS = 300_000;

const PROGRAM = '/usr/lib/rabbitmq/bin/rabbitmq-server';

export class RabbitMq {
  #folder;
  #ports;
  #epmd;
  #program = null;

  static async create(folder) {
    const names = ['amqp', 'amqps', 'distribution', 'epmd'];
    const ports = Object.fromEntries(await Promise.all(names.map(async (name) => [name, await freePort()])));
    await mkdir(folder, { recursive: true });
    const rabbit = new RabbitMq(folder, ports);
    await rabbit.#configure();
    return rabbit;
  }

  constructor(folder, ports) {
    this.#folder = folder;
    this.#ports = ports;
  }

  get port() {
    return this.#ports.amqp;
  }

  get tlsPort() {
    return this.#ports.amqps;
  }

  /** The certificate by which clients know it. */
  get certificate() {
    return join(this.#folder, 'certificate.pem');
  }

  async #configure() {
    const { amqp, amqps, epmd } = this.#ports;
    const { key } = await selfSigned(this.#folder);
    await writeFile(
      join(this.#folder, 'rabbitmq.conf'),
      [
        `listeners.tcp.1 = 127.0.0.1:${amqp}`,
        `listeners.ssl.1 = 127.0.0.1:${amqps}`,
        `ssl_options.cacertfile = ${this.certificate}`,
        `ssl_options.certfile = ${this.certificate}`,
        `ssl_options.keyfile = ${key}`,
        'ssl_options.verify = verify_none',
        '',
      ].join('\n'),
    );
    await writeFile(join(this.#folder, 'enabled_plugins'), '[].\n');
    this.#epmd = spawn('epmd', ['-address', '127.0.0.1', '-port', String(epmd)], { stdio: 'ignore' });
  }

  async start() {
    const { amqp, distribution, epmd } = this.#ports;
    this.#program = spawn(PROGRAM, [], {
      // Erlang starts helpers of its own: what ends it ends its group.
      detached: true,
      cwd: this.#folder,
      stdio: 'ignore',
      env: {
        ...process.env,
        HOME: this.#folder,
        ERL_EPMD_PORT: String(epmd),
        ERL_EPMD_ADDRESS: '127.0.0.1',
        RABBITMQ_NODENAME: `clinker${String(amqp)}@localhost`,
        RABBITMQ_DIST_PORT: String(distribution),
        RABBITMQ_CONF_ENV_FILE: join(this.#folder, 'none'),
        RABBITMQ_CONFIG_FILE: join(this.#folder, 'rabbitmq.conf'),
        RABBITMQ_MNESIA_BASE: join(this.#folder, 'data'),
        RABBITMQ_LOG_BASE: join(this.#folder, 'log'),
        RABBITMQ_ENABLED_PLUGINS_FILE: join(this.#folder, 'enabled_plugins'),
        RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1}',
      },
    });
    await until('RabbitMQ listens', async () => ((await listens(this.tlsPort)) ? true : null), START_MS);
  }

  /** Sends a signal to all of it. */
  signal(name) {
    process.kill(-this.#program.pid, name);
  }

  async kill() {
    const ended = once(this.#program, 'exit');
    this.signal('SIGKILL');
    await ended;
    this.#program = null;
  }

  async remove() {
    if (this.#program !== null) await this.kill();
    this.#epmd.kill();
  }
}

async function listens(port) {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from '../chaos/lib/client.mjs';
import { ServerProcess } from '../chaos/lib/server-process.mjs';
import { privatePostgres } from '../support/postgres.mjs';
import { StorageHost } from './storage-host.mjs';
import { until } from './until.mjs';

const DRIVER = fileURLToPath(new URL('../chaos/lib/tgt-driver.mjs', import.meta.url));

/** Where the database, the broker and the API replica are. */
const CONTROL = '10.92.0.1';
const NATS = `nats://${CONTROL}:4222`;
const ISCSI_PORT = 3260;

/** Namespaces of hosts, by their addresses' last parts. */
export const HOST = 'host21';
export const OTHER_HOST = 'host22';
const HOSTS = [HOST, OTHER_HOST];

/** The volume nodes: each has a backend of its own, named like its storage. */
const NODES = [
  { node: 'storage-1', backend: 'ssd', namespace: 'storage11', address: '10.92.0.11' },
  { node: 'storage-2', backend: 'disk', namespace: 'storage12', address: '10.92.0.12' },
];

/**
 * A fleet on a network of its own: this process must have its network and mount namespaces to itself. PostgreSQL, NATS and the
 * API replica are at one address, each volume node with its storage at another.
 */
export class TwoNodes {
  nodes = [];

  async start() {
    this.folder = mkdtempSync(join(tmpdir(), 'clinker-nodes-'));
    this.#makeNetwork();
    this.postgres = await privatePostgres({ address: CONTROL });
    this.nats = spawn('nats-server', ['-a', CONTROL, '-p', '4222'], { stdio: 'ignore' });
    for (const place of NODES) {
      const { namespace, address } = place;
      const storage = new StorageHost(ISCSI_PORT, { namespace, address });
      this.nodes.push({ ...place, storage, process: null });
      await storage.start();
    }
    await Promise.all(this.nodes.map((node) => this.startNode(node)));
    const settings = { ...this.#shared('api'), CLINKER_ROLE: 'api' };
    this.replica = new ServerProcess(settings, { logFile: join(this.folder, 'api.log') });
    this.client = new Client(await this.replica.address, 'demo');
    await until('both nodes have joined', async () => {
      const { body } = await this.client.send('GET', '/scheduler-stats/get_pools');
      return body?.pools?.length === NODES.length ? true : null;
    });
  }

  /** Starts the process of a node, whose storage is there already. */
  async startNode(node) {
    const options = { storage: node.storage.storage, wipe: 'zero' };
    const settings = {
      ...this.#shared(node.node),
      CLINKER_ROLE: 'volume',
      CLINKER_NODE_NAME: node.node,
      CLINKER_BACKENDS: JSON.stringify([{ name: node.backend, driver: DRIVER, options }]),
    };
    const logFile = join(this.folder, `${node.node}.log`);
    node.process = new ServerProcess(settings, { logFile, namespace: node.namespace });
    await node.process.address;
  }

  async stop() {
    await ServerProcess.killAll();
    for (const { storage } of this.nodes) await storage.stop();
    if (this.nats !== undefined && this.nats.exitCode === null) {
      const ended = once(this.nats, 'exit');
      this.nats.kill('SIGKILL');
      await ended;
    }
    await this.postgres?.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  #shared(name) {
    return {
      DATABASE_URL: this.postgres.url,
      CLINKER_TRANSPORT_URL: NATS,
      CLINKER_PROCESS_LEASE_S: '3',
      CLINKER_DATA_FOLDER: join(this.folder, name),
    };
  }

  #makeNetwork() {
    // Names of namespaces that only this process sees.
    mkdirSync('/run/netns', { recursive: true });
    ip('link', 'set', 'lo', 'up');
    execFileSync('mount', ['-t', 'tmpfs', 'none', '/run/netns']);
    ip('link', 'add', 'br0', 'type', 'bridge');
    ip('addr', 'add', `${CONTROL}/24`, 'dev', 'br0');
    ip('link', 'set', 'br0', 'up');
    for (const namespace of [...NODES.map((node) => node.namespace), ...HOSTS]) {
      const [number] = /\d+$/.exec(namespace);
      ip('netns', 'add', namespace);
      ip('link', 'add', `port${number}`, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', namespace);
      ip('link', 'set', `port${number}`, 'master', 'br0', 'up');
      ip('-n', namespace, 'link', 'set', 'lo', 'up');
      ip('-n', namespace, 'addr', 'add', `10.92.0.${number}/24`, 'dev', 'eth0');
      ip('-n', namespace, 'link', 'set', 'eth0', 'up');
    }
  }
}

function ip(...args) {
  execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'], timeout: 10_000 });
}

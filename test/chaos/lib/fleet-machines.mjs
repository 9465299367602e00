import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fakeBackend } from './fake-backend.mjs';
import { HostNetwork } from './host-network.mjs';
import { Machine } from './machine.mjs';

const DRIVER = fileURLToPath(new URL('shared-driver.mjs', import.meta.url));
const REPLICAS = 3;
const NODES = 2;
const CALLS = [
  ...['createVolume', 'deleteVolume', 'createExport', 'removeExport'],
  ...['initializeConnection', 'terminateConnection'],
];

export const LEASE_S = 3;
export const LIMITS_MS = {
  NODE_DEADLINE: 8000,
  DRIVER_TIMEOUT: 5000,
  DATABASE_WAIT_TIMEOUT: 4000,
  DATABASE_CONNECT_TIMEOUT: 2000,
  DATABASE_LOCK_TIMEOUT: 2000,
  DATABASE_STATEMENT_TIMEOUT: 4000,
  DATABASE_ANSWER_TIMEOUT: 5000,
  DATABASE_IDLE_TRANSACTION_TIMEOUT: 4000,
};

/** The replicas, and the volume nodes, each with a storage of its own and in a network of its own. */
export class FleetMachines {
  #folder;
  replicas;
  nodes;

  constructor(folder) {
    this.#folder = folder;
    this.replicas = Array.from({ length: REPLICAS }, (_, number) =>
      this.#machine(`replica-${number + 1}`, { CLINKER_ROLE: 'api' }),
    );
    this.nodes = Array.from({ length: NODES }, (_, number) => {
      const name = `node-${number + 1}`;
      const settings = {
        CLINKER_ROLE: 'volume',
        CLINKER_NODE_NAME: name,
        CLINKER_BACKENDS: JSON.stringify([this.#backendOf(name)]),
      };
      return this.#machine(name, settings, HostNetwork.isPossible ? new HostNetwork(number) : null);
    });
  }

  get all() {
    return [...this.replicas, ...this.nodes];
  }

  /** The storage of each node: its backend's name, and what reads it. */
  get stores() {
    return this.nodes.map(({ name }) => ({
      backend: `disk-${name}`,
      read: fakeBackend(join(this.#folder, 'storage', name)),
    }));
  }

  /** @param services URLs of the database and the broker. */
  async start(services) {
    for (const { name } of this.nodes) await mkdir(this.#storageOf(name), { recursive: true });
    for (const machine of this.all) await machine.connect(services);
    await Promise.all(this.all.map((machine) => machine.start()));
  }

  async remove() {
    for (const machine of this.all) await machine.remove();
  }

  #machine(name, settings, network = null) {
    const limits = Object.entries(LIMITS_MS).map(([limit, ms]) => [`CLINKER_${limit}_MS`, String(ms)]);
    return new Machine(name, {
      folder: this.#folder,
      network,
      settings: {
        ...Object.fromEntries(limits),
        CLINKER_PROCESS_LEASE_S: String(LEASE_S),
        CLINKER_RECONCILE_INTERVAL_S: '1',
        CLINKER_DATABASE_POOL_SIZE: '6',
        ...settings,
      },
    });
  }

  #backendOf(node) {
    const latency = Object.fromEntries(CALLS.map((call) => [call, 15]));
    const options = { folder: this.#storageOf(node), latency_ms: latency };
    return { name: `disk-${node}`, driver: DRIVER, options };
  }

  #storageOf(node) {
    return join(this.#folder, 'storage', node, 'backends', 'fake');
  }
}

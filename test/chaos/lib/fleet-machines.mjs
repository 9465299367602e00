import { join } from 'node:path';
import { aStorage } from './fleet-storages.mjs';
import { HostNetwork } from './host-network.mjs';
import { Machine } from './machine.mjs';

const REPLICAS = 3;
const NODES = 2;

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

const nodeName = (number) => `node-${number + 1}`;

/** The replicas, and the volume nodes, each with a storage of its own and in a network of its own. */
export class FleetMachines {
  #folder;
  #storages;
  replicas;
  nodes = [];

  /** @param {'lvm' | 'fake'} storage what the nodes have. */
  constructor(folder, storage) {
    this.#folder = folder;
    this.#storages = Array.from({ length: NODES }, (_, number) =>
      aStorage(storage, join(folder, 'storage', nodeName(number)), number),
    );
    this.replicas = Array.from({ length: REPLICAS }, (_, number) =>
      this.#machine(`replica-${number + 1}`, { CLINKER_ROLE: 'api' }),
    );
  }

  get all() {
    return [...this.replicas, ...this.nodes];
  }

  /** The storage of each node: its backend's name, and what reads it. */
  get stores() {
    return this.#storages.map(({ read }, number) => ({ backend: `disk-${nodeName(number)}`, read }));
  }

  /** @param services URLs of the database and the broker. */
  async start(services) {
    for (const [number, storage] of this.#storages.entries()) {
      await storage.start();
      this.nodes.push(this.#node(number, storage));
    }
    for (const machine of this.all) await machine.connect(services);
    await Promise.all(this.all.map((machine) => machine.start()));
  }

  /** Removes all that it can. @returns why the rest could not be removed. */
  async remove() {
    const outcomes = [
      ...(await Promise.allSettled(this.all.map((machine) => machine.remove()))),
      ...(await Promise.allSettled(this.#storages.map((storage) => storage.stop()))),
    ];
    return outcomes.filter(({ status }) => status === 'rejected').map(({ reason }) => reason);
  }

  #node(number, { driver, options }) {
    const name = nodeName(number);
    const settings = {
      CLINKER_ROLE: 'volume',
      CLINKER_NODE_NAME: name,
      CLINKER_BACKENDS: JSON.stringify([{ name: `disk-${name}`, driver, options }]),
    };
    return this.#machine(name, settings, HostNetwork.isPossible ? new HostNetwork(number) : null);
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
}

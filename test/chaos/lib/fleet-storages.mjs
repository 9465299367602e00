import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { StorageHost } from '../../dataplane/storage-host.mjs';
import { fakeBackend } from './fake-backend.mjs';
import { tgtBackend } from './tgt-backend.mjs';

const FAKE_DRIVER = fileURLToPath(new URL('shared-driver.mjs', import.meta.url));
const LVM_DRIVER = fileURLToPath(new URL('tgt-driver.mjs', import.meta.url));
const CALLS = [
  ...['createVolume', 'deleteVolume', 'createExport', 'removeExport'],
  ...['initializeConnection', 'terminateConnection'],
];
const LATENCY_MS = Object.fromEntries(CALLS.map((call) => [call, 15]));
/** Room for the volumes of all clients, also of those that wait for a verdict. */
const DISK_BYTES = 200 * 2 ** 30;
/** Above the ports that Linux gives to clients. */
const FIRST_PORT = 61_000 + (process.pid % 2000);

/** A storage of the fake driver, which outlives the node. */
class FakeStorage {
  driver = FAKE_DRIVER;

  constructor(folder) {
    this.folder = join(folder, 'backends', 'fake');
    this.options = { folder: this.folder, latency_ms: LATENCY_MS };
    this.read = fakeBackend(folder);
  }

  async start() {
    await mkdir(this.folder, { recursive: true });
  }

  async stop() {}
}

/** LVM's real metadata and a tgtd, which outlive the node. */
class LvmStorage {
  #host;
  driver = LVM_DRIVER;

  constructor(number) {
    this.#host = new StorageHost(FIRST_PORT + number, { diskBytes: DISK_BYTES });
  }

  async start() {
    await this.#host.start();
    this.options = { storage: this.#host.storage };
    this.read = tgtBackend(this.#host);
  }

  async stop() {
    await this.#host.stop();
  }
}

/** What the machine lets a node have. */
export const bestStorage = () =>
  process.getuid() === 0 && ['/usr/sbin/lvs', '/usr/sbin/tgtd'].every((program) => existsSync(program))
    ? 'lvm'
    : 'fake';

/** @param {'lvm' | 'fake'} kind */
export function aStorage(kind, folder, number) {
  if (kind === 'lvm') return new LvmStorage(number);
  if (kind === 'fake') return new FakeStorage(folder);
  throw new Error(`unknown storage: ${kind}`);
}

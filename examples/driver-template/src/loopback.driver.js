import { constants } from 'node:fs';
import { access, mkdir, open, readdir, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { DriverError, exportPage } from 'clinker-driver';

const GIB = 2 ** 30;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const MARK = /^([0-9a-f-]{36})\.exported$/;

/** Volumes contain their owners' data. */
const OWNER_ONLY = 0o600;

/**
 * Volumes as sparse files that the host itself opens. `<id>.img` is a volume; `<id>.exported` exists while it is exported.
 * Both survive a restart, so the driver keeps no other state.
 *
 * @implements {import('clinker-driver').VolumeDriver}
 * @implements {import('clinker-driver').ExtendableDriver}
 */
export class LoopbackDriver {
  #folder;

  /** @param {string} folder */
  constructor(folder) {
    this.#folder = folder;
  }

  async setup() {
    try {
      await mkdir(this.#folder, { recursive: true, mode: 0o700 });
      await access(this.#folder, constants.R_OK | constants.W_OK | constants.X_OK);
    } catch (cause) {
      const mend = 'Create it and let the server write there, or change the option "folder".';
      throw new DriverError('UNAVAILABLE', `the folder ${this.#folder} cannot be used. ${mend}`, { cause });
    }
  }

  async createVolume(volume, { signal }) {
    signal.throwIfAborted();
    await this.#grow(volume, volume.sizeGib, 'a');
  }

  async deleteVolume(volume, { signal }) {
    signal.throwIfAborted();
    await rm(this.#markOf(volume), { force: true });
    await rm(this.#fileOf(volume), { force: true });
  }

  async extendVolume(volume, newSizeGib, { signal }) {
    signal.throwIfAborted();
    await this.#assertThere(volume);
    await this.#grow(volume, newSizeGib, 'r+');
  }

  /** Any process on this host may open the file, so no connector key is required. Otherwise throw INVALID_CONNECTOR here. */
  validateConnector() {}

  async createExport(volume, _connection, { signal }) {
    signal.throwIfAborted();
    return this.#export(volume);
  }

  async ensureExport(volume, _connections, { signal }) {
    signal.throwIfAborted();
    return this.#export(volume);
  }

  async removeExport(volume, { signal }) {
    signal.throwIfAborted();
    await rm(this.#markOf(volume), { force: true });
  }

  async initializeConnection(volume, _connection, _others, { signal }) {
    signal.throwIfAborted();
    if (!(await exists(this.#markOf(volume)))) {
      throw new DriverError('NOT_FOUND', `volume ${volume.id} is not exported`);
    }
    return { driver_volume_type: 'local', data: { device_path: this.#fileOf(volume) } };
  }

  /** Nothing to end: no host was admitted. */
  async terminateConnection(_volume, _connection, _remaining, { signal }) {
    signal.throwIfAborted();
  }

  async inspect(volume, { signal }) {
    signal.throwIfAborted();
    return {
      exists: await exists(this.#fileOf(volume)),
      exported: await exists(this.#markOf(volume)),
      admitted: null,
    };
  }

  async listExports(page, { signal }) {
    signal.throwIfAborted();
    const names = await readdir(this.#folder);
    const exports = names.flatMap((name) => {
      const volumeId = MARK.exec(name)?.[1];
      return volumeId === undefined ? [] : [{ volumeId, admitted: null }];
    });
    return exportPage(exports, page);
  }

  async getStats({ signal }) {
    signal.throwIfAborted();
    const { blocks, bavail, bsize } = await statfs(this.#folder);
    return { totalGib: (blocks * bsize) / GIB, freeGib: (bavail * bsize) / GIB };
  }

  async #export(volume) {
    await this.#assertThere(volume);
    await (await open(this.#markOf(volume), 'a', OWNER_ONLY)).close();
    return { device_path: this.#fileOf(volume) };
  }

  /** Truncating to a larger size creates a hole, which reads as zeros. */
  async #grow(volume, sizeGib, flags) {
    const file = await open(this.#fileOf(volume), flags, OWNER_ONLY);
    try {
      const { size } = await file.stat();
      if (size < sizeGib * GIB) await file.truncate(sizeGib * GIB);
    } catch (cause) {
      if (cause.code !== 'ENOSPC' && cause.code !== 'EFBIG') throw cause;
      throw new DriverError('RESOURCE_EXHAUSTED', `${sizeGib} GiB do not fit`, { cause });
    } finally {
      await file.close();
    }
  }

  async #assertThere(volume) {
    if (await exists(this.#fileOf(volume))) return;
    throw new DriverError('NOT_FOUND', `volume ${volume.id} does not exist`);
  }

  #fileOf(volume) {
    return this.#pathOf(volume, 'img');
  }

  #markOf(volume) {
    return this.#pathOf(volume, 'exported');
  }

  /** The id becomes a file name and must not lead outside the folder. */
  #pathOf({ id }, suffix) {
    if (!UUID.test(id)) throw new DriverError('INTERNAL', 'the id of the volume is not a UUID');
    return join(this.#folder, `${id}.${suffix}`);
  }
}

async function exists(path) {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (error.code === 'ENOENT') return false;
    throw error;
  }
}

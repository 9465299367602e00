import { open } from 'node:fs/promises';
import { DriverError } from 'clinker-driver';

/** A file of ten thousand hosts has about 2 MB. */
const MAX_BYTES = 16 * 1024 * 1024;

/** The form of a DH-HMAC-CHAP key (NVMe TCP Transport 3.6.1.5): version, hash, and Base64 of the key with its checksum. */
const KEY = /^DHHC-1:0[0-3]:[A-Za-z0-9+/]{48,96}={0,2}:$/;

const OTHERS = 0o077;

/**
 * The keys with which hosts prove their names: a JSON object of DH-HMAC-CHAP keys by host NQN. The operator gives each host
 * its key by another way, so clients of the API never see one. No message contains a key.
 */
export class HostKeys {
  #file;

  /** @param {string} file */
  constructor(file) {
    this.#file = file;
  }

  async setup() {
    await this.#read();
  }

  /**
   * Returns the host's key. Read anew each time, so that a new host needs no restart of the server.
   * @param {string} hostNqn
   */
  async keyOf(hostNqn) {
    const keys = await this.#read();
    const key = Object.hasOwn(keys, hostNqn) ? keys[hostNqn] : undefined;
    if (key === undefined) {
      throw new DriverError(
        'FAILED_PRECONDITION',
        `the backend has no key for the host ${hostNqn} (option "host_keys")`,
      );
    }
    return key;
  }

  /** @returns {Promise<Record<string, string>>} */
  async #read() {
    const keys = this.#parsed(await this.#text());
    for (const [host, key] of Object.entries(keys)) {
      if (typeof key !== 'string' || !KEY.test(key)) {
        throw this.#unusable(`has no valid key for ${host}: make one with "nvme gen-dhchap-key"`);
      }
    }
    return keys;
  }

  async #text() {
    try {
      const file = await open(this.#file, 'r');
      try {
        const { mode, size } = await file.stat();
        if ((mode & OTHERS) !== 0) throw this.#unusable(`can be read by others: chmod 600 ${this.#file}`);
        if (size > MAX_BYTES) throw this.#unusable(`is larger than ${MAX_BYTES} bytes`);
        return await file.readFile('utf8');
      } finally {
        await file.close();
      }
    } catch (cause) {
      if (cause instanceof DriverError) throw cause;
      const { code } = /** @type {NodeJS.ErrnoException} */ (cause);
      throw this.#unusable(`cannot be read (${code})`);
    }
  }

  /** @param {string} text */
  #parsed(text) {
    let keys;
    try {
      keys = JSON.parse(text);
    } catch {
      // The parser's message quotes the file.
      throw this.#unusable('is not JSON');
    }
    if (typeof keys !== 'object' || keys === null || Array.isArray(keys))
      throw this.#unusable('is not a JSON object');
    return keys;
  }

  /** @param {string} why */
  #unusable(why) {
    return new DriverError(
      'FAILED_PRECONDITION',
      `the file of the option "host_keys", ${this.#file}, ${why}`,
    );
  }
}

import { DriverError } from 'clinker-driver';
import { CommandFailed } from './command.js';

const GIB = 2 ** 30;

/** JSON, with sizes in bytes. */
const REPORT = /** @type {const} */ (['--reportformat', 'json', '--units', 'b', '--nosuffix']);

/** @type {readonly (readonly [RegExp, import('clinker-driver').DriverErrorCode])[]} */
const KNOWN_FAILURES = [
  [/insufficient free space|not enough free|out of data space/i, 'RESOURCE_EXHAUSTED'],
  [/in use|is used by|device or resource busy/i, 'BUSY'],
  [/volume group .* not found/i, 'FAILED_PRECONDITION'],
];

/** Thin logical volumes of one pool. It keeps no state: every call asks LVM. */
export class ThinVolumes {
  #group;
  #pool;
  #run;

  /**
   * @param {string} group
   * @param {string} pool
   * @param {import('./command.js').Run} run
   */
  constructor(group, pool, run) {
    this.#group = group;
    this.#pool = pool;
    this.#run = run;
  }

  /** @param {AbortSignal} signal */
  async setup(signal) {
    const { attributes } = await this.#poolState(signal);
    // lvs(8): the eighth letter of a pool that zeroes new blocks is z.
    if (attributes[7] === 'z') return;
    const pool = `${this.#group}/${this.#pool}`;
    throw new DriverError(
      'FAILED_PRECONDITION',
      `thin pool ${pool} does not zero new blocks, so that volumes would show old data: lvchange --zero y ${pool}`,
    );
  }

  /** @param {string} name @param {AbortSignal} signal */
  async exists(name, signal) {
    return (await this.#find(name, signal)) !== null;
  }

  /** @param {string} name @param {number} sizeGib @param {AbortSignal} signal */
  async create(name, sizeGib, signal) {
    if (await this.exists(name, signal)) return;
    const pool = `${this.#group}/${this.#pool}`;
    await this.#lvm(['lvcreate', '-y', '-n', name, '-V', `${sizeGib}g`, '-T', pool], signal);
  }

  /** @param {string} name @param {AbortSignal} signal */
  async remove(name, signal) {
    if (await this.exists(name, signal))
      await this.#lvm(['lvremove', '-f', `${this.#group}/${name}`], signal);
  }

  /** @param {string} name @param {number} sizeGib @param {AbortSignal} signal */
  async extend(name, sizeGib, signal) {
    const { bytes } = await this.#assertThere(name, signal);
    if (bytes >= sizeGib * GIB) return;
    await this.#lvm(['lvextend', '-L', `${sizeGib}g`, `${this.#group}/${name}`], signal);
  }

  /**
   * Makes the volume's block device appear and returns its path.
   * @param {string} name @param {AbortSignal} signal
   */
  async device(name, signal) {
    await this.#assertThere(name, signal);
    await this.#lvm(['lvchange', '-a', 'y', `${this.#group}/${name}`], signal);
    return this.pathOf(name);
  }

  /** @param {string} name */
  pathOf(name) {
    return `/dev/${this.#group}/${name}`;
  }

  /** @param {AbortSignal} signal */
  async stats(signal) {
    const { bytes, dataPercent } = await this.#poolState(signal);
    const totalGib = bytes / GIB;
    return { totalGib, freeGib: totalGib * (1 - dataPercent / 100) };
  }

  /** @param {AbortSignal} signal */
  async #poolState(signal) {
    const found = await this.#find(this.#pool, signal);
    // lvs(8): the first letter of a thin pool is t.
    if (found?.attributes.startsWith('t') === true) return found;
    const pool = `${this.#group}/${this.#pool}`;
    const mend = `make it with "lvcreate -T -l 90%FREE ${pool}", or correct the option "thin_pool"`;
    throw new DriverError('FAILED_PRECONDITION', `thin pool ${pool} does not exist: ${mend}`);
  }

  /** @param {string} name @param {AbortSignal} signal */
  async #assertThere(name, signal) {
    const found = await this.#find(name, signal);
    if (found === null) throw new DriverError('NOT_FOUND', `${name} does not exist in ${this.#group}`);
    return found;
  }

  /** @param {string} name @param {AbortSignal} signal */
  async #find(name, signal) {
    const fields = 'lv_name,lv_size,lv_attr,data_percent';
    // Selected by name: an empty selection is no error, unlike an unknown name.
    const argv = /** @type {const} */ ([
      'lvs',
      ...REPORT,
      '-o',
      fields,
      '-S',
      `lv_name="${name}"`,
      this.#group,
    ]);
    const rows = JSON.parse(await this.#lvm(argv, signal)).report[0].lv;
    if (rows.length === 0) return null;
    const [{ lv_size: size, lv_attr: attributes, data_percent: percent }] = rows;
    return { bytes: Number(size), attributes: String(attributes), dataPercent: Number(percent) };
  }

  /** @param {readonly [string, ...string[]]} argv @param {AbortSignal} signal */
  async #lvm(argv, signal) {
    try {
      return await this.#run(argv, signal);
    } catch (cause) {
      if (!(cause instanceof CommandFailed)) throw cause;
      const { stderr, message } = cause;
      const code = KNOWN_FAILURES.find(([text]) => text.test(stderr))?.[1] ?? 'INTERNAL';
      throw new DriverError(code, message, { cause });
    }
  }
}

import { CommandFailed } from '../../src/command.js';

const GIB = 2 ** 30;
const POOL = { lv_name: 'pool', lv_size: String(100 * GIB), lv_attr: 'twi-aotz--', data_percent: '25.00' };

/** A volume group `group` with a thin pool `pool`, and LVM's commands for it. */
export class SimulatedLvm {
  /** Sizes in GiB by name. */
  volumes = new Map();
  pool = POOL;

  run = async ([program, ...args]) => {
    const option = (flag) => args[args.indexOf(flag) + 1];
    const last = args.at(-1);
    const name = last.replace(/^group\//, '');
    if (program === 'lvs') return this.#report(/^lv_name="(.*)"$/.exec(option('-S'))[1]);
    if (program === 'lvcreate') {
      if (this.volumes.has(option('-n'))) throw failed(program, 'already exists in volume group "group"');
      this.volumes.set(option('-n'), Number.parseInt(option('-V'), 10));
      return '';
    }
    if (!this.volumes.has(name)) throw failed(program, `Failed to find logical volume "${last}"`);
    if (program === 'lvremove') this.volumes.delete(name);
    if (program === 'lvextend') this.#grow(name, Number.parseInt(option('-L'), 10));
    return '';
  };

  #grow(name, gib) {
    if (gib <= this.volumes.get(name)) throw failed('lvextend', 'New size not larger than existing size');
    if (gib > 100)
      throw failed('lvextend', 'Insufficient free space: 1 extents needed, but only 0 available');
    this.volumes.set(name, gib);
  }

  #report(name) {
    const gib = this.volumes.get(name);
    const volume = { lv_name: name, lv_size: String(gib * GIB), lv_attr: 'Vwi-a-tz--', data_percent: '0.00' };
    const rows = name === 'pool' ? [this.pool] : gib === undefined ? [] : [volume];
    return JSON.stringify({ report: [{ lv: rows }] });
  }
}

function failed(program, text) {
  return new CommandFailed(program, text);
}

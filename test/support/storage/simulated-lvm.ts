import { CommandFailed, type Argv } from '../../../src/drivers/command/command-runner.js';

const GIB = 2 ** 30;

/** A simulated LVM volume group and its commands. */
export class SimulatedLvm {
  readonly volumes = new Map<string, number>();
  /** Arguments of each blkdiscard that overwrote or discarded a device. */
  readonly wiped: string[] = [];
  /** Tags by volume name. */
  readonly tags = new Map<string, readonly string[]>();
  private readonly thin = new Set<string>();

  constructor(
    public group: string,
    private readonly pool: string | null = null,
    private readonly totalGib = 100,
  ) {}

  /** Returns the command's output, or null if it is not a command of LVM. */
  run([program, ...args]: Argv): string | null {
    const [last = ''] = args.slice(-1);
    const option = (flag: string) => args[args.indexOf(flag) + 1] ?? '';
    if (program === 'vgs') return this.showGroup(last);
    if (program === 'lvs' && !args.includes('-S')) return this.list(last);
    if (program === 'lvs') return this.showVolume(/lv_name="(.*)"/.exec(option('-S'))?.[1] ?? '');
    if (program === 'lvcreate') {
      if (args.includes('-V')) this.thin.add(option('-n'));
      return this.create(option('-n'), Number.parseInt(option(args.includes('-V') ? '-V' : '-L'), 10));
    }
    if (program === 'lvextend') return this.grow(this.nameIn(last), Number.parseInt(option('-L'), 10));
    if (program === 'lvchange' && args.some((word) => word.endsWith('tag'))) return this.retag(args);
    if (program === 'lvchange') return this.done(this.sizeOf(this.nameIn(last)));
    if (program === 'lvremove') return this.done(this.volumes.delete(this.nameIn(last)));
    if (program === 'blkdiscard') return this.done(this.wiped.push(args.join(' ')));
    return null;
  }

  private retag(args: readonly string[]): string {
    const name = this.nameIn(args.at(-1) ?? '');
    const of = (flag: string) => args.filter((_, index) => args[index - 1] === flag);
    const kept = (this.tags.get(name) ?? []).filter((tag) => !of('--deltag').includes(tag));
    return this.done(this.tags.set(name, [...kept, ...of('--addtag')]));
  }

  private showGroup(name: string): string {
    if (name !== this.group) throw failed('vgs', `Volume group "${name}" not found`);
    const row = { vg_name: name, vg_size: bytes(this.totalGib), vg_free: bytes(this.freeGib()) };
    return JSON.stringify({ report: [{ vg: [row] }] });
  }

  private showVolume(name: string): string {
    const gib = this.volumes.get(name);
    const row = {
      lv_name: name,
      lv_size: bytes(gib ?? 0),
      lv_attr: this.thin.has(name) ? 'Vwi-a-tz--' : '-wi-a-----',
      data_percent: '',
      lv_tags: (this.tags.get(name) ?? []).join(','),
    };
    const pool = {
      lv_name: name,
      lv_size: bytes(this.totalGib),
      lv_attr: 'twi-aotz--',
      data_percent: '25.00',
    };
    const rows = name === this.pool ? [pool] : gib === undefined ? [] : [row];
    return JSON.stringify({ report: [{ lv: rows }] });
  }

  private list(group: string): string {
    if (group !== this.group) throw failed('lvs', `Volume group "${group}" not found`);
    return JSON.stringify({ report: [{ lv: [...this.volumes.keys()].map((name) => ({ lv_name: name })) }] });
  }

  private create(name: string, gib: number): string {
    if (this.volumes.has(name)) throw failed('lvcreate', `Logical Volume "${name}" already exists`);
    if (gib > this.freeGib()) throw failed('lvcreate', 'has insufficient free space');
    return this.done(this.volumes.set(name, gib));
  }

  private grow(name: string, gib: number): string {
    if (gib <= this.sizeOf(name)) throw failed('lvextend', 'New size not larger than existing size');
    return this.done(this.volumes.set(name, gib));
  }

  private sizeOf(name: string): number {
    const gib = this.volumes.get(name);
    if (gib === undefined) throw failed('lvs', `Failed to find logical volume "${this.group}/${name}"`);
    return gib;
  }

  private nameIn(path: string): string {
    return path.slice(this.group.length + 1);
  }

  private freeGib(): number {
    return this.totalGib - [...this.volumes.values()].reduce((sum, gib) => sum + gib, 0);
  }

  private done(_effect: unknown): string {
    return '';
  }
}

function bytes(gib: number): string {
  return String(gib * GIB);
}

function failed(program: string, text: string): CommandFailed {
  return new CommandFailed(program, 5, text);
}

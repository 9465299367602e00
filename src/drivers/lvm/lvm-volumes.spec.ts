import { describe, expect, it } from '@jest/globals';
import { CommandFailed, type Argv, type CommandRunner } from '../command/command-runner.js';
import { LvmVolumes, UDEV_LINKS } from './lvm-volumes.js';

const signal = new AbortController().signal;
const lvs = (...rows: readonly object[]) => JSON.stringify({ report: [{ lv: rows }] });
const VOLUME = { lv_name: 'volume-1', lv_size: String(2 ** 30), lv_attr: '-wi-a-----', data_percent: '' };
const POOL = { lv_name: 'pool', lv_size: String(2 ** 31), lv_attr: 'twi-aotz--', data_percent: '25.00' };

/** Answers each program with a text or an error, and records every command. */
function volumes(
  answers: Readonly<Record<string, string | CommandFailed>>,
  options: { wipe?: 'none' | 'zero' | 'discard'; thin_pool?: string } = {},
  crashes: CommandFailed[] = [],
) {
  const ran: string[] = [];
  const runner: CommandRunner = {
    run: (argv: Argv) => {
      ran.push(argv.join(' '));
      const answer = crashes.shift() ?? answers[argv[0]] ?? '';
      return answer instanceof CommandFailed ? Promise.reject(answer) : Promise.resolve(answer);
    },
  };
  const lastGroup = { read: () => Promise.resolve(null), write: () => Promise.resolve() };
  const parts = { runner, wiper: runner, devices: UDEV_LINKS, lastGroup };
  return { store: new LvmVolumes({ volume_group: 'vg', wipe: 'zero', ...options }, parts), ran };
}

const failed = (program: string, stderr: string) => new CommandFailed(program, 5, stderr);

describe('logical volumes', () => {
  it('are made although lvs crashes at first', async () => {
    const { store, ran } = volumes({ lvs: lvs() }, {}, [new CommandFailed('lvs', null, '', 'SIGSEGV')]);
    await store.create('volume-1', 1, signal);
    expect(ran.map((command) => command.split(' ')[0])).toEqual(['lvs', 'lvs', 'lvcreate']);
  });

  it('are made with the question about old signatures answered', async () => {
    const { store, ran } = volumes({ lvs: lvs() });
    await store.create('volume-1', 3, signal);
    expect(ran.at(-1)).toBe('lvcreate -y -n volume-1 -L 3g vg');
  });

  it('are thin in a pool', async () => {
    const { store, ran } = volumes({ lvs: lvs() }, { thin_pool: 'pool' });
    await store.create('volume-1', 3, signal);
    expect(ran.at(-1)).toBe('lvcreate -y -n volume-1 -V 3g -T vg/pool');
  });

  it('that are there are not made again', async () => {
    const { store, ran } = volumes({ lvs: lvs(VOLUME) });
    await store.create('volume-1', 1, signal);
    expect(ran).toHaveLength(1);
  });

  it.each([
    ['none', undefined, []],
    ['zero', undefined, ['blkdiscard --zeroout --offset 0 --length 268435456 /dev/vg/volume-1']],
    ['discard', undefined, ['blkdiscard --offset 0 --length 268435456 /dev/vg/volume-1']],
    ['none', 'pool', []],
    // A thin pool zeroes each new block.
    ['zero', 'pool', []],
    ['discard', 'pool', ['blkdiscard --offset 0 --length 268435456 /dev/vg/volume-1']],
  ] as const)('with wipe: %s and the pool %s are wiped before they go by %j', async (wipe, pool, wiping) => {
    const { store, ran } = volumes(
      { lvs: lvs({ ...VOLUME, lv_attr: pool === undefined ? VOLUME.lv_attr : 'Vwi-a-tz--' }) },
      pool === undefined ? { wipe } : { wipe, thin_pool: pool },
    );
    await store.remove('volume-1', { signal });
    expect(ran.filter((command) => command.startsWith('blkdiscard')).slice(0, 1)).toEqual(wiping);
    expect(ran.at(-1)).toBe('lvremove -f vg/volume-1');
  });

  it('on disks that cannot discard stay, and the operator is told what to set', async () => {
    const { store, ran } = volumes(
      {
        lvs: lvs(VOLUME),
        blkdiscard: failed('blkdiscard', 'BLKDISCARD ioctl failed: Operation not supported'),
      },
      { wipe: 'discard' },
    );
    const refused = { code: 'FAILED_PRECONDITION', message: expect.stringContaining('"wipe" to "zero"') };
    await expect(store.remove('volume-1', { signal })).rejects.toMatchObject(refused);
    expect(ran.join()).not.toContain('lvremove');
  });

  it('are not removed when they could not be wiped', async () => {
    const { store, ran } = volumes({
      lvs: lvs(VOLUME),
      blkdiscard: failed('blkdiscard', 'Device or resource busy'),
    });
    await expect(store.remove('volume-1', { signal })).rejects.toMatchObject({ code: 'BUSY' });
    expect(ran.join()).not.toContain('lvremove');
  });

  it('that are gone count as removed', async () => {
    const { store, ran } = volumes({ lvs: lvs() });
    await store.remove('volume-1', { signal });
    expect(ran).toHaveLength(1);
  });

  it('grow, and never shrink', async () => {
    const { store, ran } = volumes({ lvs: lvs(VOLUME) });
    await store.extend('volume-1', 2, signal);
    expect(ran.at(-1)).toBe('lvextend -L 2g vg/volume-1');
    await store.extend('volume-1', 1, signal);
    expect(ran.filter((command) => command.startsWith('lvextend'))).toHaveLength(1);
  });

  it('that do not fit are RESOURCE_EXHAUSTED', async () => {
    const told = 'Volume group "vg" has insufficient free space (1023 extents): 2560 required.';
    const { store } = volumes({ lvs: lvs(), lvcreate: failed('lvcreate', told) });
    await expect(store.create('volume-1', 10, signal)).rejects.toMatchObject({ code: 'RESOURCE_EXHAUSTED' });
  });

  it('say what to do if the commands are not permitted', async () => {
    const { store } = volumes({ lvs: failed('lvs', 'sudo: a password is required') });
    await expect(store.exists('volume-1', signal)).rejects.toThrow('sudoers');
  });
});

describe('the volume group', () => {
  it('that is missing is told with what to do', async () => {
    const { store } = volumes({ vgs: failed('vgs', 'Volume group "vg" not found') });
    await expect(store.setup(signal)).rejects.toMatchObject({
      code: 'FAILED_PRECONDITION',
      message: expect.stringContaining('vgcreate vg /dev/DISK'),
    });
  });

  it('needs its thin pool, and one that zeroes', async () => {
    const vgs = JSON.stringify({ report: [{ vg: [{ vg_name: 'vg', vg_size: '1', vg_free: '1' }] }] });
    const missing = volumes({ vgs, lvs: lvs() }, { thin_pool: 'pool' });
    await expect(missing.store.setup(signal)).rejects.toThrow('lvcreate -T');
    const careless = volumes({ vgs, lvs: lvs({ ...POOL, lv_attr: 'twi-aot---' }) }, { thin_pool: 'pool' });
    await expect(careless.store.setup(signal)).rejects.toThrow('lvchange --zero y');
    await volumes({ vgs, lvs: lvs(POOL) }, { thin_pool: 'pool' }).store.setup(signal);
  });

  it('reports its capacity, or that of its pool', async () => {
    const vg = { vg_name: 'vg', vg_size: String(10 * 2 ** 30), vg_free: String(4 * 2 ** 30) };
    const linear = volumes({ vgs: JSON.stringify({ report: [{ vg: [vg] }] }) });
    await expect(linear.store.stats(signal)).resolves.toEqual({ totalGib: 10, freeGib: 4 });
    const thin = volumes({ lvs: lvs(POOL) }, { thin_pool: 'pool' });
    await expect(thin.store.stats(signal)).resolves.toEqual({ totalGib: 2, freeGib: 1.5 });
  });
});

import type { Argv } from '../command/command-runner.js';

/** JSON with sizes in bytes and no unit, as parsed by {@link file://./lvm-reports.ts}. */
const REPORT = ['--reportformat', 'json', '--units', 'b', '--nosuffix'] as const;

/** Reports one logical volume, or none. Selects by name, since an empty selection is no error, unlike an unknown name. */
export function showVolume(group: string, name: string): Argv {
  const fields = 'lv_name,lv_size,lv_attr,data_percent,lv_tags';
  return ['lvs', ...REPORT, '-o', fields, '-S', `lv_name="${name}"`, group];
}

/** Reports the names of a group's logical volumes. */
export function listNames(group: string): Argv {
  return ['lvs', ...REPORT, '-o', 'lv_name', group];
}

export function showGroup(group: string): Argv {
  return ['vgs', ...REPORT, '-o', 'vg_name,vg_size,vg_free', group];
}

/**
 * `-y` answers lvcreate's prompt about an old file system signature in the allocated extents. Without it, the command
 * would fail there.
 */
export function createLinear(group: string, name: string, sizeGib: number): Argv {
  return ['lvcreate', '-y', '-n', name, '-L', `${sizeGib}g`, group];
}

export function createThin(group: string, pool: string, name: string, sizeGib: number): Argv {
  return ['lvcreate', '-y', '-n', name, '-V', `${sizeGib}g`, '-T', `${group}/${pool}`];
}

export function extend(group: string, name: string, sizeGib: number): Argv {
  return ['lvextend', '-L', `${sizeGib}g`, `${group}/${name}`];
}

export function remove(group: string, name: string): Argv {
  return ['lvremove', '-f', `${group}/${name}`];
}

/** Makes the volume's device appear. An active volume stays as it is. */
export function activate(group: string, name: string): Argv {
  return ['lvchange', '-a', 'y', `${group}/${name}`];
}

/** Removes tags from a volume and adds others, in one metadata change. */
export function retag(group: string, name: string, gone: readonly string[], added: readonly string[]): Argv {
  const changes = [...gone.flatMap((tag) => ['--deltag', tag]), ...added.flatMap((tag) => ['--addtag', tag])];
  return ['lvchange', ...changes, `${group}/${name}`];
}

/**
 * Overwrites a range with zeros in the fastest way that the kernel guarantees, or discards it.
 */
export function wipeRange(kind: 'zero' | 'discard', device: string, offset: number, length: number): Argv {
  const zeros = kind === 'zero' ? ['--zeroout'] : [];
  return ['blkdiscard', ...zeros, '--offset', String(offset), '--length', String(length), device];
}

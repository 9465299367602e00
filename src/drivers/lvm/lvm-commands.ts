import type { Argv } from '../command/command-runner.js';

/** Sizes in bytes without unit, and JSON: what {@link file://./lvm-reports.ts} reads. */
const REPORT = ['--reportformat', 'json', '--units', 'b', '--nosuffix'] as const;

/** Reports one logical volume, or none: a selection that matches nothing is no error, unlike a missing name. */
export function showVolume(group: string, name: string): Argv {
  const fields = 'lv_name,lv_size,lv_attr,data_percent';
  return ['lvs', ...REPORT, '-o', fields, '-S', `lv_name="${name}"`, group];
}

export function showGroup(group: string): Argv {
  return ['vgs', ...REPORT, '-o', 'vg_name,vg_size,vg_free', group];
}

/**
 * `-y` answers the question that lvcreate asks when it finds an old file system's signature in freed extents; without
 * it the command fails there.
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

/** Makes the device appear; an active volume stays as it is. */
export function activate(group: string, name: string): Argv {
  return ['lvchange', '-a', 'y', `${group}/${name}`];
}

/** Overwrites with zeros what the device holds, by the fastest way that the kernel guarantees. */
export function zeroOut(device: string): Argv {
  return ['blkdiscard', '--zeroout', device];
}

/** Tells the device that nothing of what it holds is needed any more. */
export function discard(device: string): Argv {
  return ['blkdiscard', device];
}

import { readFileSync, writeFileSync } from 'node:fs';
import { run, until } from './storage.mjs';

/** Every disk gets a map, even with a single path: two disks mistaken for one appear as one map with two paths. */
const CONFIGURATION = `defaults {
  find_multipaths greedy
  user_friendly_names no
}
blacklist {
  devnode "^(vd|ubd|loop)"
}
`;

/** Starts multipathd, for hosts that set {@link Brick.multipath}. */
export async function startMultipathd() {
  writeFileSync('/etc/multipath.conf', CONFIGURATION);
  run('multipathd');
  await until('multipathd answers', () => /^path checker states/.test(run('multipathd', 'show', 'status')));
}

/** Maps joined by multipathd: the names of the working paths, by the disk's identity. */
export function mapsOf() {
  const { maps } = JSON.parse(run('multipathd', 'show', 'maps', 'json'));
  return new Map(
    maps.map(({ uuid, path_groups: groups }) => [
      uuid,
      groups
        .flatMap(({ paths }) => paths)
        .filter(({ dm_st: state, chk_st: checked }) => state === 'active' && checked === 'ready')
        .map(({ dev }) => dev),
    ]),
  );
}

/** The disk's identity as found by the kernel, in the form of `wwn`. */
export function wwidOf(name) {
  const wwid = readFileSync(`/sys/block/${name}/device/wwid`, 'utf8').trim();
  return wwid.replace(/^naa\./, '3');
}

/** The storm over the lvm driver with tgt: LVM's real metadata, and a tgtd that outlives the killed servers. */
import { fileURLToPath } from 'node:url';
import { StorageHost } from '../dataplane/storage-host.mjs';
import { tgtDriver } from './lib/tgt-driver.mjs';
import { storm } from './storm.mjs';

const DRIVER = fileURLToPath(new URL('lib/tgt-driver.mjs', import.meta.url));

/** For each volume of the group the initiators that tgtd admits, or null when it does not export it. */
function readerOf(host, driver) {
  return async () => {
    const names = host.run('lvs', '--noheadings', '-o', 'lv_name', host.group).split(/\s+/).filter(Boolean);
    const backend = new Map(names.map((name) => [name.replace(/^volume-/, ''), null]));
    for (const { volumeId, admitted } of await driver.listExports({ signal: AbortSignal.timeout(60_000) })) {
      backend.set(volumeId, admitted);
    }
    return backend;
  };
}

/** Detaches the loop devices whose maker was killed before it could note them down. */
function releaseAll(host) {
  for (const line of host.run('losetup', '-j', host.image).trim().split('\n')) {
    const loop = line.split(':')[0];
    if (loop !== '' && loop !== host.pv) host.run('losetup', '-d', loop);
  }
}

/** Runs a storm; needs root, lvm2 and tgt. */
export async function tgtStorm({ seed, kills }) {
  const host = new StorageHost(14_260 + (process.pid % 1000));
  await host.start();
  try {
    const { folder, portal, group, env, pv, image } = host;
    const storage = { folder, portal, group, env, pv, image };
    return await storm({
      seed,
      kills,
      clients: 6,
      shared: 2,
      longest: 6000,
      backend: { name: 'tgt', driver: DRIVER, options: { storage } },
      readBackend: readerOf(host, tgtDriver(storage)),
    });
  } finally {
    releaseAll(host);
    await host.stop();
  }
}

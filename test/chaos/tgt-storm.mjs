/** The storm over the lvm driver with tgt: LVM's real metadata, and a tgtd that outlives the killed servers. */
import { fileURLToPath } from 'node:url';
import { StorageHost } from '../dataplane/storage-host.mjs';
import { tgtDriver } from './lib/tgt-driver.mjs';
import { storm } from './storm.mjs';

/** More exports than ever exist. */
const EVERYTHING = { after: null, limit: 1_000_000 };

const DRIVER = fileURLToPath(new URL('lib/tgt-driver.mjs', import.meta.url));

/** Reads the initiators that tgtd admits to each volume of the group; null without an export. */
function readerOf(host, driver) {
  return async () => {
    const names = host.run('lvs', '--noheadings', '-o', 'lv_name', host.group).split(/\s+/).filter(Boolean);
    const backend = new Map(names.map((name) => [name.replace(/^volume-/, ''), null]));
    for (const { volumeId, admitted } of await driver.listExports(EVERYTHING, {
      signal: AbortSignal.timeout(60_000),
    })) {
      backend.set(volumeId, admitted);
    }
    return backend;
  };
}

/** Runs a storm; needs root, lvm2 and tgt. */
export async function tgtStorm({ seed, kills }) {
  const host = new StorageHost(14_260 + (process.pid % 1000));
  await host.start();
  try {
    const { storage } = host;
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
    await host.stop();
  }
}

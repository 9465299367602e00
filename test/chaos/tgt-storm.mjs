/** The storm over the lvm driver with tgt: LVM's real metadata, and a tgtd that outlives the killed servers. */
import { fileURLToPath } from 'node:url';
import { StorageHost } from '../dataplane/storage-host.mjs';
import { tgtBackend } from './lib/tgt-backend.mjs';
import { storm } from './storm.mjs';

const DRIVER = fileURLToPath(new URL('lib/tgt-driver.mjs', import.meta.url));

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
      readBackend: tgtBackend(host),
    });
  } finally {
    await host.stop();
  }
}

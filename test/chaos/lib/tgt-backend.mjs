import { tgtDriver } from './tgt-driver.mjs';

/** More exports than ever exist. */
const EVERYTHING = { after: null, limit: 1_000_000 };
const READ_MS = 60_000;

/**
 * Returns a function that reads what a {@link StorageHost} really has: for each volume of its group the initiators that tgtd
 * admits, null without an export.
 */
export function tgtBackend(host) {
  const driver = tgtDriver(host.storage);
  return async () => {
    const backend = new Map(host.volumes().map((name) => [name.replace(/^volume-/, ''), null]));
    const exports = await driver.listExports(EVERYTHING, { signal: AbortSignal.timeout(READ_MS) });
    for (const { volumeId, admitted } of exports) backend.set(volumeId, admitted);
    return backend;
  };
}

/**
 * The lvm driver with tgt as its definition composes it, but for the devices: loop devices over the volumes' extents
 * stand in for the device-mapper's, found again by their links when the process that made them has died.
 */
import { mkdirSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { SystemCommandRunner } from '../../../dist/drivers/command/command-runner.js';
import { LvmDriver } from '../../../dist/drivers/lvm/lvm-driver.js';
import { LvmVolumes } from '../../../dist/drivers/lvm/lvm-volumes.js';
import lvm from '../../../dist/drivers/lvm/lvm.driver.js';
import { makeTarget } from '../../../dist/drivers/lvm/targets/make-target.js';
import { StorageHost } from '../../dataplane/storage-host.mjs';

/** @param storage what of a started {@link StorageHost} is plain data. */
export function tgtDriver(storage) {
  const folder = join(storage.folder, 'dev');
  const loops = new Map(readdirSync(folder).map((name) => [name, readlinkSync(join(folder, name))]));
  const host = Object.assign(Object.create(StorageHost.prototype), storage, { loops });
  const options = {
    volume_group: host.group,
    // What was on a volume is not the question here, and takes most of the time.
    wipe: 'none',
    target: 'tgt',
    target_prefix: 'iqn.2010-10.org.openstack:',
    portals: [host.portal],
    discard: true,
  };
  const runner = new SystemCommandRunner({ timeoutMs: 60_000, env: host.env });
  const stateFolder = join(host.folder, 'state');
  mkdirSync(stateFolder, { recursive: true });
  const volumes = new LvmVolumes(options, { runner, wiper: runner, devices: host.devices });
  return new LvmDriver(options, volumes, makeTarget(options, runner, stateFolder));
}

export default {
  ...lvm,
  optionsSchema: { type: 'object', properties: { storage: { type: 'object' } } },
  create: ({ storage }) => tgtDriver(storage),
};

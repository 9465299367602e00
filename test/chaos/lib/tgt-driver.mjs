/**
 * The lvm driver with tgt, as its definition composes it, except for the devices: loop devices over the volumes'
 * extents replace those of the device mapper. Their links let a new process find them.
 */
import { mkdirSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { SystemCommandRunner } from '../../../dist/drivers/command/command-runner.js';
import { IscsiDriver } from '../../../dist/drivers/lvm/iscsi-driver.js';
import { lastGroupIn, LvmVolumes } from '../../../dist/drivers/lvm/lvm-volumes.js';
import lvm from '../../../dist/drivers/lvm/lvm.driver.js';
import { makeTargets } from '../../../dist/drivers/lvm/targets/make-target.js';
import { StorageHost } from '../../dataplane/storage-host.mjs';

/**
 * @param storage plain data of a started {@link StorageHost}.
 * @param further options of the driver. Volumes are not wiped unless these say so, since wiping takes most of the time.
 * @param stateFolder the backend's state folder.
 */
export function tgtDriver(storage, further = {}, stateFolder = join(storage.folder, 'state')) {
  const folder = join(storage.folder, 'dev');
  const loops = new Map(readdirSync(folder).map((name) => [name, readlinkSync(join(folder, name))]));
  const host = Object.assign(Object.create(StorageHost.prototype), storage, { loops });
  const options = {
    volume_group: host.group,
    wipe: 'none',
    target: 'tgt',
    target_prefix: 'iqn.2010-10.org.openstack:',
    portals: [host.portal],
    discard: true,
    ...further,
  };
  const runnerFor = ({ tgt_socket: socket = host.env.TGT_IPC_SOCKET }) =>
    new SystemCommandRunner({ timeoutMs: 60_000, env: { ...host.env, TGT_IPC_SOCKET: socket } });
  const runner = runnerFor(options);
  mkdirSync(stateFolder, { recursive: true });
  const lastGroup = lastGroupIn(stateFolder);
  const volumes = new LvmVolumes(options, { runner, wiper: runner, devices: host.devices, lastGroup });
  return new IscsiDriver(options, volumes, makeTargets(options, { runnerFor, folder: stateFolder }));
}

export default {
  ...lvm,
  optionsSchema: { type: 'object', properties: { storage: { type: 'object' } } },
  create: ({ storage, ...further }, { stateFolder }) => tgtDriver(storage, further, stateFolder),
};

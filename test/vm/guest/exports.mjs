import { randomUUID } from 'node:crypto';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { changed, newVolume, TimingRunner } from '../../../bench/export-steps.mjs';
import { SystemCommandRunner } from '../../../dist/drivers/command/command-runner.js';
import { IscsiDriver } from '../../../dist/drivers/lvm/iscsi-driver.js';
import { lastGroupIn, LvmVolumes } from '../../../dist/drivers/lvm/lvm-volumes.js';
import { makeTargets } from '../../../dist/drivers/lvm/targets/make-target.js';
import { nfsServerDriver } from '../../../dist/drivers/nfs/nfs-server.driver.js';
import * as storage from './storage.mjs';
import { run } from './storage.mjs';

const PREFIX = 'iqn.2010-10.org.openstack:';
const LIO = '/sys/kernel/config/target';
const CONNECTOR = { initiator: storage.INITIATOR, ip: storage.HERE };

const optionsOf = (name) => storage.BACKENDS.find((backend) => backend.name === name).options;

function stateOf(name) {
  const folder = join('/tmp/exports', name);
  mkdirSync(folder, { recursive: true });
  return folder;
}

function lioDriver(runner) {
  const folder = stateOf('lvm-lio');
  const options = { wipe: 'zero', discard: true, target_prefix: PREFIX, ...optionsOf('lvm-lio') };
  const volumes = new LvmVolumes(options, { runner, wiper: runner, lastGroup: lastGroupIn(folder) });
  return new IscsiDriver(options, volumes, makeTargets(options, { runnerFor: () => runner, folder }));
}

/** Makes a target with a disk, a host and a portal as targetcli does, which would take minutes for some. */
function makeLioTarget(number) {
  const name = `volume-${randomUUID()}`;
  const disk = `${LIO}/core/rd_mcp_${1000 + number}/${name}`;
  mkdirSync(disk, { recursive: true });
  writeFileSync(`${disk}/control`, 'rd_pages=8');
  writeFileSync(`${disk}/enable`, '1');
  const group = `${LIO}/iscsi/${PREFIX}${name}/tpgt_1`;
  const host = `${group}/acls/iqn.1993-08.org.debian:01:${number}`;
  for (const folder of [`${group}/lun/lun_0`, `${group}/np/${storage.HERE}:3261`, `${host}/lun_0`])
    mkdirSync(folder, { recursive: true });
  symlinkSync(disk, `${group}/lun/lun_0/disk`);
  symlinkSync(`${group}/lun/lun_0`, `${host}/lun_0/lun`);
  writeFileSync(`${group}/enable`, '1');
}

const nfsDriver = (runner) =>
  nfsServerDriver(
    { format: 'raw', server: 'exportfs', mount_point_base: '/mnt', ...optionsOf('nfs-server') },
    runner,
    stateOf('nfs-server'),
  );

function exportFolders(count) {
  const folders = Array.from({ length: count }, (_, number) => `/srv/others/volume-${number}`);
  for (const folder of folders) mkdirSync(folder, { recursive: true });
  mkdirSync('/etc/exports.d', { recursive: true });
  const lines = folders.map((folder) => `${folder} ${storage.HERE}(rw,no_root_squash,subtree_check)\n`);
  writeFileSync('/etc/exports.d/others.exports', lines.join(''));
  run('exportfs', '-r');
}

function targetsUpTo() {
  let made = 0;
  return (count) => {
    for (; made < count; made += 1) makeLioTarget(made);
  };
}

/** Prints the milliseconds of each step among few and among many exports: in all, of the commands, and of the driver. */
function tell(exports) {
  for (const step of Object.keys(exports[0].steps))
    for (const { count, steps } of exports) {
      const { ms, toolsMs, oursMs } = steps[step];
      console.log(
        `${step} among ${count}: ${ms.toFixed(1)} ms, commands ${toolsMs.toFixed(1)}, driver ${oursMs.toFixed(1)}`,
      );
    }
}

/**
 * Declares the measurement of attaching and detaching among few and among many other exports, as the bench does for tgt. It says
 * what takes how long, and expects nothing of the times.
 */
export function exportsOf({ describe, it }, { counts }) {
  const backends = [
    { name: 'nfs-server', make: nfsDriver, others: exportFolders, changes: 5 },
    { name: 'lvm-lio', make: lioDriver, others: targetsUpTo(), changes: 1 },
  ];
  for (const { name, make, others, changes } of backends)
    describe(name, () =>
      it(`attaches and detaches among ${counts.join(' and ')} exports`, async () => {
        const runner = new TimingRunner(new SystemCommandRunner({ timeoutMs: 1_800_000 }));
        const driver = make(runner);
        await driver.setup();
        const volume = await newVolume(driver);
        const exports = [];
        for (const count of counts) {
          others(count);
          const steps = await changed(driver, volume, { runner, connector: CONNECTOR, changes });
          exports.push({ count, steps });
        }
        tell(exports);
      }),
    );
}

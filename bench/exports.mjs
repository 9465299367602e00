import { randomUUID } from 'node:crypto';
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SystemCommandRunner } from '../dist/drivers/command/command-runner.js';
import { IscsiDriver } from '../dist/drivers/lvm/iscsi-driver.js';
import { lastGroupIn, LvmVolumes } from '../dist/drivers/lvm/lvm-volumes.js';
import { makeTargets } from '../dist/drivers/lvm/targets/make-target.js';
import { StorageHost } from '../test/dataplane/storage-host.mjs';
import { changed, newVolume, TimingRunner } from './export-steps.mjs';

const PREFIX = 'iqn.2010-10.org.openstack:';

/** Exports of other volumes: a target each, with a file behind it. */
class Others {
  #made = 0;

  constructor(host) {
    this.host = host;
    this.file = join(host.folder, 'others.img');
    writeFileSync(this.file, '');
    truncateSync(this.file, 2 ** 20);
  }

  makeUpTo(count) {
    const adm = (...args) => this.host.tgtd.adm('--lld', 'iscsi', ...args);
    for (; this.#made < count; this.#made += 1) {
      const tid = String(10_000 + this.#made);
      const name = `${PREFIX}volume-${randomUUID()}`;
      adm('--op', 'new', '--mode', 'target', '--tid', tid, '-T', name);
      adm('--op', 'new', '--mode', 'logicalunit', '--tid', tid, '--lun', '1', '-b', this.file);
      adm('--op', 'bind', '--mode', 'target', '--tid', tid, '-Q', `iqn.1993-08.org.debian:01:${this.#made}`);
    }
  }
}

function makeDriver(host, runner) {
  const folder = join(host.folder, 'data');
  mkdirSync(folder, { recursive: true });
  const options = {
    volume_group: host.group,
    wipe: 'zero',
    target: 'tgt',
    target_prefix: PREFIX,
    portals: [host.portal],
    discard: true,
  };
  const lastGroup = lastGroupIn(folder);
  const volumes = new LvmVolumes(options, { runner, wiper: runner, devices: host.devices, lastGroup });
  return new IscsiDriver(options, volumes, makeTargets(options, { runnerFor: () => runner, folder }));
}

/**
 * Attaches and detaches a volume of the lvm driver with tgt, on a backend with few and with many other exports. What its
 * commands take is the tools' own time. Needs root, lvm2 and tgt.
 */
export async function measureExports({ plan, say }) {
  const host = new StorageHost(13_260 + (process.pid % 1000));
  const runner = new TimingRunner(new SystemCommandRunner({ timeoutMs: 60_000, env: host.env }));
  await host.start();
  try {
    const driver = makeDriver(host, runner);
    await driver.setup();
    const volume = await newVolume(driver);
    const connector = { initiator: 'iqn.1993-08.org.debian:01:bench' };
    const others = new Others(host);
    const exports = [];
    for (const count of plan.exports) {
      say(`exports: making ${count}`);
      others.makeUpTo(count);
      const steps = await changed(driver, volume, { runner, connector, changes: plan.exportChanges });
      exports.push({ count, steps });
    }
    return { exports };
  } finally {
    await host.stop();
  }
}

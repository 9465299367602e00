/**
 * In the guest: a real server with the lvm, nfs and nfs-server drivers, and os-brick's own connectors as its hosts.
 * Bytes decide: what one attachment wrote the next one reads, and who is not attached gets nothing. The argument is the
 * phase, for each of which the machine is booted, and the backends, if not all: "life,nfs,nfs-server".
 */
import { Checks, NotTried } from '../../dataplane/checks.mjs';
import { Brick } from './brick.mjs';
import { Cloud } from './cloud.mjs';
import { conformanceOf } from './conformance.mjs';
import { lifeOf } from './life.mjs';
import { afterReboot, beforeReboot } from './reboot.mjs';
import * as storage from './storage.mjs';

const checks = new Checks();
const { describe, it } = checks;
const lab = { describe, it, cloud: new Cloud(), here: new Brick(storage.HERE) };
const [phase, ...chosen] = process.argv[2].split(',');
const names = storage.BACKENDS.map(({ name }) => name).filter(
  (name) => chosen.length === 0 || chosen.includes(name),
);

/** Declares steps that build on each other: after one that failed the others are not tried. */
function steps() {
  let isBroken = false;
  return (title, body) =>
    it(title, async () => {
      if (isBroken) throw new NotTried('not tried, since an earlier step failed');
      isBroken = true;
      await body();
      isBroken = false;
    });
}

const PHASES = {
  async life() {
    storage.install();
    await storage.start();
    await lab.cloud.start();
    for (const backend of storage.BACKENDS) await lab.cloud.createType(backend);
    for (const name of names) describe(name, () => lifeOf(name, { ...lab, it: steps() }));
    describe('before the reboot', () => beforeReboot(names, lab));
  },
  async 'after-reboot'() {
    await storage.start();
    await lab.cloud.start();
    describe('after the reboot', () => afterReboot(lab));
  },
  async kit() {
    if (!storage.isInstalled()) storage.install();
    await storage.start();
    describe('lvm with LIO and a thin pool', () => conformanceOf('lvm-lio', lab));
  },
};

try {
  await PHASES[phase]();
  process.exitCode = (await checks.run()) ? 0 : 1;
} catch (error) {
  console.log(error);
  process.exitCode = 1;
} finally {
  lab.here.end();
  await lab.cloud.end('SIGTERM');
}
process.exit();

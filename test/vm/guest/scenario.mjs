/**
 * Runs in the guest: a real server with the lvm, nfs and nfs-server drivers and that of examples/nvme-tcp, and os-brick's own
 * connectors as its hosts.
 * Bytes decide: the next attachment reads what the previous one wrote, and hosts without an attachment get nothing. The
 * argument is the phase, each of which boots the machine, and the backends, if not all: "life,nfs,nfs-server".
 */
import { Checks, NotTried } from '../../dataplane/checks.mjs';
import { Brick } from './brick.mjs';
import { Cloud } from './cloud.mjs';
import { conformanceOf } from './conformance.mjs';
import { identityOf } from './identity.mjs';
import { lifeOf } from './life.mjs';
import { nvmeOf } from './nvme.mjs';
import { canCheckKeys, giveKeys, KEYS, keysOf, refusedKeys } from './nvme-keys.mjs';
import { hasNvmeTcp, NvmeHost } from './nvme-host.mjs';
import * as target from './nvme-target.mjs';
import { changedOptions, OPTIONS_BEFORE } from './options.mjs';
import { afterReboot, beforeReboot } from './reboot.mjs';
import * as storage from './storage.mjs';

const checks = new Checks();
const { describe, it } = checks;
const [phase, ...chosen] = process.argv[2].split(',');
const needsNvme = ['nvme', 'keys'].includes(phase);
// Debian's own does not find disks of NVMe/TCP.
const packages = needsNvme ? '/opt/os-brick-next/usr/lib/python3/dist-packages' : undefined;
const lab = { describe, it, cloud: new Cloud(), here: new Brick(storage.HERE, { packages }) };
/** Hosts of NVMe/TCP: the guest, and another one. */
const one = new NvmeHost('3d0f6d5e-8a44-4c3a-9a53-0e2d7c2b1a01');
const other = new NvmeHost('7a1b9c52-64f0-4d0e-8f9e-5b1c3d2e4f02');
/** Another tgtd is no different backend, except for what a host sees of two at a time. */
const names = storage.BACKENDS.map(({ name }) => name)
  .filter((name) => name !== 'lvm-tgt-2')
  .filter((name) => chosen.length === 0 || chosen.includes(name));

/** Declares steps that build on each other: after a failure the rest are skipped. */
function steps() {
  let isBroken = false;
  return (title, body) =>
    it(title, async () => {
      if (isBroken) throw new NotTried('skipped, since an earlier step failed');
      isBroken = true;
      await body();
      isBroken = false;
    });
}

/** Starts the server with the driver of examples/nvme-tcp. */
async function startNvme() {
  await lab.cloud.startFrom(target.CONFIGURATION);
  await lab.cloud.createType(target.BACKEND);
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
  async identity() {
    const isFirst = !storage.isInstalled();
    if (isFirst) storage.install();
    await storage.start();
    await lab.cloud.start();
    for (const backend of isFirst ? storage.BACKENDS : []) await lab.cloud.createType(backend);
    describe('disk identity', () => identityOf({ ...lab, it: steps() }));
  },
  async options() {
    if (!storage.isInstalled()) storage.install();
    await storage.start();
    await lab.cloud.start(OPTIONS_BEFORE);
    for (const backend of OPTIONS_BEFORE) await lab.cloud.createType(backend);
    describe('changed options', () => changedOptions({ ...lab, it: steps() }));
  },
  async nvme() {
    target.prepare(one);
    target.configure();
    await startNvme();
    describe('nvme-tcp', () => nvmeOf({ ...lab, it: steps(), one, other }));
  },
  async keys() {
    target.prepare(one);
    target.configure({ host_keys: KEYS });
    const keys = giveKeys([one, other]);
    if (!canCheckKeys()) {
      describe('nvme-tcp with keys', () => refusedKeys({ ...lab, keys }));
      return;
    }
    lab.cloud.logLevel = 'trace';
    await startNvme();
    describe('nvme-tcp with keys', () => keysOf({ ...lab, it: steps(), one, other, keys }));
  },
  async kit() {
    if (!storage.isInstalled()) storage.install();
    await storage.start();
    describe('lvm with LIO and a thin pool', () => conformanceOf('lvm-lio', lab));
  },
};

try {
  if (needsNvme && !hasNvmeTcp()) it.skip(`${phase}: this kernel has no NVMe/TCP`);
  else await PHASES[phase]();
  process.exitCode = (await checks.run()) ? 0 : 1;
} catch (error) {
  console.log(error);
  process.exitCode = 1;
} finally {
  lab.here.end();
  await lab.cloud.end('SIGTERM');
}
process.exit();

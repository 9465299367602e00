/**
 * Runs test/vm/guest/scenario.mjs in a throw-away guest with its own kernel: real device-mapper, iSCSI, LIO, NFS and NVMe/TCP.
 * "npm run e2e:vm", as root on Debian; the arguments are the backends, if not all.
 * --phases: the phases to run, each on its own boot (default: life,after-reboot). kit is the conformance kit on LIO; it
 * takes a quarter of an hour, since every targetcli takes seconds under emulation. identity checks how a kernel and
 * multipathd see the volumes of two tgtd and of LIO. options starts a server with other options while hosts are attached.
 * nvme uses the driver of examples/nvme-tcp as its README says, for five minutes, eight on a busy machine; keys has hosts
 * that prove their names, which the kernel of qemu-next can check.
 * E2E_VM_CACHE: folder that keeps the guest's files for the next time (default: a temporary folder). E2E_VM_KERNEL: uml,
 * qemu or qemu-next, the kernel of Debian's next release (default: qemu, or uml if that does not boot).
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { finish } from './contained.mjs';
import { GuestMachine } from './guest-machine.mjs';
import { makeProjectImage } from './project-image.mjs';

const { values, positionals: backends } = parseArgs({
  allowPositionals: true,
  options: { phases: { type: 'string', default: 'life,after-reboot' } },
});
const phases = values.phases.split(',');
/** Phases that use the driver of examples/nvme-tcp, and an os-brick that can connect its volumes. */
const hasNvme = phases.some((phase) => ['nvme', 'keys'].includes(phase));
const work = mkdtempSync(join(tmpdir(), 'clinker-vm-'));
const cache = process.env.E2E_VM_CACHE ?? join(work, 'guest');
const project = join(work, 'project.img');
const stopped = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => stopped.abort());

async function timed(what, doing) {
  const begin = performance.now();
  const result = await doing;
  console.log(`--- ${what}: ${Math.round((performance.now() - begin) / 1000)} s`);
  return result;
}

const buildGuest = (kernel) => {
  const script = fileURLToPath(new URL('build-guest.sh', import.meta.url));
  return finish([script, cache, kernel, ...(hasNvme ? ['next'] : [])], stopped.signal);
};

/** @returns the status of the first failed phase, else 0; null if the kernel does not boot here. */
async function runOn(kernel) {
  await timed(`the guest for ${kernel}`, buildGuest(kernel));
  const machine = new GuestMachine(kernel, { cache, work, project });
  await machine.prepare(stopped.signal);
  for (const phase of phases) {
    const status = await timed(phase, machine.boot([phase, ...backends].join(','), stopped.signal));
    if (status !== 0) return status;
  }
  return 0;
}

try {
  mkdirSync(cache, { recursive: true });
  await timed('the project', makeProjectImage(project, { hasNvme }, stopped.signal));
  const kernels = process.env.E2E_VM_KERNEL ? [process.env.E2E_VM_KERNEL] : ['qemu', 'uml'];
  let status = null;
  for (const kernel of kernels) status ??= await runOn(kernel);
  process.exitCode = status ?? 1;
} catch (error) {
  console.log(stopped.signal.aborted ? 'stopped' : error);
  process.exitCode = 1;
} finally {
  rmSync(work, { recursive: true, force: true });
}

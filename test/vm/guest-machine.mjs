import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { contained, finish } from './contained.mjs';

const VOLUMES_BYTES = 8 * 2 ** 30;

/** Boot parameters of each kernel: User-Mode Linux starts fastest but not on every processor, QEMU emulates anywhere. */
const KERNELS = {
  uml: {
    prepare: async () => undefined,
    argv: ({ cache, work, volumes, project }, phase) =>
      [`${cache}/linux.uml`, 'mem=2048M', 'umid=vm', `uml_dir=${work}/`].concat(
        [`ubd0=${work}/root.cow,${cache}/root.img`, `ubd1=${volumes}`, `ubd2r=${project}`],
        [`ubd3r=${cache}/uml-modules.img`, 'root=/dev/ubda', 'rw', 'init=/sbin/e2e-init'],
        ['con=null', 'con0=null,fd:1', 'quiet', 'panic=1', `e2e.phase=${phase}`],
      ),
  },
  qemu: emulated('qemu'),
  'qemu-next': emulated('qemu-next'),
};

/** QEMU with the kernel that build-guest.sh has made for this backend. */
function emulated(backend) {
  return {
    prepare: ({ cache, work }, signal) =>
      finish(
        ['qemu-img', 'create', '-q', '-f', 'qcow2', '-F', 'raw'].concat(
          ['-b', `${cache}/root.img`],
          [`${work}/root.qcow2`],
        ),
        signal,
      ),
    argv: ({ cache, work, volumes, project }, phase) =>
      ['qemu-system-x86_64', '-accel', 'tcg,thread=multi', '-machine', 'q35', '-cpu', 'max'].concat(
        ['-smp', '2', '-m', '2048', '-nodefaults', '-no-reboot'],
        ['-display', 'none', '-monitor', 'none', '-serial', 'stdio'],
        ['-kernel', `${cache}/${backend}-vmlinuz`, '-initrd', `${cache}/${backend}-initrd.gz`],
        ['-append', `console=ttyS0 mitigations=off quiet panic=1 e2e.phase=${phase}`],
        drive(`${work}/root.qcow2`, 'qcow2'),
        drive(volumes, 'raw', 'discard=unmap,detect-zeroes=unmap'),
        drive(project, 'raw', 'readonly=on'),
        drive(`${cache}/${backend}-modules.img`, 'raw', 'readonly=on'),
      ),
  };
}

function drive(file, format, ...more) {
  return ['-drive', [`file=${file}`, `format=${format}`, 'if=virtio', 'cache=unsafe', ...more].join(',')];
}

/** A machine whose disks survive reboots. Everything that it writes is in the folder `work`. */
export class GuestMachine {
  constructor(kernel, { cache, work, project }) {
    this.name = kernel;
    this.kernel = KERNELS[kernel];
    this.disks = { cache, work, project, volumes: join(work, `${kernel}-volumes.img`) };
  }

  async prepare(signal) {
    writeFileSync(this.disks.volumes, '');
    truncateSync(this.disks.volumes, VOLUMES_BYTES);
    await this.kernel.prepare(this.disks, signal);
  }

  /**
   * Boots, prints the phase's output, and waits until the machine is off.
   * @returns the phase's status; null if it did not begin.
   */
  async boot(phase, signal) {
    const guest = contained(this.kernel.argv(this.disks, phase), {
      stdio: ['ignore', 'pipe', 'pipe'],
      signal,
    });
    let [begun, status, complaint] = [false, null, ''];
    guest.stderr.on('data', (text) => (complaint = (complaint + text).slice(-2000)));
    guest.once('error', (error) => (complaint = error.message));
    for await (const line of createInterface({ input: guest.stdout })) {
      if (line.includes('@@begin@@')) begun = true;
      else if (/@@end \d+@@/.test(line)) status = Number(/@@end (\d+)@@/.exec(line)[1]);
      else if (begun && status === null) console.log(line);
      else complaint = (complaint + line + '\n').slice(-2000);
    }
    if (status === null) console.log(`the ${this.name} guest ended without a result\n${complaint}`);
    return begun ? (status ?? 1) : null;
  }
}

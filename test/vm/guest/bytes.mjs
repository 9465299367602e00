import { spawnSync } from 'node:child_process';
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { run } from './storage.mjs';

const MOUNT = '/tmp/mnt';

const succeeds = (program, ...args) => {
  try {
    run(program, ...args);
    return true;
  } catch {
    return false;
  }
};

/** A host's use of a device or raw file: ext4 and a file in it. */
export const FILE_SYSTEM = {
  /** @returns the value that {@link sum} must return from now on */
  fill(path) {
    run('mkfs.ext4', '-q', '-F', path);
    run('mount', path, MOUNT);
    run('dd', 'if=/dev/urandom', `of=${MOUNT}/f`, 'bs=1M', 'count=4', 'conv=fsync');
    const sum = run('sha256sum', `${MOUNT}/f`);
    run('umount', MOUNT);
    return sum;
  },

  sum(path) {
    run('mount', '-o', 'ro,noload', path, MOUNT);
    try {
      return run('sha256sum', `${MOUNT}/f`);
    } finally {
      run('umount', MOUNT);
    }
  },

  /** Writes behind the file. */
  canWrite: (path) =>
    succeeds('dd', 'if=/dev/zero', `of=${path}`, 'bs=4k', 'count=1', 'seek=200000', 'conv=notrunc,fsync'),
};

/** A hypervisor's use of a qcow2. */
export const IMAGE = {
  fill(path) {
    run('qemu-io', '-f', 'qcow2', '-c', 'write -P 0x5a 1M 4M', path);
    return IMAGE.sum(path);
  },

  sum(path) {
    run('qemu-img', 'check', '-q', '-f', 'qcow2', path);
    const output = run('qemu-io', '-r', '-f', 'qcow2', '-c', 'read -P 0x5a 1M 4M', path);
    return /failed/.test(output) ? output : 'as written';
  },

  canWrite: (path) => succeeds('qemu-io', '-f', 'qcow2', '-c', 'write -P 0 8M 4k', path),
};

/** Keeps a device or file open, like a running guest. */
export class Holder {
  constructor(path) {
    this.file = openSync(path, 'r');
  }

  /** True if the next part can be read from the storage, bypassing memory. */
  canRead() {
    writeFileSync('/proc/sys/vm/drop_caches', '3');
    const { status } = spawnSync('dd', ['of=/dev/null', 'bs=64k', 'count=4', 'iflag=direct'], {
      stdio: [this.file, 'ignore', 'ignore'],
      timeout: 120_000,
      killSignal: 'SIGKILL',
    });
    return status === 0;
  }

  end() {
    closeSync(this.file);
  }
}

/** True if the device begins with that many zero bytes. */
export const beginsWithZeros = (device, bytes) =>
  succeeds('cmp', '-s', '-n', String(bytes), device, '/dev/zero');

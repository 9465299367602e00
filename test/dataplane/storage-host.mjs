import { execFileSync, spawn } from 'node:child_process';
import {
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
  mkdirSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** Folder of tgtd, tgtadm and tgt-admin of another version than the machine's. */
const { TGT_FOLDER } = process.env;

/** A separate tgtd, of the machine's version or from another folder. */
export class Tgtd {
  /**
   * @param env with its socket in TGT_IPC_SOCKET, and its programs' folder first in PATH.
   * @param namespace the network namespace that has the portal's address; null for this process's own.
   */
  constructor(env, portal, controlPort = 0, namespace = null) {
    this.env = env;
    this.portal = portal;
    this.namespace = namespace;
    this.control = ['-C', String(controlPort)];
  }

  async start() {
    const args = [...this.control, '-f', '-t', '1', '--iscsi', `portal=${this.portal}`];
    const [program, ...words] = inNamespace(this.namespace, ['tgtd', ...args]);
    this.child = spawn(program, words, { env: this.env, stdio: 'ignore' });
    for (let attempt = 0; attempt < 200; attempt += 1) {
      try {
        return this.adm('--op', 'show', '--mode', 'sys');
      } catch {
        await delay(50);
      }
    }
    throw new Error('tgtd does not answer');
  }

  adm(...args) {
    return execFileSync('tgtadm', [...this.control, ...args], {
      env: this.env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  async kill() {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGKILL');
    await ended;
  }
}

/** Returns the words of a command that runs in a network namespace, if one is given. */
export function inNamespace(namespace, words) {
  return namespace === null ? words : ['ip', 'netns', 'exec', namespace, ...words];
}

const DISK_BYTES = 12 * 2 ** 30;

/** A slow disk: a file by FUSE that limits the bytes written per second. */
class SlowDisk {
  constructor(folder, image, bytesPerSecond) {
    this.path = join(folder, 'slow.img');
    this.image = image;
    this.bytesPerSecond = bytesPerSecond;
  }

  async start() {
    writeFileSync(this.path, '');
    this.daemon = spawn(
      'qemu-storage-daemon',
      ['--object', `throttle-group,id=slow,x-bps-write=${this.bytesPerSecond}`].concat(
        ['--blockdev', `file,node-name=file,filename=${this.image},discard=unmap`],
        ['--blockdev', 'throttle,node-name=slow,throttle-group=slow,file=file'],
        ['--export', `fuse,id=slow,node-name=slow,mountpoint=${this.path},writable=on`],
      ),
      { stdio: 'inherit' },
    );
    for (let attempt = 0; attempt < 200; attempt += 1) {
      if (statSync(this.path).size === DISK_BYTES) return;
      await delay(50);
    }
    throw new Error('qemu-storage-daemon does not show its disk');
  }

  async stop() {
    if (this.daemon === undefined || this.daemon.exitCode !== null) return;
    const ended = new Promise((resolve) => this.daemon.once('exit', resolve));
    this.daemon.kill('SIGTERM');
    await ended;
  }
}

/**
 * A separate storage host on this machine: LVM's real metadata on a loop device, with activation off if the kernel has no
 * device-mapper, and a tgtd with its own socket and port. Needs root, lvm2 and tgt.
 */
export class StorageHost {
  /**
   * @param options.bytesPerSecond write limit of its disk, null for none; needs qemu-storage-daemon.
   * @param options.diskBytes size of its disk, most of which takes no space.
   * @param options.address, options.namespace where its tgtd listens; the namespace exists.
   */
  constructor(
    port,
    { bytesPerSecond = null, address = '127.0.0.1', namespace = null, diskBytes = DISK_BYTES } = {},
  ) {
    this.folder = mkdtempSync(join(tmpdir(), 'clinker-lvm-'));
    this.portal = `${address}:${port}`;
    this.namespace = namespace;
    this.diskBytes = diskBytes;
    this.group = basename(this.folder);
    /** The file with its disk's contents. */
    this.image = join(this.folder, 'pv.img');
    this.slow = bytesPerSecond === null ? null : new SlowDisk(this.folder, this.image, bytesPerSecond);
    /** The file that its devices use. */
    this.disk = this.slow?.path ?? this.image;
    this.socket = join(this.folder, 'tgtd');
    this.lvmFolder = join(this.folder, 'lvm');
    this.env = {
      ...process.env,
      ...(TGT_FOLDER && { PATH: `${TGT_FOLDER}:${process.env.PATH}` }),
      LVM_SYSTEM_DIR: this.lvmFolder,
      LVM_SUPPRESS_FD_WARNINGS: '1',
      TGT_IPC_SOCKET: this.socket,
      LC_ALL: 'C',
    };
    this.loops = new Map();
  }

  /** Data for another process that makes the devices itself. */
  get storage() {
    const { folder, portal, group, env, pv, disk } = this;
    return { folder, portal, group, env, pv, disk };
  }

  run(program, ...args) {
    return execFileSync(program, args, {
      env: this.env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  async start() {
    writeFileSync(this.image, '');
    truncateSync(this.image, this.diskBytes);
    await this.slow?.start();
    this.pv = this.run('losetup', '-f', '--show', this.disk).trim();
    mkdirSync(this.lvmFolder);
    mkdirSync(join(this.folder, 'dev'));
    writeFileSync(
      join(this.lvmFolder, 'lvm.conf'),
      `global { activation = 0 }
devices { filter = [ "a|^${this.pv}$|", "r|.*|" ] use_devicesfile = 0 }
backup { backup = 0 archive = 0 }
`,
    );
    this.run('pvcreate', '-q', this.pv);
    this.run('vgcreate', '-q', this.group, this.pv);
    await this.startTgtd();
  }

  /** Names of the volumes of its group. */
  volumes() {
    return this.run('lvs', '--noheadings', '-o', 'lv_name', this.group).split(/\s+/).filter(Boolean);
  }

  async startTgtd() {
    this.tgtd = new Tgtd(this.env, this.portal, 0, this.namespace);
    await this.tgtd.start();
  }

  /** Like a crash: every target is lost. */
  async killTgtd() {
    await this.tgtd.kill();
  }

  async stop() {
    await this.tgtd?.kill();
    if (this.pv !== undefined) {
      for (const loop of [...this.loopsOfVolumes(), this.pv]) this.run('losetup', '-d', loop);
    }
    await this.slow?.stop();
    rmSync(this.folder, { recursive: true });
  }

  /** Loop devices over volumes, including those left by a killed process. */
  loopsOfVolumes() {
    const loops = this.run('losetup', '-n', '-O', 'NAME', '-j', this.disk).split('\n').filter(Boolean);
    return loops.filter((loop) => loop !== this.pv);
  }

  /** Replaces the kernel's device by a loop device over the volume's extents. */
  get devices() {
    return {
      pathOf: async (_group, name) => {
        const link = join(this.folder, 'dev', name);
        if (this.loops.has(name)) return link;
        const loop = this.loopOver(name);
        this.loops.set(name, loop);
        symlinkSync(loop, link);
        return link;
      },
      owns: (_group, device) => device.startsWith(join(this.folder, 'dev/')),
      release: async (_group, name) => this.release(name),
    };
  }

  loopOver(name) {
    const { offset, size } = this.placeOf(name);
    return this.run('losetup', '-f', '--show', '-o', offset, '--sizelimit', size, this.disk).trim();
  }

  /** Location of a volume on the disk, in bytes. */
  placeOf(name) {
    const report = (...argv) => this.run(...argv, '--noheadings', '--units', 'b', '--nosuffix').trim();
    const [range, ...more] = report('lvs', '-o', 'seg_pe_ranges', `${this.group}/${name}`).split(/\s+/);
    if (more.length > 0) throw new Error(`${name} has several segments`);
    const [first, last] = range.split(':').at(-1).split('-').map(Number);
    const extent = Number(report('vgs', '-o', 'vg_extent_size', this.group));
    const offset = Number(report('pvs', '-o', 'pe_start', this.pv)) + first * extent;
    return { offset, size: (last - first + 1) * extent };
  }

  release(name) {
    const loop = this.loops.get(name);
    if (loop === undefined) return;
    this.run('losetup', '-d', loop);
    unlinkSync(join(this.folder, 'dev', name));
    this.loops.delete(name);
  }
}

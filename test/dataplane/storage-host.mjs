import { execFileSync, spawn } from 'node:child_process';
import {
  mkdtempSync,
  rmSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
  mkdirSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * A storage host of its own on this machine: LVM's real metadata on a loop device, with activation off where the kernel
 * has no device-mapper, and a tgtd with a private socket and port. Needs root, lvm2 and tgt.
 */
export class StorageHost {
  constructor(port) {
    this.folder = mkdtempSync(join(tmpdir(), 'clinker-lvm-'));
    this.portal = `127.0.0.1:${port}`;
    this.group = `clinker-test-${process.pid}`;
    this.socket = join(this.folder, 'tgtd');
    this.lvmFolder = join(this.folder, 'lvm');
    this.env = {
      ...process.env,
      LVM_SYSTEM_DIR: this.lvmFolder,
      LVM_SUPPRESS_FD_WARNINGS: '1',
      TGT_IPC_SOCKET: this.socket,
      LC_ALL: 'C',
    };
    this.loops = new Map();
  }

  run(program, ...args) {
    return execFileSync(program, args, {
      env: this.env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  async start() {
    this.image = join(this.folder, 'pv.img');
    writeFileSync(this.image, '');
    truncateSync(this.image, 12 * 2 ** 30);
    this.pv = this.run('losetup', '-f', '--show', this.image).trim();
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

  async startTgtd() {
    this.tgtd = spawn('tgtd', ['-f', '-t', '1', '--iscsi', `portal=${this.portal}`], {
      env: this.env,
      stdio: 'ignore',
    });
    for (let attempt = 0; attempt < 200; attempt += 1) {
      try {
        return this.run('tgtadm', '--op', 'show', '--mode', 'sys');
      } catch {
        await delay(50);
      }
    }
    throw new Error('tgtd does not answer');
  }

  /** As a crash does: every target is gone. */
  async killTgtd() {
    const ended = new Promise((resolve) => this.tgtd.once('exit', resolve));
    this.tgtd.kill('SIGKILL');
    await ended;
  }

  async stop() {
    if (this.tgtd !== undefined && this.tgtd.exitCode === null && this.tgtd.signalCode === null)
      await this.killTgtd();
    for (const name of [...this.loops.keys()]) this.release(name);
    if (this.pv !== undefined) this.run('losetup', '-d', this.pv);
    rmSync(this.folder, { recursive: true });
  }

  /** Stands in for the device that the kernel would make: a loop device over the volume's extents. */
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
    const report = (...argv) => this.run(...argv, '--noheadings', '--units', 'b', '--nosuffix').trim();
    const [range, ...more] = report('lvs', '-o', 'seg_pe_ranges', `${this.group}/${name}`).split(/\s+/);
    if (more.length > 0) throw new Error(`${name} has several segments`);
    const [first, last] = range.split(':').at(-1).split('-').map(Number);
    const extent = Number(report('vgs', '-o', 'vg_extent_size', this.group));
    const offset = Number(report('pvs', '-o', 'pe_start', this.pv)) + first * extent;
    const size = (last - first + 1) * extent;
    return this.run('losetup', '-f', '--show', '-o', offset, '--sizelimit', size, this.image).trim();
  }

  release(name) {
    const loop = this.loops.get(name);
    if (loop === undefined) return;
    this.run('losetup', '-d', loop);
    unlinkSync(join(this.folder, 'dev', name));
    this.loops.delete(name);
  }
}

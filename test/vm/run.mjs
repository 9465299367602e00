/**
 * Runs test/vm/guest/scenario.mjs in a throw-away guest with a kernel of its own: device-mapper, iSCSI, LIO and NFS for
 * real. "npm run e2e:vm", as root on Debian. E2E_VM_CACHE: where the guest is kept (default: a temporary folder);
 * E2E_VM_BACKEND: uml or qemu (default: the first one that boots).
 */
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'clinker-vm-'));
const cache = process.env.E2E_VM_CACHE ?? join(work, 'guest');
const LIMIT_MS = 15 * 60_000;
const run = (program, ...args) => execFileSync(program, args, { stdio: ['ignore', 'inherit', 'inherit'] });

/** What the guest needs of the project: the built server, its dependencies without those of development, the tests. */
function projectImage() {
  const stage = join(work, 'project');
  mkdirSync(stage);
  for (const part of ['package.json', 'dist', 'test/vm', 'test/dataplane']) {
    cpSync(join(root, part), join(stage, part), { recursive: true });
  }
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  for (const [path, { dev, devOptional, optional }] of Object.entries(packages)) {
    if (path === '' || dev || devOptional) continue;
    try {
      cpSync(join(root, path), join(stage, path), { recursive: true });
    } catch (error) {
      if (!optional || error.code !== 'ENOENT') throw error;
    }
  }
  const image = join(work, 'project.img');
  writeFileSync(image, '');
  truncateSync(image, 2 ** 30);
  run('mke2fs', '-q', '-F', '-t', 'ext4', '-m', '0', '-d', stage, image);
  rmSync(stage, { recursive: true });
  return image;
}

const disk = join(work, 'disk.img');
const project = projectImage();

/** The command that boots the guest, its console on the standard output. */
function command(backend) {
  if (backend === 'uml') {
    return [
      join(cache, 'linux.uml'),
      [
        'mem=2048M',
        'umid=vm',
        `uml_dir=${work}/`,
        `ubd0=${work}/cow,${cache}/root.img`,
        `ubd1=${disk}`,
      ].concat(
        [`ubd2=${project}`, 'root=/dev/ubda', 'rw', 'init=/sbin/e2e-init', 'con=null', 'con0=null,fd:1'],
        ['quiet', 'panic=1'],
      ),
    ];
  }
  const drive = (file, more = '') => ['-drive', `file=${file},format=raw,if=virtio,cache=unsafe${more}`];
  return [
    'qemu-system-x86_64',
    ['-accel', 'tcg,thread=multi', '-machine', 'q35', '-cpu', 'max', '-smp', '2', '-m', '2048'].concat(
      ['-nodefaults', '-no-reboot', '-display', 'none', '-monitor', 'none', '-serial', 'stdio'],
      ['-kernel', join(cache, 'vmlinuz'), '-initrd', join(cache, 'initrd.gz')],
      ['-append', 'console=ttyS0 mitigations=off quiet panic=1'],
      drive(join(cache, 'root.img'), ',snapshot=on'),
      drive(disk, ',discard=unmap,detect-zeroes=unmap'),
      drive(project, ',snapshot=on'),
    ),
  ];
}

/** @returns the scenario's status, or null when the guest ended without one. */
async function boot(backend) {
  writeFileSync(disk, '');
  truncateSync(disk, 8 * 2 ** 30);
  const guest = spawn(...command(backend), { stdio: ['ignore', 'pipe', 'pipe'] });
  const limit = setTimeout(() => guest.kill('SIGKILL'), LIMIT_MS);
  let [begun, status, complaint] = [false, null, ''];
  guest.stderr.on('data', (text) => (complaint = (complaint + text).slice(-2000)));
  guest.once('error', (error) => (complaint = error.message));
  for await (const line of createInterface({ input: guest.stdout })) {
    if (line.includes('@@begin@@')) begun = true;
    else if (/@@end \d+@@/.test(line)) status = Number(/@@end (\d+)@@/.exec(line)[1]);
    else if (begun && status === null) console.log(line);
  }
  clearTimeout(limit);
  if (status === null) console.log(`the ${backend} guest ended without a result\n${complaint}`);
  return begun ? (status ?? 1) : null;
}

try {
  run(fileURLToPath(new URL('build-guest.sh', import.meta.url)), cache);
  const backends = process.env.E2E_VM_BACKEND ? [process.env.E2E_VM_BACKEND] : ['uml', 'qemu'];
  let status = null;
  for (const backend of backends) {
    if (status === null) status = await boot(backend);
  }
  process.exitCode = status ?? 1;
} finally {
  rmSync(work, { recursive: true, force: true });
}

import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

export const GROUP = 'clinker-volumes';
export const HERE = '127.0.0.1';
export const INITIATOR = 'iqn.1993-08.org.debian:01:e2e';

const lvm = (target, port, further) => ({
  volume_group: GROUP,
  target,
  portals: [`${HERE}:${port}`],
  ...further,
});
export const BACKENDS = [
  { name: 'lvm-tgt', driver: 'lvm', options: lvm('tgt', 3260, { wipe: 'zero' }) },
  { name: 'lvm-lio', driver: 'lvm', options: lvm('lio', 3261, { thin_pool: 'pool' }) },
  { name: 'nfs', driver: 'nfs', options: { shares: [{ share: `${HERE}:/srv/share`, options: 'vers=4.2' }] } },
  {
    name: 'nfs-server',
    driver: 'nfs-server',
    options: { folders: ['/srv/clinker'], address: HERE, client_options: 'vers=4.2' },
  },
];

export function run(program, ...args) {
  return execFileSync(program, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 120_000,
  });
}

async function answers(...command) {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return run(...command);
    } catch (error) {
      if (attempt === 100) throw error;
      await delay(100);
    }
  }
}

let tgtd;

async function startTgtd() {
  tgtd = spawn('tgtd', ['-f', '-t', '2', '--iscsi', `portal=${HERE}:3260`], { stdio: 'ignore' });
  await answers('tgtadm', '--op', 'show', '--mode', 'sys');
}

/** A storage host as docs/backends.md sets it up, on the guest's second disk. */
export async function start() {
  // Storage host and initiator are one machine here: LVM must leave the initiator's disks alone.
  writeFileSync('/etc/lvm/lvmlocal.conf', 'devices { global_filter = [ "r|^/dev/sd|" ] }\n');
  run('pvcreate', '-ff', '-y', process.env.E2E_DISK);
  run('vgcreate', GROUP, process.env.E2E_DISK);
  run('lvcreate', '-T', '-L', '3g', `${GROUP}/pool`);
  run('dbus-daemon', '--system', '--fork');
  for (const folder of ['/etc/target/pr', '/etc/rtslib-fb-target', '/tmp/mnt', '/tmp/refused']) {
    mkdirSync(folder, { recursive: true });
  }
  await startTgtd();
  run('iscsid');
  await nfsServer();
}

async function nfsServer() {
  for (const folder of ['/srv/share', '/srv/clinker', '/var/lib/nfs/rpc_pipefs']) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }
  writeFileSync('/etc/exports', `/srv/share ${HERE}(rw,no_root_squash,insecure,subtree_check)\n`);
  run('mount', '-t', 'nfsd', 'nfsd', '/proc/fs/nfsd');
  run('mount', '-t', 'rpc_pipefs', 'sunrpc', '/var/lib/nfs/rpc_pipefs');
  run('rpcbind');
  run('exportfs', '-a');
  run('rpc.nfsd', '2');
  run('rpc.mountd');
  await answers('rpcinfo', '-t', HERE, 'nfs', '4');
}

/** Takes the backend's exports away as a reboot does, and starts the service as its unit does. */
export async function restart(backend, dataFolder) {
  if (backend === 'lvm-tgt') {
    const ended = new Promise((resolve) => tgtd.once('exit', resolve));
    tgtd.kill('SIGKILL');
    await ended;
    await startTgtd();
    const files = run('find', dataFolder, '-name', '*.conf', '-path', '*/tgt/*').trim().split('\n');
    const all = join(dataFolder, 'targets.conf');
    writeFileSync(all, files.map((file) => `include ${file}\n`).join(''));
    run('tgt-admin', '-e', '-c', all);
  }
  if (backend === 'lvm-lio') {
    run('targetcli', 'clearconfig', 'confirm=True');
    run('targetcli', 'restoreconfig');
  }
}

/** os-brick leaves shares mounted. */
export function forgetMounts() {
  const mounted = readFileSync('/proc/self/mounts', 'utf8').split('\n');
  for (const [, folder] of mounted.map((line) => line.split(' '))) {
    if (folder?.startsWith('/tmp/brick-')) run('umount', folder);
  }
}

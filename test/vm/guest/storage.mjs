import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

export const GROUP = 'clinker-volumes';
/** The guest's own address: of the storage and of the host with its kernel's initiator. */
export const HERE = '192.0.2.1';
/** That of another host, in a network namespace. */
export const SECOND = '192.0.2.2';
export const INITIATOR = 'iqn.1993-08.org.debian:01:e2e';

const lvm = (target, port, further) => ({
  volume_group: GROUP,
  target,
  portals: [`${HERE}:${port}`],
  ...further,
});
const exported = (folder, further) => ({
  folders: [folder],
  address: HERE,
  client_options: 'vers=4.2',
  ...further,
});
export const BACKENDS = [
  { name: 'lvm-tgt', driver: 'lvm', options: lvm('tgt', 3260, { wipe: 'zero' }) },
  { name: 'lvm-lio', driver: 'lvm', options: lvm('lio', 3261, { thin_pool: 'pool' }) },
  { name: 'nfs', driver: 'nfs', options: { shares: [{ share: `${HERE}:/srv/share`, options: 'vers=4.2' }] } },
  { name: 'nfs-server', driver: 'nfs-server', options: exported('/srv/raw') },
  { name: 'nfs-qcow2', driver: 'nfs-server', options: exported('/srv/qcow2', { format: 'qcow2' }) },
];

export function run(program, ...args) {
  return execFileSync(program, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 300_000,
  });
}

/** Asks again until the answer is a yes, and fails when it never is. */
export async function until(what, isSo, seconds = 120) {
  const end = Date.now() + seconds * 1000;
  let failure;
  for (;;) {
    try {
      failure = undefined;
      if (await isSo()) return;
    } catch (error) {
      failure = error;
    }
    if (Date.now() > end) throw new Error(`after ${seconds} s not yet: ${what}`, { cause: failure });
    await delay(200);
  }
}

let tgtd;

/**
 * Without having read what targets there were. Hosts reach it by {@link openTgtd} only: an initiator that meets a tgtd
 * without its target gives its session up.
 */
async function startTgtd() {
  tgtd = spawn('tgtd', ['-f', '-t', '2', '--iscsi', 'portal=127.0.0.1:3260'], { stdio: 'ignore' });
  await until('tgtd answers', () => run('tgtadm', '--op', 'show', '--mode', 'sys'));
}

function openTgtd() {
  run('tgtadm', '--lld', 'iscsi', '--op', 'new', '--mode', 'portal', '--param', `portal=${HERE}:3260`);
}

async function killTgtd() {
  const ended = new Promise((resolve) => tgtd.once('exit', resolve));
  tgtd.kill('SIGKILL');
  await ended;
}

/** Clients that held something before get it back within seconds instead of a minute and a half. */
function startNfsd() {
  run('rpc.nfsd', '--grace-time', '10', '--lease-time', '10', '2');
}

/** Whether {@link install} was called, on this boot or on one before. */
export const isInstalled = () => existsSync('/srv/share');

/** Makes what docs/backends.md lets an operator make once: the volume group, the thin pool, the folders. */
export function install() {
  // Storage host and initiator are one machine here: LVM must leave the initiator's disks alone.
  writeFileSync('/etc/lvm/lvmlocal.conf', 'devices { global_filter = [ "r|^/dev/sd|" ] }\n');
  run('pvcreate', '-ff', '-y', process.env.E2E_DISK);
  run('vgcreate', GROUP, process.env.E2E_DISK);
  run('lvcreate', '-T', '-L', '3g', `${GROUP}/pool`);
  for (const folder of ['/etc/target/pr', '/etc/rtslib-fb-target', '/srv', '/var/lib/nfs/rpc_pipefs']) {
    mkdirSync(folder, { recursive: true });
  }
  for (const folder of ['share', 'raw', 'qcow2']) mkdirSync(`/srv/${folder}`, { mode: 0o700 });
  writeFileSync('/etc/tgt/conf.d/clinker.conf', 'include /var/lib/clinker/backends/lvm-tgt/tgt/*.conf\n');
  writeFileSync('/etc/exports', `/srv/share ${HERE}(rw,no_root_squash,insecure,subtree_check)\n`);
}

/** Starts the services of a storage host that was just booted. None of them knows of any export. */
export async function start() {
  mkdirSync('/tmp/mnt');
  run('ip', 'netns', 'add', 'second');
  run('ip', 'link', 'add', 'storage', 'type', 'veth', 'peer', 'name', 'host', 'netns', 'second');
  run('ip', 'address', 'add', `${HERE}/24`, 'dev', 'storage');
  run('ip', 'link', 'set', 'storage', 'up');
  for (const args of [
    ['address', 'add', `${SECOND}/24`, 'dev', 'host'],
    ['link', 'set', 'host', 'up'],
    ['link', 'set', 'lo', 'up'],
  ]) {
    run('ip', '-n', 'second', ...args);
  }
  run('dbus-daemon', '--system', '--fork');
  await startTgtd();
  openTgtd();
  run('iscsid');
  run('mount', '-t', 'nfsd', 'nfsd', '/proc/fs/nfsd');
  run('mount', '-t', 'rpc_pipefs', 'sunrpc', '/var/lib/nfs/rpc_pipefs');
  run('rpcbind');
  run('sysctl', '-q', '-w', 'fs.leases-enable=0');
  run('exportfs', '-r');
  run('rpc.mountd');
  startNfsd();
  await until('the NFS server answers', () => run('rpcinfo', '-t', HERE, 'nfs', '4'));
}

/** Restarts what serves the backend, set up as docs/backends.md says, in the way of its unit. */
export async function restart(backend) {
  if (backend === 'lvm-tgt') {
    await killTgtd();
    await startTgtd();
    run('tgt-admin', '-e', '-c', '/etc/tgt/targets.conf');
    openTgtd();
  } else if (backend === 'lvm-lio') {
    run('targetcli', 'clearconfig', 'confirm=True');
    run('targetcli', 'restoreconfig');
  } else {
    run('rpc.nfsd', '0');
    run('exportfs', '-a');
    startNfsd();
  }
}

/** Takes all exports of the backend away; what serves it has forgotten them. */
export async function lose(backend) {
  if (backend === 'lvm-tgt') {
    await killTgtd();
    await startTgtd();
    openTgtd();
  } else if (backend === 'lvm-lio') {
    run('targetcli', 'clearconfig', 'confirm=True');
  } else {
    run('exportfs', '-ua');
    // The share that the driver nfs stands for is another machine's.
    run('exportfs', '-a');
  }
}

/** Whether the backend exports the volume to some host, as the storage itself tells. */
export function isExported(backend, volume) {
  if (backend === 'lvm-tgt') {
    const shown = run('tgtadm', '--lld', 'iscsi', '--mode', 'target', '--op', 'show');
    return new RegExp(`volume-${volume}[^]*?ACL information:[^]*?iqn\\.`).test(shown);
  }
  if (backend === 'lvm-lio') {
    const target = readdirSync('/sys/kernel/config/target/iscsi').find((name) => name.endsWith(volume));
    return (
      target !== undefined && readdirSync(`/sys/kernel/config/target/iscsi/${target}/tpgt_1/acls`).length > 0
    );
  }
  return backend === 'nfs' || readFileSync('/var/lib/nfs/etab', 'utf8').includes(`volume-${volume}`);
}

/** The extents of a logical volume, for instance "/dev/ubdb:0-255". */
export function extentsOf(volume) {
  return run('lvs', '--noheadings', '-o', 'seg_pe_ranges', `${GROUP}/volume-${volume}`).trim();
}

export function deviceOf(volume) {
  return `/dev/${GROUP}/volume-${volume}`;
}

/** How much of a thin volume has taken room in its pool. */
export function percentUsed(volume) {
  return Number(run('lvs', '--noheadings', '-o', 'data_percent', `${GROUP}/volume-${volume}`));
}

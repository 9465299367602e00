import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

export const GROUP = 'clinker-volumes';
/** The guest's own address: of the storage, and of the host with the kernel's initiator. */
export const HERE = '192.0.2.1';
/** Address of another host, in a network namespace. */
export const SECOND = '192.0.2.2';
export const INITIATOR = 'iqn.1993-08.org.debian:01:e2e';

/** Options of the driver lvm. */
export const lvm = (target, ports, further) => ({
  volume_group: GROUP,
  target,
  portals: ports.map((port) => `${HERE}:${port}`),
  // Under emulation, beside other work, a first targetcli takes more than a minute.
  command_timeout_ms: 600_000,
  ...further,
});
/** Options of the driver nfs-server. */
export const exported = (folder, further) => ({
  folders: [folder],
  address: HERE,
  client_options: 'vers=4.2',
  ...further,
});
/** The ports of a second tgtd on the same machine. */
const SECOND_TGTD = [3262, 3263];
export const BACKENDS = [
  { name: 'lvm-tgt', driver: 'lvm', options: lvm('tgt', [3260], { wipe: 'zero' }) },
  { name: 'lvm-tgt-2', driver: 'lvm', options: lvm('tgt', SECOND_TGTD, { tgt_control_port: 2 }) },
  { name: 'lvm-lio', driver: 'lvm', options: lvm('lio', [3261, 3264], { thin_pool: 'pool' }) },
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

/** Polls until the answer is true; fails if it never is. */
export async function until(what, isSo, seconds = 600) {
  const end = Date.now() + seconds * 1000;
  let failure;
  for (;;) {
    try {
      failure = undefined;
      if (await isSo()) return;
    } catch (error) {
      failure = error;
    }
    if (Date.now() > end) throw new Error(`timed out after ${seconds} s: ${what}`, { cause: failure });
    await delay(200);
  }
}

let tgtd;

/**
 * Starts tgtd without its earlier targets. Hosts reach it only after {@link openTgtd}: an initiator that meets a tgtd
 * without its target gives up its session.
 */
async function startTgtd() {
  tgtd = spawn('tgtd', ['-f', '-t', '2', '--iscsi', 'portal=127.0.0.1:3260'], { stdio: 'ignore' });
  await until('tgtd answers', () => run('tgtadm', '--op', 'show', '--mode', 'sys'));
}

/** Starts the tgtd of the backend lvm-tgt-2, beside the other one. */
async function startSecondTgtd() {
  const portals = SECOND_TGTD.map((port) => `portal=${HERE}:${port}`).join(',');
  spawn('tgtd', ['-C', '2', '-f', '-t', '2', '--iscsi', portals], { stdio: 'ignore' });
  await until('the second tgtd answers', () => run('tgtadm', '-C', '2', '--op', 'show', '--mode', 'sys'));
}

function openTgtd() {
  run('tgtadm', '--lld', 'iscsi', '--op', 'new', '--mode', 'portal', '--param', `portal=${HERE}:3260`);
}

async function killTgtd() {
  const ended = new Promise((resolve) => tgtd.once('exit', resolve));
  tgtd.kill('SIGKILL');
  await ended;
}

/** Clients get back what they held within seconds instead of a minute and a half. */
function startNfsd() {
  run('rpc.nfsd', '--grace-time', '10', '--lease-time', '10', '2');
}

/**
 * Replaces the kernel's NFS server by NFS-Ganesha, as in docs/backends.md, and without waiting for clients that held
 * something.
 * @param folder the backend's folder for its exports' files
 */
export async function changeToGanesha(folder) {
  run('rpc.nfsd', '0');
  run('exportfs', '-ua');
  // Ganesha looks up a folder's file system there.
  run('ln', '-sfn', '/proc/self/mounts', '/etc/mtab');
  for (const made of [folder, '/run/ganesha', '/var/lib/nfs/ganesha']) mkdirSync(made, { recursive: true });
  writeFileSync(
    '/etc/ganesha/ganesha.conf',
    `NFS_CORE_PARAM { Protocols = 4; mount_path_pseudo = true; }
NFSV4 { Graceless = true; }
NFS_KRB5 { Active_krb5 = false; }
%dir "${folder}/*.conf"
`,
  );
  run('ganesha.nfsd', '-L', '/tmp/ganesha.log', '-f', '/etc/ganesha/ganesha.conf', '-p', '/run/ganesha.pid');
  await until('Ganesha answers', () => run('rpcinfo', '-t', HERE, 'nfs', '4'));
}

/** True if {@link install} was called, on this boot or an earlier one. */
export const isInstalled = () => existsSync('/srv/share');

/** Performs the one-time set-up of docs/backends.md: the volume group, the thin pool, the folders. */
export function install() {
  makePool();
  for (const folder of ['/etc/target/pr', '/etc/rtslib-fb-target', '/srv', '/var/lib/nfs/rpc_pipefs']) {
    mkdirSync(folder, { recursive: true });
  }
  for (const folder of ['share', 'raw', 'qcow2']) mkdirSync(`/srv/${folder}`, { mode: 0o700 });
  writeFileSync('/etc/tgt/conf.d/clinker.conf', 'include /var/lib/clinker/backends/lvm-tgt/tgt/*.conf\n');
  writeFileSync('/etc/exports', `/srv/share ${HERE}(rw,no_root_squash,insecure,subtree_check)\n`);
}

/** Makes the volume group and the thin pool, unless an earlier phase has. */
export function makePool() {
  // Storage host and initiator are one machine here: LVM must leave the initiator's disks alone.
  writeFileSync(
    '/etc/lvm/lvmlocal.conf',
    'devices { global_filter = [ "r|^/dev/sd|", "r|^/dev/nvme|", "r|^/dev/mapper/3|" ] }\n',
  );
  if (run('vgs', '--noheadings', '-o', 'name').includes(GROUP)) return;
  run('pvcreate', '-ff', '-y', process.env.E2E_DISK);
  run('vgcreate', GROUP, process.env.E2E_DISK);
  run('lvcreate', '-T', '-L', '3g', `${GROUP}/pool`);
}

/** Starts the services of a freshly booted storage host. None of them knows of any export. */
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
  await startSecondTgtd();
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

/** Restarts the backend's service, set up as in docs/backends.md, in the way of its unit. */
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

/** Removes all exports of the backend; its service has forgotten them. */
export async function lose(backend) {
  if (backend === 'lvm-tgt') {
    await killTgtd();
    await startTgtd();
    openTgtd();
  } else if (backend === 'lvm-lio') {
    run('targetcli', 'clearconfig', 'confirm=True');
  } else {
    run('exportfs', '-ua');
    // The driver nfs's share stands for another machine's.
    run('exportfs', '-a');
  }
}

/** True if the backend exports the volume to some host, according to the storage itself. */
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

/** Percentage of a thin volume that is allocated in its pool. */
export function percentUsed(volume) {
  return Number(run('lvs', '--noheadings', '-o', 'data_percent', `${GROUP}/volume-${volume}`));
}

import {
  existsSync,
  mkdirSync,
  readdirSync,
  rmdirSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { GROUP, HERE, makePool, run } from './storage.mjs';

const NVMET = '/sys/kernel/config/nvmet';
/** The operator's folder: the configuration file, and the driver that is installed beside it. */
const OPERATOR = '/etc/clinker';
export const CONFIGURATION = join(OPERATOR, 'clinker.json');
/** Addresses of two networks of storage and hosts. */
export const ADDRESSES = [HERE, '198.51.100.1'];
export const BACKEND = {
  name: 'nvme',
  driver: 'clinker-driver-nvme-tcp',
  options: {
    volume_group: GROUP,
    thin_pool: 'pool',
    portals: ADDRESSES.map((address) => `${address}:4420`),
    // Beside other work, the emulated machine is slow.
    step_timeout_ms: 600_000,
  },
};

export const addAddress = (address) => void run('ip', 'address', 'add', `${address}/32`, 'dev', 'lo');
export const removeAddress = (address) => void run('ip', 'address', 'delete', `${address}/32`, 'dev', 'lo');

/**
 * Sets up the storage host as the driver's README does, and the host.
 * @param host the host whose name the guest has in /etc/nvme
 */
export function prepare(host) {
  makePool();
  run('modprobe', 'nvmet');
  run('modprobe', 'nvme-tcp');
  for (const address of ADDRESSES) addAddress(address);
  mkdirSync('/etc/nvme', { recursive: true });
  writeFileSync('/etc/nvme/hostnqn', `${host.nqn}\n`);
  writeFileSync('/etc/nvme/hostid', `${host.id}\n`);
}

/** Configures the driver, which has been installed in the project's image. @param options further options of the backend */
export function configure(options) {
  if (!existsSync(OPERATOR)) {
    mkdirSync(OPERATOR);
    symlinkSync('/project/operator/node_modules', join(OPERATOR, 'node_modules'));
  }
  const backends = [{ ...BACKEND, options: { ...BACKEND.options, ...options } }];
  writeFileSync(CONFIGURATION, JSON.stringify({ backends }));
}

const entries = (folder) => readdirSync(join(NVMET, folder));

/** What the kernel's target has: subsystems, hosts, and those subsystems that its ports serve. */
export function targetState() {
  return {
    subsystems: entries('subsystems'),
    hosts: entries('hosts'),
    served: entries('ports').flatMap((port) => entries(`ports/${port}/subsystems`)),
  };
}

export const NOTHING = { subsystems: [], hosts: [], served: [] };

/** Removes everything from the target, as "nvmetcli clear" does, and as the kernel forgets it in a reboot. */
export function loseTargets() {
  const remove = (folder) => rmdirSync(join(NVMET, folder));
  const unlink = (link) => unlinkSync(join(NVMET, link));
  for (const port of entries('ports')) {
    for (const link of entries(`ports/${port}/subsystems`)) unlink(`ports/${port}/subsystems/${link}`);
    remove(`ports/${port}`);
  }
  for (const nqn of targetState().subsystems) {
    for (const host of entries(`subsystems/${nqn}/allowed_hosts`)) {
      unlink(`subsystems/${nqn}/allowed_hosts/${host}`);
    }
    for (const id of entries(`subsystems/${nqn}/namespaces`)) remove(`subsystems/${nqn}/namespaces/${id}`);
    remove(`subsystems/${nqn}`);
  }
  for (const host of entries('hosts')) remove(`hosts/${host}`);
}

/** The subsystems of a volume: the export, and one for each host. */
export const subsystemsOf = (volume) => entries('subsystems').filter((nqn) => nqn.includes(volume));

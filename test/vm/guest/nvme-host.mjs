import assert from 'node:assert/strict';
import { constants, readdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run, until } from './storage.mjs';

const CONTROLLERS = '/sys/class/nvme';

/** Whether this kernel has NVMe/TCP, as target and as host. */
export function hasNvmeTcp() {
  try {
    for (const module of ['nvmet-tcp', 'nvme-tcp']) run('modprobe', '--dry-run', module);
    return true;
  } catch {
    return false;
  }
}

/** A host that connects by nvme-cli. All hosts have the guest's kernel as their initiator, and differ by their names. */
export class NvmeHost {
  /** @param id a UUID, which makes the host's name and is its other identifier, too */
  constructor(id) {
    this.id = id;
    this.nqn = `nqn.2014-08.org.nvmexpress:uuid:${id}`;
  }

  connector() {
    return { nqn: this.nqn, host: this.id };
  }

  /** Connects to one portal of `connection_info`. @throws if the target refuses. */
  connect({ data }, [traddr, trsvcid], ...more) {
    const target = [`--traddr=${traddr}`, `--trsvcid=${trsvcid}`, `--nqn=${data.target_nqn}`];
    const name = [`--hostnqn=${this.nqn}`, `--hostid=${this.id}`];
    // Soon again after a loss, since a default of ten seconds only makes the checks slow.
    run('nvme', 'connect', '--transport=tcp', ...target, ...name, '--reconnect-delay=1', ...more);
  }

  connectAll(info, ...more) {
    for (const portal of info.data.portals) this.connect(info, portal, ...more);
  }

  /** The names of the targets that the portal shows this host. */
  discovered([traddr, trsvcid]) {
    const where = ['--transport=tcp', `--traddr=${traddr}`, `--trsvcid=${trsvcid}`];
    const name = [`--hostnqn=${this.nqn}`, `--hostid=${this.id}`];
    const { records } = JSON.parse(run('nvme', 'discover', ...where, ...name, '--output-format=json'));
    return records.map(({ subnqn }) => subnqn);
  }
}

/** Why the kernel refuses a host, in its own words. */
export const REFUSAL = {
  notAllowed: /Connect for subsystem \S+ is not allowed, hostnqn/,
  noTarget: /connect request for invalid subsystem/,
  /** The last target of a portal is gone, and nobody listens any more. */
  closed: /failed to connect socket: -111/,
  unproven: /qid 0: authentication (setup )?failed/,
};

/**
 * Fails unless the target refuses a host for this reason. Asks the kernel: nvme-cli does not try a target to which the guest
 * is connected, be it by another name.
 * @param options further ones, as the kernel names them
 */
export function assertRefused(reason, host, { data }, [traddr, trsvcid], options = {}) {
  const name = { nqn: data.target_nqn, hostnqn: host.nqn, hostid: host.id };
  const wanted = { transport: 'tcp', traddr, trsvcid, ...name, ...options };
  run('dmesg', '--clear');
  const line = Object.entries(wanted).map((pair) => pair.join('='));
  assert.throws(() => writeFileSync('/dev/nvme-fabrics', line.join(','), { flag: constants.O_RDWR }));
  assert.match(run('dmesg'), reason);
}

/** Ends the guest's connections to the target, as its hosts do. */
export const disconnect = ({ data }) => void run('nvme', 'disconnect', `--nqn=${data.target_nqn}`);

/** The kernel's paths to a target: the portal's address, the state, and the numbers of reads and writes. */
export function pathsTo({ data }) {
  return readdirSync(CONTROLLERS).flatMap((name) => {
    const folder = join(CONTROLLERS, name);
    try {
      const read = (attribute) => readFileSync(join(folder, attribute), 'utf8').trim();
      if (read('subsysnqn') !== data.target_nqn) return [];
      const address = /traddr=([^,]*)/.exec(read('address'))[1];
      const disk = readdirSync(folder).find((entry) => /^nvme\d+c\d+n\d+$/.test(entry));
      const [reads, , , , writes] = disk === undefined ? [] : read(`${disk}/stat`).split(/\s+/).map(Number);
      return [{ address, state: read('state'), reads, writes }];
    } catch (error) {
      // It has just gone.
      if (error.code === 'ENOENT') return [];
      throw error;
    }
  });
}

/** The addresses of the portals by which a host reaches a target at the moment. */
export const livePaths = (info) =>
  pathsTo(info)
    .filter(({ state }) => state === 'live')
    .map(({ address }) => address)
    .sort();

/** The disk by the identity that README promises. @throws while there is none. */
export const diskOf = ({ data }) => realpathSync(`/dev/disk/by-id/nvme-${data.wwn}`);

/** Connects a host to all portals. @returns the disk, which has a path for each */
export async function connectedDisk(host, info, ...more) {
  host.connectAll(info, ...more);
  await until('every path works', () => livePaths(info).length === info.data.portals.length);
  await until('the disk', () => diskOf(info) !== undefined);
  return diskOf(info);
}

/** Lets the kernel use all paths of a disk in turn, instead of one while it works. */
export function useAllPaths(disk) {
  const subsystem = realpathSync(`/sys/block/${disk.slice('/dev/'.length)}/device`);
  writeFileSync(join(subsystem, 'iopolicy'), 'round-robin');
}

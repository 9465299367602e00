import { createHash } from 'node:crypto';
import { DriverError } from 'clinker-driver';
import { StepFailed, unless } from './configfs.js';
import { NvmetPorts } from './nvmet-ports.js';

const EXPORT = /^nqn\.[^/]+:volume-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** Digits of a host's hash at the end of its subsystem's name. */
const HASH_DIGITS = 16;

/** The only namespace of each subsystem. */
export const NAMESPACE_ID = 1;

/** A host's folder may go with its last volume just before it is linked for the next one. */
const MOST_ATTEMPTS = 5;

/** Diffie-Hellman, so that a recorded exchange does not help to guess a key. */
const DH_GROUP = 'ffdhe2048';

/**
 * Targets of the kernel (nvmet). An exported volume has a subsystem, which names the volume's device, and which nobody can
 * reach; each of its hosts has a subsystem of its own, at the portals. So the host's sessions end with its subsystem, and
 * those of the others do not.
 *
 * Every subsystem of a volume has the same namespace, with the volume's id as UUID and NGUID. The kernel keeps no state over
 * a restart, and this class keeps none at all.
 */
export class NvmetTargets {
  #configfs;
  #ports;

  /** @param {import('./configfs.js').Configfs} configfs */
  constructor(configfs) {
    this.#configfs = configfs;
    this.#ports = new NvmetPorts(configfs);
  }

  /**
   * @param {boolean} withKeys whether hosts will have to prove their names
   * @param {AbortSignal} signal
   */
  async setup(withKeys, signal) {
    if ((await this.#configfs.names('subsystems', signal)) === null) {
      const mend = 'load the module ("modprobe nvmet") and mount configfs at /sys/kernel/config';
      throw new DriverError('FAILED_PRECONDITION', `the kernel's NVMe target is missing: ${mend}`);
    }
    if (withKeys) await this.#assertKeysWork(signal);
  }

  /**
   * Returns the name (NQN) of a volume's export; null if the volume is not exported.
   * @param {string} volumeId @param {AbortSignal} signal
   */
  async find(volumeId, signal) {
    const nqn = await this.#begun(volumeId, signal);
    // Without its device, an export was begun and never completed.
    return nqn !== null && (await this.#deviceOf(nqn, signal)) !== null ? nqn : null;
  }

  /**
   * Lists a page of the exports whose device passes the test, with the hosts that can reach them.
   * @param {import('clinker-driver').ExportPage} page
   * @param {(device: string) => boolean} owns
   * @param {AbortSignal} signal
   * @returns {Promise<import('clinker-driver').ExportState[]>}
   */
  async list({ after, limit }, owns, signal) {
    const names = await this.#subsystems(signal);
    const open = await this.#ports.targets(signal);
    const listed = [];
    for (const [volumeId, nqn] of exportsIn(names)) {
      if (listed.length === limit) break;
      if (after !== null && volumeId <= after) continue;
      const device = await this.#deviceOf(nqn, signal);
      if (device === null || !owns(device)) continue;
      listed.push({ volumeId, admitted: await this.#hosts(targetsIn(names, nqn), open, signal) });
    }
    return listed;
  }

  /**
   * Exports a volume, and admits no host. @returns the export's name, which an existing one keeps.
   * @param {string} volumeId @param {string} newNqn @param {string} device @param {AbortSignal} signal
   */
  async create(volumeId, newNqn, device, signal) {
    const nqn = (await this.#begun(volumeId, signal)) ?? newNqn;
    await this.#configfs.make(subsystem(nqn), signal);
    await this.#configfs.make(namespace(nqn), signal);
    await this.#configfs.set(`${namespace(nqn)}/device_path`, device, signal);
    return nqn;
  }

  /**
   * Removes a volume's export and all its hosts.
   * @param {string} volumeId @param {AbortSignal} signal
   */
  async remove(volumeId, signal) {
    const nqn = await this.#begun(volumeId, signal);
    if (nqn === null) return;
    for (const target of await this.#targetsOf(nqn, signal)) await this.#end(target, signal);
    // Last: the hosts' subsystems are found by it.
    await this.#end(nqn, signal);
  }

  /**
   * Admits a host to an export at these portals; once it is admitted, its portals stay.
   * @param {string} nqn @param {string} hostNqn
   * @param {{ volumeId: string, device: string, portals: readonly string[], key: string | null }} access
   * @param {AbortSignal} signal
   * @returns the name of the subsystem to which the host connects
   */
  async admit(nqn, hostNqn, { volumeId, device, portals, key }, signal) {
    const target = targetOf(nqn, hostNqn);
    const digits = volumeId.replaceAll('-', '');
    await this.#configfs.make(subsystem(target), signal);
    await this.#configfs.set(`${subsystem(target)}/attr_serial`, digits.slice(0, 20), signal);
    await this.#configfs.make(namespace(target), signal);
    if ((await this.#configfs.read(`${namespace(target)}/enable`, signal)) !== '1') {
      await this.#configfs.set(`${namespace(target)}/device_path`, device, signal);
      await this.#configfs.set(`${namespace(target)}/device_uuid`, volumeId, signal);
      await this.#configfs.set(`${namespace(target)}/device_nguid`, volumeId, signal);
      await this.#configfs.write(`${namespace(target)}/enable`, '1', signal);
    }
    await this.#allow(target, hostNqn, key, signal);
    // Last: nobody reaches a target that is not complete.
    await this.#ports.open(target, subsystem(target), portals, signal);
    return target;
  }

  /**
   * Ends a host's access and its sessions: what it has sent is done or lost, and nothing more arrives.
   * @param {string} nqn @param {string} hostNqn @param {AbortSignal} signal
   */
  async dismiss(nqn, hostNqn, signal) {
    await this.#end(targetOf(nqn, hostNqn), signal);
    // Also if the target has no link to it: a call may have died between the two.
    await this.#forget(hostNqn, signal);
  }

  /**
   * Returns the hosts that can reach an export.
   * @param {string} nqn @param {AbortSignal} signal
   */
  async hostsOf(nqn, signal) {
    const open = await this.#ports.targets(signal);
    return this.#hosts(await this.#targetsOf(nqn, signal), open, signal);
  }

  /**
   * Dismisses the hosts of an export that are not among these.
   * @param {string} nqn @param {readonly string[]} hostNqns @param {AbortSignal} signal
   */
  async keepOnly(nqn, hostNqns, signal) {
    const kept = new Set(hostNqns.map((host) => targetOf(nqn, host)));
    for (const target of await this.#targetsOf(nqn, signal)) {
      if (!kept.has(target)) await this.#end(target, signal);
    }
  }

  /**
   * Tells the hosts of an export the new size of its device.
   * @param {string} nqn @param {AbortSignal} signal
   */
  async resized(nqn, signal) {
    for (const target of await this.#targetsOf(nqn, signal)) {
      if ((await this.#configfs.read(`${namespace(target)}/enable`, signal)) === '1') {
        await this.#configfs.write(`${namespace(target)}/revalidate_size`, '1', signal);
      }
    }
  }

  /**
   * Returns the name of an export, even if its creation was interrupted.
   * @param {string} volumeId @param {AbortSignal} signal
   */
  async #begun(volumeId, signal) {
    const found = exportsIn(await this.#subsystems(signal)).find(([id]) => id === volumeId);
    return found?.[1] ?? null;
  }

  /** @param {string} nqn @param {AbortSignal} signal */
  async #deviceOf(nqn, signal) {
    const device = await this.#configfs.read(`${namespace(nqn)}/device_path`, signal);
    return device === '' || device === '(null)' ? null : device;
  }

  /** @param {readonly string[]} targets @param {ReadonlySet<string>} open @param {AbortSignal} signal */
  async #hosts(targets, open, signal) {
    const hosts = [];
    for (const target of targets) {
      if (open.has(target)) hosts.push(...((await this.#configfs.names(allowedHosts(target), signal)) ?? []));
    }
    return hosts;
  }

  /** @param {AbortSignal} signal */
  async #subsystems(signal) {
    return (await this.#configfs.names('subsystems', signal)) ?? [];
  }

  /** @param {string} nqn @param {AbortSignal} signal */
  async #targetsOf(nqn, signal) {
    return targetsIn(await this.#subsystems(signal), nqn);
  }

  /** @param {string} target @param {string} hostNqn @param {string | null} key @param {AbortSignal} signal */
  async #allow(target, hostNqn, key, signal) {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.#configfs.make(host(hostNqn), signal);
        if (key !== null) await this.#configfs.set(`${host(hostNqn)}/dhchap_dhgroup`, DH_GROUP, signal);
        if (key !== null) await this.#configfs.set(`${host(hostNqn)}/dhchap_key`, key, signal);
        await this.#configfs.link(host(hostNqn), `${allowedHosts(target)}/${hostNqn}`, signal);
        return;
      } catch (error) {
        const isGone = error instanceof StepFailed && error.errno === 'ENOENT';
        if (!isGone || attempt === MOST_ATTEMPTS) throw error;
      }
    }
  }

  /** @param {string} target @param {AbortSignal} signal */
  async #end(target, signal) {
    // First: it ends the sessions. The hosts try to come back, and find no target.
    await this.#ports.close(target, signal);
    const enabled = await this.#configfs.read(`${namespace(target)}/enable`, signal);
    if (enabled === '1') {
      // Resolves when no request of the namespace is under way.
      await this.#configfs.write(`${namespace(target)}/enable`, '0', signal);
    }
    await this.#configfs.remove(namespace(target), signal);
    const allowed = (await this.#configfs.names(allowedHosts(target), signal)) ?? [];
    for (const name of allowed) await this.#configfs.unlink(`${allowedHosts(target)}/${name}`, signal);
    await this.#configfs.remove(subsystem(target), signal);
    for (const name of allowed) await this.#forget(name, signal);
  }

  /** Removes a host, and its key, unless another target admits it. @param {string} hostNqn @param {AbortSignal} signal */
  async #forget(hostNqn, signal) {
    await unless('EBUSY', this.#configfs.remove(host(hostNqn), signal));
  }

  /** @param {AbortSignal} signal */
  async #assertKeysWork(signal) {
    const probe = 'nqn.2014-08.org.nvmexpress:uuid:00000000-0000-0000-0000-000000000000';
    await this.#configfs.make(host(probe), signal);
    const attribute = await this.#configfs.read(`${host(probe)}/dhchap_key`, signal);
    await this.#configfs.remove(host(probe), signal);
    if (attribute !== null) return;
    const mend = 'run one with CONFIG_NVME_TARGET_AUTH, or leave the option "host_keys" out';
    throw new DriverError('FAILED_PRECONDITION', `the kernel cannot authenticate hosts: ${mend}`);
  }
}

/**
 * Returns the exports among these subsystems, as pairs of volume id and name, in the order of the ids.
 * @param {readonly string[]} names
 */
function exportsIn(names) {
  const found = names.flatMap((nqn) => {
    const volumeId = EXPORT.exec(nqn)?.[1];
    return volumeId === undefined ? [] : [/** @type {const} */ ([volumeId, nqn])];
  });
  return found.sort(([a], [b]) => (a < b ? -1 : 1));
}

/**
 * Returns the hosts' subsystems of an export.
 * @param {readonly string[]} names @param {string} nqn
 */
function targetsIn(names, nqn) {
  return names.filter((name) => name.startsWith(`${nqn}:`));
}

/** Each host of an export has one subsystem. @param {string} nqn @param {string} hostNqn */
function targetOf(nqn, hostNqn) {
  return `${nqn}:${createHash('sha256').update(hostNqn).digest('hex').slice(0, HASH_DIGITS)}`;
}

/** @param {string} nqn */
const subsystem = (nqn) => `subsystems/${nqn}`;
/** @param {string} nqn */
const namespace = (nqn) => `${subsystem(nqn)}/namespaces/${NAMESPACE_ID}`;
/** @param {string} nqn */
const allowedHosts = (nqn) => `${subsystem(nqn)}/allowed_hosts`;
/** @param {string} hostNqn */
const host = (hostNqn) => `hosts/${hostNqn}`;

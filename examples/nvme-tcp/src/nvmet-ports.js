import { createHash } from 'node:crypto';
import { isIPv6 } from 'node:net';
import { DriverError } from 'clinker-driver';
import { StepFailed } from './configfs.js';

const PORTS = 65_535;

/**
 * The kernel's ports, one for each portal. A port serves the subsystems that are linked to it, and listens while there are
 * any. It stays when the last one goes.
 */
export class NvmetPorts {
  #configfs;

  /** @param {import('./configfs.js').Configfs} configfs */
  constructor(configfs) {
    this.#configfs = configfs;
  }

  /**
   * Returns the subsystems that hosts can reach.
   * @param {AbortSignal} signal
   * @returns {Promise<ReadonlySet<string>>}
   */
  async targets(signal) {
    const found = new Set();
    for (const id of await this.#ids(signal)) {
      for (const target of await this.#linked(id, signal)) found.add(target);
    }
    return found;
  }

  /**
   * Opens a subsystem at each of the portals.
   * @param {string} target @param {string} subsystem its path @param {readonly string[]} portals @param {AbortSignal} signal
   */
  async open(target, subsystem, portals, signal) {
    for (const portal of portals) {
      const id = await this.#portAt(portal, signal);
      try {
        await this.#configfs.link(subsystem, `ports/${id}/subsystems/${target}`, signal);
      } catch (cause) {
        if (!(cause instanceof StepFailed)) throw cause;
        const why = `the kernel does not serve ${portal} (${cause.errno})`;
        const mend = 'is it an address of this machine, the port free, and the module nvmet-tcp there?';
        throw new DriverError('UNAVAILABLE', `${why}: ${mend}`, { cause });
      }
    }
  }

  /**
   * Closes a subsystem at whatever ports it has, and so ends its sessions.
   * @param {string} target @param {AbortSignal} signal
   */
  async close(target, signal) {
    for (const id of await this.#ids(signal)) {
      if ((await this.#linked(id, signal)).includes(target)) {
        await this.#configfs.unlink(`ports/${id}/subsystems/${target}`, signal);
      }
    }
  }

  /** @param {string} portal @param {AbortSignal} signal */
  async #portAt(portal, signal) {
    const wanted = addressOf(portal);
    for (const id of await this.#ids(signal)) {
      if (isSame(await this.#address(id, signal), wanted)) return id;
    }
    return this.#make(portal, wanted, signal);
  }

  /** @param {string} portal @param {ReturnType<typeof addressOf>} wanted @param {AbortSignal} signal */
  async #make(portal, wanted, signal) {
    // Derived from the portal, so that two calls at a time make one port.
    const first = createHash('sha256').update(portal).digest().readUInt32BE() % PORTS;
    for (let step = 0; step < PORTS; step += 1) {
      const id = String(1 + ((first + step) % PORTS));
      await this.#configfs.make(`ports/${id}`, signal);
      const found = await this.#address(id, signal);
      if (isSame(found, wanted)) return id;
      // Written last: with an address, the port is another portal's.
      if (found.traddr !== '') continue;
      await this.#configfs.set(`ports/${id}/addr_trtype`, 'tcp', signal);
      await this.#configfs.set(`ports/${id}/addr_adrfam`, isIPv6(wanted.traddr) ? 'ipv6' : 'ipv4', signal);
      await this.#configfs.set(`ports/${id}/addr_trsvcid`, wanted.trsvcid, signal);
      await this.#configfs.set(`ports/${id}/addr_traddr`, wanted.traddr, signal);
      return id;
    }
    throw new DriverError('RESOURCE_EXHAUSTED', "the kernel's NVMe target has no free port number");
  }

  /** @param {string} id @param {AbortSignal} signal */
  async #address(id, signal) {
    const read = (/** @type {string} */ name) => this.#configfs.read(`ports/${id}/addr_${name}`, signal);
    const [traddr, trsvcid, trtype] = [await read('traddr'), await read('trsvcid'), await read('trtype')];
    return { traddr: traddr ?? '', trsvcid: trsvcid ?? '', trtype: trtype ?? '' };
  }

  /** @param {string} id @param {AbortSignal} signal */
  async #linked(id, signal) {
    return (await this.#configfs.names(`ports/${id}/subsystems`, signal)) ?? [];
  }

  /** @param {AbortSignal} signal */
  async #ids(signal) {
    return (await this.#configfs.names('ports', signal)) ?? [];
  }
}

/**
 * Takes a portal apart: address:port, or [IPv6 address]:port.
 * @param {string} portal
 */
export function addressOf(portal) {
  const colon = portal.lastIndexOf(':');
  return { traddr: portal.slice(0, colon).replace(/^\[|\]$/g, ''), trsvcid: portal.slice(colon + 1) };
}

/** @param {{ traddr: string, trsvcid: string, trtype: string }} found @param {ReturnType<typeof addressOf>} wanted */
function isSame(found, wanted) {
  return found.trtype === 'tcp' && found.traddr === wanted.traddr && found.trsvcid === wanted.trsvcid;
}

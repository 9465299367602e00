import { DriverError } from 'clinker-driver';
import { hostNqnOf } from './host-nqn.js';
import { addressOf } from './nvmet-ports.js';
import { NAMESPACE_ID } from './nvmet-targets.js';

const VOLUME_NAME = /^volume-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** @typedef {import('clinker-driver').VolumeRef} VolumeRef */
/** @typedef {import('clinker-driver').Connection} Connection */
/** @typedef {import('clinker-driver').CallContext} CallContext */
/** @typedef {import('clinker-driver').VolumeDriver} VolumeDriver */
/** @typedef {import('clinker-driver').ExtendableDriver} ExtendableDriver */
/** @typedef {import('clinker-driver').FencingDriver} FencingDriver */

/**
 * Thin logical volumes, exported by the kernel's NVMe/TCP target. Keeps no state: every call asks LVM and the kernel.
 * Options that may change between two starts are recorded in `exportDetails`.
 *
 * @implements {VolumeDriver}
 * @implements {ExtendableDriver}
 * @implements {FencingDriver}
 */
export class NvmeDriver {
  #options;
  #volumes;
  #targets;
  #keys;

  /**
   * @param {{ nqnPrefix: string, portals: readonly string[] }} options of new exports
   * @param {object} parts
   * @param {import('./thin-volumes.js').ThinVolumes} parts.volumes
   * @param {import('./nvmet-targets.js').NvmetTargets} parts.targets
   * @param {import('./host-keys.js').HostKeys | null} parts.keys null if hosts need not prove their names
   */
  constructor(options, { volumes, targets, keys }) {
    this.#options = options;
    this.#volumes = volumes;
    this.#targets = targets;
    this.#keys = keys;
  }

  async setup() {
    const { signal } = new AbortController();
    await this.#volumes.setup(signal);
    await this.#keys?.setup();
    await this.#targets.setup(this.#keys !== null, signal);
  }

  /** @param {VolumeRef} volume @param {CallContext} call */
  async createVolume(volume, { signal }) {
    await this.#volumes.create(nameOf(volume), volume.sizeGib, signal);
  }

  /** @param {VolumeRef} volume @param {CallContext} call */
  async deleteVolume(volume, { signal }) {
    await this.#targets.remove(volume.id, signal);
    await this.#volumes.remove(nameOf(volume), signal);
  }

  /** @param {VolumeRef} volume @param {number} newSizeGib @param {CallContext} call */
  async extendVolume(volume, newSizeGib, { signal }) {
    await this.#volumes.extend(nameOf(volume), newSizeGib, signal);
    // Even if the volume was already that large: an earlier call may have died before this step.
    const nqn = await this.#targets.find(volume.id, signal);
    if (nqn !== null) await this.#targets.resized(nqn, signal);
  }

  /** @param {import('clinker-driver').Connector} connector */
  validateConnector(connector) {
    hostNqnOf(connector);
  }

  /** @param {VolumeRef} volume @param {Connection} _connection @param {CallContext} call */
  async createExport(volume, _connection, { signal }) {
    return this.#export(volume, signal);
  }

  /** @param {VolumeRef} volume @param {readonly Connection[]} connections @param {CallContext} call */
  async ensureExport(volume, connections, { signal }) {
    const details = await this.#export(volume, signal);
    const hosts = [...new Set(connections.map(({ connector }) => hostNqnOf(connector)))];
    // Exactly these hosts: one that was detached while the export was lost must not be admitted again.
    await this.#targets.keepOnly(details.target_nqn, hosts, signal);
    for (const host of hosts)
      await this.#admit({ ...volume, exportDetails: details }, details.target_nqn, host, signal);
    return details;
  }

  /** @param {VolumeRef} volume @param {CallContext} call */
  async removeExport(volume, { signal }) {
    await this.#targets.remove(volume.id, signal);
  }

  /**
   * @param {VolumeRef} volume @param {Connection} connection @param {readonly Connection[]} _others
   * @param {CallContext} call
   * @returns {Promise<import('clinker-driver').ConnectionInfo>}
   */
  async initializeConnection(volume, { connector, mode }, _others, { signal }) {
    const nqn = await this.#targets.find(volume.id, signal);
    if (nqn === null) throw new DriverError('NOT_FOUND', `volume ${volume.id} is not exported`);
    const hostNqn = hostNqnOf(connector);
    const target = await this.#admit(volume, nqn, hostNqn, signal);
    const portals = this.#portalsOf(volume).map((portal) => {
      const { traddr, trsvcid } = addressOf(portal);
      return [traddr, trsvcid, 'tcp'];
    });
    return {
      driver_volume_type: 'nvmeof',
      data: {
        target_nqn: target,
        host_nqn: hostNqn,
        portals,
        vol_uuid: volume.id,
        ns_id: NAMESPACE_ID,
        wwn: `uuid.${volume.id}`,
        access_mode: mode,
        discard: true,
      },
    };
  }

  /**
   * @param {VolumeRef} volume @param {Connection} connection @param {readonly Connection[]} remaining
   * @param {CallContext} call
   */
  async terminateConnection(volume, connection, remaining, { signal }) {
    const hostNqn = hostNqnOf(connection.connector);
    if (remaining.some(({ connector }) => hostNqnOf(connector) === hostNqn)) return;
    const nqn = await this.#targets.find(volume.id, signal);
    if (nqn !== null) await this.#targets.dismiss(nqn, hostNqn, signal);
  }

  /**
   * @param {VolumeRef} volume @param {Connection} connection @param {readonly Connection[]} remaining
   * @param {CallContext} call
   */
  async fenceConnection(volume, connection, remaining, call) {
    const hostNqn = hostNqnOf(connection.connector);
    if (remaining.some(({ connector }) => hostNqnOf(connector) === hostNqn)) {
      throw new DriverError('FAILED_PRECONDITION', 'another attachment of the same host uses the volume');
    }
    // The kernel removes a target only when none of its requests is under way, and this call fails otherwise.
    await this.terminateConnection(volume, connection, remaining, call);
  }

  /** @param {VolumeRef} volume @param {CallContext} call */
  async inspect(volume, { signal }) {
    const exists = await this.#volumes.exists(nameOf(volume), signal);
    const nqn = await this.#targets.find(volume.id, signal);
    const admitted = nqn === null ? [] : await this.#targets.hostsOf(nqn, signal);
    return { exists, exported: nqn !== null, admitted };
  }

  /** @param {import('clinker-driver').ExportPage} page @param {CallContext} call */
  async listExports(page, { signal }) {
    // Another backend may use the same kernel.
    return this.#targets.list(page, (device) => device.startsWith(this.#volumes.pathOf('')), signal);
  }

  /** @param {CallContext} call */
  async getStats({ signal }) {
    return this.#volumes.stats(signal);
  }

  /** @param {VolumeRef} volume @param {AbortSignal} signal */
  async #export(volume, signal) {
    const name = nameOf(volume);
    const device = await this.#volumes.device(name, signal);
    const newNqn = recordedIn(volume)?.target_nqn ?? `${this.#options.nqnPrefix}:${name}`;
    const nqn = await this.#targets.create(volume.id, newNqn, device, signal);
    return { target_nqn: nqn, portals: [...this.#portalsOf(volume)] };
  }

  /** @param {VolumeRef} volume @param {string} nqn @param {string} hostNqn @param {AbortSignal} signal */
  async #admit(volume, nqn, hostNqn, signal) {
    const key = (await this.#keys?.keyOf(hostNqn)) ?? null;
    const device = this.#volumes.pathOf(nameOf(volume));
    const access = { volumeId: volume.id, device, portals: this.#portalsOf(volume), key };
    return this.#targets.admit(nqn, hostNqn, access, signal);
  }

  /** @param {VolumeRef} volume */
  #portalsOf(volume) {
    return recordedIn(volume)?.portals ?? this.#options.portals;
  }
}

/**
 * The result of the driver's `createExport` for this volume, if it is exported.
 * @param {VolumeRef} volume
 */
function recordedIn({ exportDetails }) {
  return /** @type {{ target_nqn: string, portals: string[] } | null} */ (exportDetails);
}

/**
 * Checks the volume's name, which is used in commands and paths.
 * @param {VolumeRef} volume
 */
function nameOf({ id, name }) {
  if (VOLUME_NAME.exec(name)?.[1] !== id) throw new DriverError('INTERNAL', 'the volume has no usable name');
  return name;
}

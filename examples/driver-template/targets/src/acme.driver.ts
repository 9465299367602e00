import {
  DriverError,
  type BackendStats,
  type CallContext,
  type Connection,
  type ConnectionInfo,
  type Connector,
  type ExportDetails,
  type ExportPage,
  type ExportState,
  type ExtendableDriver,
  type VolumeDriver,
  type VolumeRef,
  type VolumeState,
} from 'clinker-driver';
import { chapIn, newChap } from './chap.js';
import { initiatorIn, initiatorOf } from './initiator.js';
import type { Storage, Target } from './storage.js';

const SETUP_TIMEOUT_MS = 10_000;

/** Volumes of a storage that exports each as an iSCSI target of its own, to hosts admitted by initiator name. */
export class AcmeDriver implements VolumeDriver, ExtendableDriver {
  constructor(private readonly storage: Storage) {}

  setup(): Promise<void> {
    return this.storage.check(AbortSignal.timeout(SETUP_TIMEOUT_MS));
  }

  createVolume(volume: VolumeRef, { signal }: CallContext): Promise<void> {
    return this.storage.create(volume.id, volume.sizeGib, signal);
  }

  deleteVolume(volume: VolumeRef, { signal }: CallContext): Promise<void> {
    return this.storage.remove(volume.id, signal);
  }

  extendVolume(volume: VolumeRef, newSizeGib: number, { signal }: CallContext): Promise<void> {
    return this.storage.grow(volume.id, newSizeGib, signal);
  }

  validateConnector(connector: Connector): void {
    initiatorIn(connector);
  }

  async createExport(
    volume: VolumeRef,
    _connection: Connection,
    { signal }: CallContext,
  ): Promise<ExportDetails> {
    const chap = chapIn(volume.exportDetails) ?? newChap();
    return detailsOf(await this.storage.export(volume.id, chap, signal));
  }

  async ensureExport(
    volume: VolumeRef,
    connections: readonly Connection[],
    { signal }: CallContext,
  ): Promise<ExportDetails> {
    const chap = chapIn(volume.exportDetails) ?? newChap();
    const target = await this.storage.export(volume.id, chap, signal);
    for (const connection of connections) {
      await this.storage.admit(volume.id, initiatorOf(connection), signal);
    }
    return detailsOf(target);
  }

  removeExport(volume: VolumeRef, { signal }: CallContext): Promise<void> {
    return this.storage.unexport(volume.id, signal);
  }

  async initializeConnection(
    volume: VolumeRef,
    connection: Connection,
    _others: readonly Connection[],
    { signal }: CallContext,
  ): Promise<ConnectionInfo> {
    const found = await this.storage.find(volume.id, signal);
    const target = found?.target ?? null;
    if (target === null) throw new DriverError('NOT_FOUND', `volume ${volume.id} is not exported`);
    await this.storage.admit(volume.id, initiatorOf(connection), signal);
    return connectionInfo(volume, target);
  }

  async terminateConnection(
    volume: VolumeRef,
    connection: Connection,
    remaining: readonly Connection[],
    { signal }: CallContext,
  ): Promise<void> {
    const initiator = initiatorOf(connection);
    if (remaining.some((other) => initiatorOf(other) === initiator)) return;
    await this.storage.evict(volume.id, initiator, signal);
  }

  async inspect(volume: VolumeRef, { signal }: CallContext): Promise<VolumeState> {
    const found = await this.storage.find(volume.id, signal);
    return {
      exists: found !== null,
      exported: found !== null && found.target !== null,
      admitted: found?.initiators ?? [],
    };
  }

  async listExports(page: ExportPage, { signal }: CallContext): Promise<readonly ExportState[]> {
    const exports = await this.storage.exports(page, signal);
    return exports.map(({ volumeId, initiators }) => ({ volumeId, admitted: initiators }));
  }

  getStats({ signal }: CallContext): Promise<BackendStats> {
    return this.storage.capacity(signal);
  }
}

/** The core stores these and passes them back; `auth_password` is a key that it masks everywhere. */
function detailsOf({ iqn, chap }: Target): ExportDetails {
  return { target_iqn: iqn, auth_username: chap.username, auth_password: chap.password };
}

/** The keys that os-brick's iSCSI connector reads. */
function connectionInfo(volume: VolumeRef, { iqn, portal, lun, wwn, chap }: Target): ConnectionInfo {
  return {
    driver_volume_type: 'iscsi',
    data: {
      target_discovered: false,
      target_portal: portal,
      target_iqn: iqn,
      target_lun: lun,
      volume_id: volume.id,
      wwn,
      auth_method: 'CHAP',
      auth_username: chap.username,
      auth_password: chap.password,
    },
  };
}

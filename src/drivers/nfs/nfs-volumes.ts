import {
  DriverError,
  exportPage,
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
} from '../contract/index.js';
import type { ExportedFolder, NfsAccess } from './nfs-access.js';
import type { ShareFiles } from './share-files.js';
import { pathsOf, type Share, type Shares, type VolumePaths } from './share.js';

const GIB = 2 ** 30;

/** Location of a volume on a share. */
interface Place {
  readonly share: Share;
  readonly paths: VolumePaths;
}

/** Volumes as files. All their state is on the shares. */
export class NfsVolumes implements VolumeDriver, ExtendableDriver {
  constructor(
    private readonly shares: Shares,
    private readonly files: ShareFiles,
    protected readonly access: NfsAccess,
    private readonly mountPointBase: string,
  ) {}

  async setup(): Promise<void> {
    const { signal } = new AbortController();
    await this.shares.setup(signal);
    await this.access.ready(signal);
    await this.files.ready(signal);
    for (const share of this.shares.all) await this.shares.ready(share, signal);
  }

  async createVolume(volume: VolumeRef, call: CallContext): Promise<void> {
    const { signal } = call;
    if ((await this.find(volume, signal)) !== null) return;
    const bytes = volume.sizeGib * GIB;
    const share = await this.roomiest(bytes, signal);
    await this.files.make(pathsOf(share, volume.id), bytes, share.nested, call);
    // If the share was lost meanwhile, the file may be under the mount point. Fail, so that the caller repeats the call.
    await this.shares.ready(share, signal);
  }

  async deleteVolume(volume: VolumeRef, call: CallContext): Promise<void> {
    await this.removeExport(volume, call);
    for (const share of this.shares.all) {
      await this.files.remove(pathsOf(share, volume.id), share.nested, call.signal);
    }
    for (const target of this.targetsOf(volume)) await this.access.forget(target);
  }

  async extendVolume(volume: VolumeRef, newSizeGib: number, call: CallContext): Promise<void> {
    const { signal } = call;
    const { share, paths } = await this.get(volume, signal);
    const bytes = newSizeGib * GIB;
    const format = await this.files.formatOf(paths, signal);
    const present = await this.files.diskSizeOf(paths.file, format, signal);
    if (present >= bytes) return;
    const { freeBytes } = await this.files.spaceOf(share, signal);
    if (freeBytes < bytes - present) throw noSpace(bytes - present, freeBytes);
    await this.files.resize(paths.file, format, bytes, call);
  }

  validateConnector(connector: Connector): void {
    this.access.check(connector);
  }

  async createExport(
    volume: VolumeRef,
    _connection: Connection,
    { signal }: CallContext,
  ): Promise<ExportDetails> {
    const { share, paths } = await this.get(volume, signal);
    await this.files.mark(paths.mark, signal);
    return { export: share.exportOf(paths.name) };
  }

  async ensureExport(
    volume: VolumeRef,
    connections: readonly Connection[],
    { signal }: CallContext,
  ): Promise<ExportDetails> {
    const { share, paths } = await this.get(volume, signal);
    await this.files.mark(paths.mark, signal);
    await this.access.allowOnly(targetOf(volume, paths), connections, signal);
    return { export: share.exportOf(paths.name) };
  }

  async removeExport(volume: VolumeRef, { signal }: CallContext): Promise<void> {
    for (const share of this.shares.all) {
      const paths = pathsOf(share, volume.id);
      await this.shares.ready(share, signal);
      await this.access.allowOnly(targetOf(volume, paths), [], signal);
      await this.files.unmark(paths.mark, signal);
    }
  }

  async initializeConnection(
    volume: VolumeRef,
    connection: Connection,
    others: readonly Connection[],
    { signal }: CallContext,
  ): Promise<ConnectionInfo> {
    const { share, paths } = await this.get(volume, signal);
    if (!(await this.files.isMarked(paths.mark, signal))) {
      throw new DriverError('NOT_FOUND', `volume ${volume.id} is not exported`);
    }
    const format = await this.files.formatOf(paths, signal);
    // Called for its check: an earlier host may have changed the header to lead the next host to other files.
    if (format === 'qcow2') await this.files.diskSizeOf(paths.file, format, signal);
    await this.access.allow(targetOf(volume, paths), connection, others, signal);
    // Null, not absent: Glance's store fails without the key.
    const options = share.options === undefined ? null : `-o ${share.options}`;
    return {
      driver_volume_type: 'nfs',
      data: { export: share.exportOf(paths.name), name: paths.name, options, format },
      mount_point_base: this.mountPointBase,
    };
  }

  async terminateConnection(
    volume: VolumeRef,
    connection: Connection,
    remaining: readonly Connection[],
    { signal }: CallContext,
  ): Promise<void> {
    for (const target of this.targetsOf(volume)) {
      await this.access.withdraw(target, connection, remaining, signal);
    }
  }

  async inspect(volume: VolumeRef, { signal }: CallContext): Promise<VolumeState> {
    const place = await this.find(volume, signal);
    const exported = place !== null && (await this.files.isMarked(place.paths.mark, signal));
    const targets = place === null ? this.targetsOf(volume) : [targetOf(volume, place.paths)];
    const hosts: string[] = [];
    for (const target of targets) {
      const admitted = await this.access.admittedTo(target, signal);
      if (admitted === null) return { exists: place !== null, exported, admitted };
      hosts.push(...admitted);
    }
    return { exists: place !== null, exported, admitted: hosts };
  }

  async listExports(page: ExportPage, { signal }: CallContext): Promise<readonly ExportState[]> {
    const admitted = await this.access.admitted(signal);
    const exports: ExportState[] = [];
    for (const share of this.shares.all) {
      await this.shares.ready(share, signal);
      for (const volumeId of await this.files.marked(share, signal)) {
        const { folder } = pathsOf(share, volumeId);
        exports.push({ volumeId, admitted: admitted && (admitted.get(folder) ?? []) });
      }
    }
    return exportPage(exports, page);
  }

  async getStats({ signal }: CallContext): Promise<BackendStats> {
    let [total, free] = [0, 0];
    for (const share of this.shares.open) {
      await this.shares.ready(share, signal);
      const { totalBytes, freeBytes } = await this.files.spaceOf(share, signal);
      total += totalBytes;
      free += freeBytes;
    }
    return { totalGib: total / GIB, freeGib: free / GIB };
  }

  /** Returns all folders from which the volume could be exported; access can be removed even if the volume is gone. */
  protected targetsOf(volume: VolumeRef): readonly ExportedFolder[] {
    return this.shares.all.map((share) => targetOf(volume, pathsOf(share, volume.id)));
  }

  /** Searches all shares. Fails if one is unavailable, since the volume may be on it. */
  private async find(volume: VolumeRef, signal: AbortSignal): Promise<Place | null> {
    for (const share of this.shares.all) {
      const paths = pathsOf(share, volume.id);
      await this.shares.ready(share, signal);
      if ((await this.files.sizeOf(paths.file, signal)) !== null) return { share, paths };
    }
    return null;
  }

  private async get(volume: VolumeRef, signal: AbortSignal): Promise<Place> {
    const place = await this.find(volume, signal);
    if (place === null) throw new DriverError('NOT_FOUND', `volume ${volume.id} does not exist`);
    return place;
  }

  private async roomiest(bytes: number, signal: AbortSignal): Promise<Share> {
    let best: { share: Share; freeBytes: number } | undefined;
    for (const share of this.shares.open) {
      const { freeBytes } = await this.files.spaceOf(share, signal);
      if (best === undefined || freeBytes > best.freeBytes) best = { share, freeBytes };
    }
    if (best === undefined || best.freeBytes < bytes) throw noSpace(bytes, best?.freeBytes ?? 0);
    return best.share;
  }
}

function targetOf(volume: VolumeRef, { folder, file }: VolumePaths): ExportedFolder {
  return { volumeId: volume.id, folder, file };
}

function noSpace(bytes: number, freeBytes: number): DriverError {
  const [needed, free] = [bytes, freeBytes].map((size) => (size / GIB).toFixed(1));
  return new DriverError('RESOURCE_EXHAUSTED', `${needed} GiB are needed and ${free} GiB are free`);
}

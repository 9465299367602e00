import { mkdir, open, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
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
} from 'clinker-driver';
import { addressIn, addressOf } from './address.js';
import type { Exports } from './exports.js';
import type { AcmeOptions } from './options.js';

const GIB = 2 ** 30;
const SETUP_TIMEOUT_MS = 10_000;
/** The file's name in the volume's folder. */
const FILE = 'volume';

/** Volumes are sparse files, each in a folder of its own, which is exported by NFS to admitted addresses. */
export class AcmeDriver implements VolumeDriver, ExtendableDriver {
  constructor(
    private readonly options: Pick<AcmeOptions, 'folder' | 'server'>,
    private readonly exports: Exports,
  ) {}

  async setup(): Promise<void> {
    await mkdir(this.options.folder, { recursive: true });
    await this.exports.setup(AbortSignal.timeout(SETUP_TIMEOUT_MS));
  }

  async createVolume(volume: VolumeRef, { signal }: CallContext): Promise<void> {
    signal.throwIfAborted();
    await mkdir(this.folderOf(volume.id), { recursive: true });
    await this.enlarge(volume.id, volume.sizeGib, 'a');
  }

  async deleteVolume(volume: VolumeRef, { signal }: CallContext): Promise<void> {
    await this.exports.remove(volume.id, signal);
    await rm(this.folderOf(volume.id), { recursive: true, force: true });
  }

  async extendVolume(volume: VolumeRef, newSizeGib: number, { signal }: CallContext): Promise<void> {
    signal.throwIfAborted();
    await this.assertThere(volume.id);
    await this.enlarge(volume.id, newSizeGib, 'r+');
  }

  validateConnector(connector: Connector): void {
    addressIn(connector);
  }

  async createExport(
    volume: VolumeRef,
    _connection: Connection,
    { signal }: CallContext,
  ): Promise<ExportDetails> {
    await this.assertThere(volume.id);
    if (!(await this.exports.has(volume.id))) await this.write(volume.id, [], signal);
    return this.detailsOf(volume.id);
  }

  async ensureExport(
    volume: VolumeRef,
    connections: readonly Connection[],
    { signal }: CallContext,
  ): Promise<ExportDetails> {
    await this.assertThere(volume.id);
    await this.write(volume.id, connections.map(addressOf), signal);
    return this.detailsOf(volume.id);
  }

  removeExport(volume: VolumeRef, { signal }: CallContext): Promise<void> {
    return this.exports.remove(volume.id, signal);
  }

  async initializeConnection(
    volume: VolumeRef,
    connection: Connection,
    others: readonly Connection[],
    { signal }: CallContext,
  ): Promise<ConnectionInfo> {
    if (!(await this.exports.has(volume.id))) {
      throw new DriverError('NOT_FOUND', `volume ${volume.id} is not exported`);
    }
    await this.write(volume.id, [connection, ...others].map(addressOf), signal);
    return {
      driver_volume_type: 'nfs',
      data: {
        export: `${this.options.server}:${this.folderOf(volume.id)}`,
        name: FILE,
        options: null,
        format: 'raw',
      },
    };
  }

  async terminateConnection(
    volume: VolumeRef,
    connection: Connection,
    remaining: readonly Connection[],
    { signal }: CallContext,
  ): Promise<void> {
    if (!(await this.exports.has(volume.id))) return;
    const address = addressOf(connection);
    const kept = remaining.map(addressOf);
    const listed = await this.exports.listed(volume.id);
    const others = listed.filter((one) => one !== address || kept.includes(one));
    await this.write(volume.id, others, signal);
  }

  async inspect(volume: VolumeRef, { signal }: CallContext): Promise<VolumeState> {
    const admitted = await this.exports.admitted(signal);
    return {
      exists: await exists(this.fileOf(volume.id)),
      exported: await this.exports.has(volume.id),
      admitted: admitted.get(this.folderOf(volume.id)) ?? [],
    };
  }

  async listExports(page: ExportPage, { signal }: CallContext): Promise<readonly ExportState[]> {
    const admitted = await this.exports.admitted(signal);
    const ids = await this.exports.ids();
    const states = ids.map((volumeId) => ({
      volumeId,
      admitted: admitted.get(this.folderOf(volumeId)) ?? [],
    }));
    return exportPage(states, page);
  }

  async getStats({ signal }: CallContext): Promise<BackendStats> {
    signal.throwIfAborted();
    const { blocks, bavail, bsize } = await statfs(this.options.folder);
    return { totalGib: (blocks * bsize) / GIB, freeGib: (bavail * bsize) / GIB };
  }

  private write(volumeId: string, addresses: readonly string[], signal: AbortSignal): Promise<void> {
    return this.exports.write(volumeId, this.folderOf(volumeId), [...new Set(addresses)], signal);
  }

  /** Growing a file leaves a hole, which reads as zeros. */
  private async enlarge(volumeId: string, sizeGib: number, flags: string): Promise<void> {
    const file = await open(this.fileOf(volumeId), flags, 0o600);
    try {
      const { size } = await file.stat();
      if (size < sizeGib * GIB) await file.truncate(sizeGib * GIB);
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      if (code !== 'ENOSPC' && code !== 'EFBIG') throw cause;
      throw new DriverError('RESOURCE_EXHAUSTED', `${String(sizeGib)} GiB do not fit`, { cause });
    } finally {
      await file.close();
    }
  }

  private async assertThere(volumeId: string): Promise<void> {
    if (await exists(this.fileOf(volumeId))) return;
    throw new DriverError('NOT_FOUND', `volume ${volumeId} does not exist`);
  }

  /** NFS checks addresses and knows no credentials, so there are none to keep. */
  private detailsOf(volumeId: string): ExportDetails {
    return { folder: this.folderOf(volumeId) };
  }

  private folderOf(volumeId: string): string {
    return join(this.options.folder, volumeId);
  }

  private fileOf(volumeId: string): string {
    return join(this.folderOf(volumeId), FILE);
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { RequestContext } from '../auth/request-context.js';
import { InvalidInput, NotFound } from '../common/errors.js';
import { type Tx, UnitOfWork } from '../database/unit-of-work.js';
import type { Metadata } from './volume-detail.js';
import { VolumeDetailsReader } from './volume-details.reader.js';
import { VolumeMetadataRepository } from './volume-metadata.repository.js';
import type { VolumeStatus } from './volume-status.js';
import { VolumesRepository } from './volumes.repository.js';
import { VolumesService } from './volumes.service.js';

/** States in which something else writes a volume's metadata. */
const LOCKED: readonly VolumeStatus[] = ['maintenance', 'uploading'];

/** Whether a change may be made to the metadata as they are. */
export type Precondition = (metadata: Metadata) => boolean;

/** The metadata of volumes. */
@Injectable()
export class VolumeMetadataService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly service: VolumesService,
    private readonly volumes: VolumesRepository,
    private readonly metadata: VolumeMetadataRepository,
    private readonly reader: VolumeDetailsReader,
  ) {}

  /** @throws NotFound when the caller cannot see the volume. */
  async list(ctx: RequestContext, volumeId: string): Promise<Metadata> {
    await this.service.find(ctx, volumeId);
    return (await this.reader.metadataOf([volumeId])).get(volumeId) ?? {};
  }

  /** @throws NotFound also when there is no such key. */
  async get(ctx: RequestContext, volumeId: string, key: string): Promise<string> {
    const metadata = await this.list(ctx, volumeId);
    const value = Object.hasOwn(metadata, key) ? metadata[key] : undefined;
    if (value === undefined) throw new NotFound(noSuchKey(volumeId, key));
    return value;
  }

  /** Sets entries, leaves the others, and gives back all. */
  async merge(ctx: RequestContext, volumeId: string, entries: Metadata): Promise<Metadata> {
    return this.change(ctx, volumeId, async (tx) => {
      await this.metadata.put(tx, volumeId, entries);
      return this.metadata.ofVolume(tx, volumeId);
    });
  }

  /** Sets entries and removes the others; null, and nothing is changed, when the precondition does not hold. */
  async replace(
    ctx: RequestContext,
    volumeId: string,
    entries: Metadata,
    precondition: Precondition,
  ): Promise<Metadata | null> {
    return this.change(ctx, volumeId, async (tx) => {
      if (!precondition(await this.metadata.ofVolume(tx, volumeId))) return null;
      await this.metadata.replace(tx, volumeId, entries);
      return entries;
    });
  }

  /**
   * Sets the entry of one key; null, and nothing is changed, when the precondition does not hold.
   * @throws InvalidInput when the entry is of another key.
   */
  async set(
    ctx: RequestContext,
    volumeId: string,
    key: string,
    entry: Metadata,
    precondition: Precondition,
  ): Promise<Metadata | null> {
    if (!Object.hasOwn(entry, key)) throw new InvalidInput('Request body and URI mismatch');
    return this.change(ctx, volumeId, async (tx) => {
      if (!precondition(await this.metadata.ofVolume(tx, volumeId))) return null;
      await this.metadata.put(tx, volumeId, entry);
      return entry;
    });
  }

  /** @throws NotFound also when there is no such key. */
  async remove(ctx: RequestContext, volumeId: string, key: string): Promise<void> {
    await this.change(ctx, volumeId, async (tx) => {
      const metadata = await this.metadata.ofVolume(tx, volumeId);
      // Compared here, not in SQL: the key comes out of the path, where it may be anything.
      if (!Object.hasOwn(metadata, key)) throw new NotFound(noSuchKey(volumeId, key));
      await this.metadata.remove(tx, volumeId, key);
    });
  }

  private async change<T>(ctx: RequestContext, volumeId: string, work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.unitOfWork.run(async (tx) => {
      const { status } = await this.volumes.lockVisible(tx, ctx, volumeId);
      if (LOCKED.includes(status)) {
        throw new InvalidInput(
          `Invalid volume: Updating volume metadata is not allowed for volumes in ${status} status.`,
        );
      }
      return work(tx);
    });
  }
}

/** Names a state of the metadata; the same entries have the same name. */
export function metadataEtag(metadata: Metadata): string {
  const entries = Object.entries(metadata).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(entries)).digest('hex').slice(0, 32);
}

function noSuchKey(volumeId: string, key: string): string {
  return `Volume ${volumeId} has no metadata with key ${key}.`;
}

import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { RequestContext } from '../../api/auth/request-context.js';
import { InvalidInput, NotFound } from '../../platform/errors.js';
import { type Tx, UnitOfWork } from '../../platform/database/unit-of-work.js';
import type { Metadata } from '../volume/volume-detail.js';
import { VolumeDetailsReader } from '../volume/volume-details.reader.js';
import { VolumeMetadataRepository } from './volume-metadata.repository.js';
import type { VolumeStatus } from '../volume/volume-status.js';
import { MOST_ENTRIES } from './volume-metadata.schema.js';
import type { VolumeEntity } from '../volume/volume.entity.js';
import { VolumesRepository } from '../volume/volumes.repository.js';

/** States in which something else writes the volume's metadata. */
const LOCKED: readonly VolumeStatus[] = ['maintenance', 'uploading'];

/** Decides, by the current metadata, whether a change is allowed. */
export type Precondition = (metadata: Metadata) => boolean;

/** The metadata of volumes. */
@Injectable()
export class VolumeMetadataService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly volumes: VolumesRepository,
    private readonly metadata: VolumeMetadataRepository,
    private readonly reader: VolumeDetailsReader,
  ) {}

  /** @throws NotFound if the caller cannot see the volume. */
  async list(ctx: RequestContext, volumeId: string): Promise<Metadata> {
    await this.volumes.visible(ctx, volumeId);
    return (await this.reader.metadataOf([volumeId])).get(volumeId) ?? {};
  }

  /** @throws NotFound, also for an unknown key. */
  async get(ctx: RequestContext, volumeId: string, key: string): Promise<string> {
    const metadata = await this.list(ctx, volumeId);
    const value = Object.hasOwn(metadata, key) ? metadata[key] : undefined;
    if (value === undefined) throw new NotFound(noSuchKey(volumeId, key));
    return value;
  }

  /** Sets entries and keeps the others; returns all entries. */
  async merge(ctx: RequestContext, volumeId: string, entries: Metadata): Promise<Metadata> {
    return this.change(ctx, volumeId, async (tx, volume) => {
      await this.metadata.put(tx, volume, entries);
      return fewEnough(await this.metadata.ofVolume(tx, volumeId));
    });
  }

  /** Replaces all entries. Returns null, without a change, if the precondition fails. */
  async replace(
    ctx: RequestContext,
    volumeId: string,
    entries: Metadata,
    precondition: Precondition,
  ): Promise<Metadata | null> {
    return this.change(ctx, volumeId, async (tx, volume) => {
      if (!precondition(await this.metadata.ofVolume(tx, volumeId))) return null;
      await this.metadata.replace(tx, volume, entries);
      return entries;
    });
  }

  /**
   * Sets the entry of one key. Returns null, without a change, if the precondition fails.
   * @throws InvalidInput if the entry has another key.
   */
  async set(
    ctx: RequestContext,
    volumeId: string,
    key: string,
    entry: Metadata,
    precondition: Precondition,
  ): Promise<Metadata | null> {
    if (!Object.hasOwn(entry, key)) throw new InvalidInput('Request body and URI mismatch');
    return this.change(ctx, volumeId, async (tx, volume) => {
      if (!precondition(await this.metadata.ofVolume(tx, volumeId))) return null;
      await this.metadata.put(tx, volume, entry);
      fewEnough(await this.metadata.ofVolume(tx, volumeId));
      return entry;
    });
  }

  /** @throws NotFound, also for an unknown key. */
  async remove(ctx: RequestContext, volumeId: string, key: string): Promise<void> {
    await this.change(ctx, volumeId, async (tx) => {
      const metadata = await this.metadata.ofVolume(tx, volumeId);
      // Compared here, not in SQL: the key comes from the path and may be anything.
      if (!Object.hasOwn(metadata, key)) throw new NotFound(noSuchKey(volumeId, key));
      await this.metadata.remove(tx, volumeId, key);
    });
  }

  private async change<T>(
    ctx: RequestContext,
    volumeId: string,
    work: (tx: Tx, volume: VolumeEntity) => Promise<T>,
  ): Promise<T> {
    return this.unitOfWork.run(async (tx) => {
      const volume = await this.volumes.lockVisible(tx, ctx, volumeId);
      if (LOCKED.includes(volume.status)) {
        throw new InvalidInput(
          `Invalid volume: Updating volume metadata is not allowed for volumes in ${volume.status} status.`,
        );
      }
      return work(tx, volume);
    });
  }
}

/** @throws InvalidInput, which rolls the change back, if a volume would have too many entries. */
function fewEnough(metadata: Metadata): Metadata {
  if (Object.keys(metadata).length <= MOST_ENTRIES) return metadata;
  throw new InvalidInput(`Invalid volume metadata: a volume has at most ${MOST_ENTRIES} entries.`);
}

/** Identifies a state of the metadata; equal entries give equal ETags. */
export function metadataEtag(metadata: Metadata): string {
  const entries = Object.entries(metadata).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(entries)).digest('hex').slice(0, 32);
}

function noSuchKey(volumeId: string, key: string): string {
  return `Volume ${volumeId} has no metadata with key ${key}.`;
}

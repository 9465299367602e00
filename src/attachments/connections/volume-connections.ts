import { Injectable } from '@nestjs/common';
import { NotFound } from '../../platform/errors.js';
import type { Tx } from '../../platform/database/unit-of-work.js';
import type { Connection } from '../../drivers/contract/index.js';
import { type VolumeEntity, VolumesRepository } from '../../volumes/index.js';
import { notFoundText } from '../attachment/attachment-list.js';
import type { Attachment } from '../attachment/attachment.js';
import { AttachmentsRepository } from '../attachment/attachments.repository.js';
import { LegacyConnectionsRepository } from './legacy-connections.repository.js';

/** An attachment, named with its volume: a transaction locks the volume before it reads the attachment. */
export interface AttachmentTarget {
  readonly id: string;
  readonly volumeId: string;
}

/** A locked volume and all that connects it to hosts. */
export interface ConnectedVolume {
  readonly volume: VolumeEntity;
  readonly attachments: readonly Attachment[];
  /** Connections made by volume actions. */
  readonly legacy: readonly Connection[];
}

/** An attachment of a locked volume, and all of the volume's attachments. */
export interface LockedAttachment extends Omit<ConnectedVolume, 'legacy'> {
  readonly attachment: Attachment;
}

/** Locks volumes and reads what connects them to hosts: attachments, and connections made by volume actions. */
@Injectable()
export class VolumeConnections {
  constructor(
    private readonly volumes: VolumesRepository,
    private readonly attachments: AttachmentsRepository,
    private readonly legacy: LegacyConnectionsRepository,
  ) {}

  /** Null if the volume is gone. */
  async lock(tx: Tx, volumeId: string): Promise<ConnectedVolume | null> {
    const volume = await this.volumes.lock(tx, volumeId);
    if (volume === null) return null;
    const attachments = await this.attachments.ofVolume(tx, volumeId);
    return { volume, attachments, legacy: await this.legacy.ofVolume(tx, volumeId) };
  }

  /** @throws NotFound */
  async lockAttachment(tx: Tx, { id, volumeId }: AttachmentTarget): Promise<LockedAttachment> {
    const volume = await this.volumes.lock(tx, volumeId);
    const attachments = await this.attachments.ofVolume(tx, volumeId);
    const attachment = attachments.find((one) => one.id === id);
    if (volume === null || attachment === undefined) throw new NotFound(notFoundText(id));
    return { volume, attachment, attachments };
  }
}

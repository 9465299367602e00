import { Injectable } from '@nestjs/common';
import type { RequestContext } from '../../api/auth/request-context.js';
import { NotFound } from '../../platform/errors.js';
import { EntityRows, type StoredRow } from '../../platform/database/entity-rows.js';
import { SecretBox } from '../../platform/database/secrets/secret-box.js';
import type { Tx } from '../../platform/database/unit-of-work.js';
import type { Connection } from '../../drivers/contract/index.js';
import { VolumeEntity, VolumesRepository } from '../../volumes/index.js';
import { notFoundText } from './attachment-list.js';
import { AttachmentEntity } from './attachment.entity.js';
import type { Attachment } from './attachment.js';
import { LegacyConnectionsRepository } from './legacy-connections.repository.js';

/** An attachment, named with its volume: a transaction locks the volume before it reads the attachment. */
export interface AttachmentTarget {
  readonly id: string;
  readonly volumeId: string;
}

/** A locked volume and all that connects it to hosts. */
export interface ConnectedVolume {
  readonly volume: VolumeEntity;
  /** Oldest first. */
  readonly attachments: readonly Attachment[];
  /** Connections made by volume actions, oldest first. */
  readonly legacy: readonly Connection[];
  /** True if the journal has entries for the volume, besides the one that the caller named. */
  readonly hasOtherWork: boolean;
}

/** A locked volume and one of its attachments. */
export interface LockedAttachment extends ConnectedVolume {
  readonly attachment: Attachment;
}

interface Flags extends StoredRow {
  readonly has_legacy: boolean | number;
  readonly has_work: boolean | number;
}

/** Locks volumes and reads what connects them to hosts: attachments, and connections made by volume actions. */
@Injectable()
export class VolumeConnections {
  private readonly volumeRows: EntityRows<VolumeEntity>;
  private readonly attachmentRows: EntityRows<AttachmentEntity>;
  private readonly query: string;

  constructor(
    private readonly volumes: VolumesRepository,
    private readonly legacy: LegacyConnectionsRepository,
    secrets: SecretBox,
  ) {
    this.volumeRows = new EntityRows(VolumeEntity, secrets);
    this.attachmentRows = new EntityRows(AttachmentEntity, secrets);
    this.query = [
      `SELECT ${this.volumeRows.select('volume')}, ${this.attachmentRows.select('attachment')},`,
      'EXISTS (SELECT 1 FROM legacy_connections WHERE volume_id = volume.id) AS has_legacy,',
      'EXISTS (SELECT 1 FROM operations WHERE volume_id = volume.id AND id <> ?) AS has_work',
      'FROM volumes volume LEFT JOIN attachments attachment ON attachment.volume_id = volume.id',
      'WHERE volume.id = ? ORDER BY attachment.created_at, attachment.id',
    ].join(' ');
  }

  /**
   * Null if the volume is gone.
   * @param operationId the caller's own journal entry.
   */
  async lock(tx: Tx, volumeId: string, operationId = ''): Promise<ConnectedVolume | null> {
    // Where rows are locked, a statement of its own: what it waited for would be missing in what it reads.
    await this.volumes.lockRow(tx, volumeId);
    const rows = await tx.statements.rows<Flags>(this.query, [operationId, volumeId]);
    const [first] = rows;
    if (first === undefined) return null;
    return {
      volume: this.volumeRows.entity(first, 'volume'),
      attachments: rows
        .filter((row) => row['attachment_id'] !== null)
        .map((row) => this.attachmentRows.entity(row, 'attachment')),
      legacy: first.has_legacy ? await this.legacy.ofVolume(tx, volumeId) : [],
      hasOtherWork: Boolean(first.has_work),
    };
  }

  /** As {@link lock}. @throws NotFound, also if the caller may not see the volume. */
  async lockVisible(
    tx: Tx,
    ctx: Pick<RequestContext, 'isAdmin' | 'projectId'>,
    volumeId: string,
  ): Promise<ConnectedVolume> {
    return this.volumes.onlyIfVisible(tx, ctx, volumeId, async () => {
      const found = await this.lock(tx, volumeId);
      return found === null ? null : { ...found, projectId: found.volume.projectId };
    });
  }

  /** @throws NotFound */
  async lockAttachment(tx: Tx, { id, volumeId }: AttachmentTarget): Promise<LockedAttachment> {
    const found = await this.lock(tx, volumeId);
    const attachment = found?.attachments.find((one) => one.id === id);
    if (found === null || attachment === undefined) throw new NotFound(notFoundText(id));
    return { ...found, attachment };
  }
}

import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Policies } from '../../api/auth/policies.js';
import type { RequestContext } from '../../api/auth/request-context.js';
import { InvalidInput } from '../../platform/errors.js';
import type { Tx } from '../../platform/database/unit-of-work.js';
import type { AccessMode } from '../../drivers/contract/index.js';
import { QuotasService } from '../../volumes/quotas/index.js';
import {
  isErrorStatus,
  reservableStatuses,
  type VolumeChanges,
  VolumesRepository,
} from '../../volumes/index.js';
import type { Attachment } from '../attachment/attachment.js';
import { AttachmentsRepository } from '../attachment/attachments.repository.js';
import type { ConnectedVolume } from '../attachment/volume-connections.js';
import type { Actor } from '../history/actor.js';
import { DELETED } from '../history/attachment-event.js';
import { AttachmentHistory } from '../history/attachment-history.js';
import { IdempotencyKeysRepository } from './idempotency-keys.repository.js';
import { assertSoleOwner, isOfServer } from './sole-owner.js';
import { keepsStatusWhenDetached, volumeEffect } from '../attachment/volume-effect.js';

/** A parsed request to create an attachment. */
export interface NewAttachment {
  readonly volumeId: string;
  readonly instanceUuid: string | null;
  readonly mode: AccessMode | null;
}

/** Why an attachment is removed: the actor, the backend's time, and a reason if the server did it. */
export interface Release {
  readonly by: Actor;
  readonly durationMs?: number;
  readonly reason?: string;
}

/** The volume before its reservation, and the attachment that reserves it. */
export interface Reserved {
  readonly before: ConnectedVolume;
  readonly attachment: Attachment;
}

/** The hold of attachments on their volume: taken at creation, released at deletion. */
@Injectable()
export class Reservations {
  constructor(
    private readonly volumes: VolumesRepository,
    private readonly attachments: AttachmentsRepository,
    private readonly quotas: QuotasService,
    private readonly history: AttachmentHistory,
    private readonly idempotencyKeys: IdempotencyKeysRepository,
    private readonly policies: Policies,
  ) {}

  /**
   * Reserves the locked volume and inserts the attachment (docs/specification.md#create).
   * @throws Forbidden; InvalidInput if the volume's state forbids it; Conflict if another server's attachment
   * holds the volume although its status does not show it; OverLimit.
   */
  async reserve(
    tx: Tx,
    ctx: RequestContext,
    before: ConnectedVolume,
    wanted: NewAttachment,
  ): Promise<Reserved> {
    const { volume } = before;
    await this.holdVolume(tx, ctx, before, wanted);
    const attachment: Attachment = {
      id: randomUUID(),
      volumeId: volume.id,
      projectId: volume.projectId,
      instanceUuid: wanted.instanceUuid,
      attachedHost: null,
      mountpoint: null,
      attachTime: null,
      attachStatus: 'reserved',
      attachMode: volume.readonly ? 'ro' : wanted.mode,
      connectionInfo: {},
      connector: null,
      errorReason: null,
      updatedAt: null,
    };
    await this.quotas.checkAttachment(tx, volume.projectId);
    await this.attachments.insert(tx, attachment);
    await this.history.record(tx, attachment, { kind: 'reserved', by: ctx, from: null, to: 'reserved' });
    return { before, attachment };
  }

  /** Undoes the reservation of a failed create and frees its Idempotency-Key. */
  async undo(
    tx: Tx,
    found: ConnectedVolume,
    attachmentId: string,
    release: Release,
    changes: VolumeChanges = {},
  ): Promise<void> {
    await this.idempotencyKeys.removeOf(tx, attachmentId);
    await this.release(tx, found, attachmentId, release, changes);
  }

  /**
   * Removes the attachment and derives the volume's state from the remaining ones
   * (docs/specification.md#effect-on-the-volume).
   * @param changes further changes of the volume.
   * @returns the volume's other attachments.
   */
  async release(
    tx: Tx,
    { volume, attachments }: Pick<ConnectedVolume, 'volume' | 'attachments'>,
    attachmentId: string,
    release: Release,
    changes: VolumeChanges = {},
  ): Promise<Attachment[]> {
    const remaining = attachments.filter(({ id }) => id !== attachmentId);
    await this.attachments.remove(tx, attachmentId);
    const effect = volumeEffect(remaining.map(({ attachStatus }) => attachStatus));
    const keeps = effect.attachStatus === 'detached' && keepsStatusWhenDetached(volume);
    const status = keeps ? volume.status : effect.status;
    await this.volumes.change(tx, volume.id, { ...changes, status, attachStatus: effect.attachStatus });
    const attachment = attachments.find(({ id }) => id === attachmentId);
    if (attachment !== undefined) {
      const from = attachment.attachStatus;
      await this.history.record(tx, attachment, { kind: 'deleted', from, to: DELETED, ...release });
    }
    return remaining;
  }

  private async holdVolume(
    tx: Tx,
    ctx: RequestContext,
    { volume, attachments }: ConnectedVolume,
    wanted: NewAttachment,
  ): Promise<void> {
    const { id, status, multiattach } = volume;
    if (isErrorStatus(status)) {
      throw new InvalidInput(
        `Invalid volume: Volume attachments can not be created if the volume is in an error state. The Volume ${id} currently has a status of: ${status} `,
      );
    }
    if (multiattach && volume.bootable && status === 'in-use')
      this.policies.assert(ctx, 'volume:multiattach_bootable_volume', volume.projectId);
    const reservable = reservableStatuses(multiattach);
    const isOwn = isOfServer(wanted.instanceUuid);
    if (!multiattach && reservable.includes(status)) assertSoleOwner(volume, attachments, isOwn);
    if (await this.volumes.compareAndSetStatus(tx, id, reservable, multiattach, 'reserved')) return;
    // Nova migrates and resizes this way: the server that holds the volume may get further attachments.
    const mayShare = wanted.instanceUuid !== null && ['in-use', 'reserved'].includes(status);
    if (mayShare && attachments.some(isOwn)) return;
    // glance_store decides by this text whether to retry, terraform by the 400
    // (docs/specification.md#texts-that-clients-parse).
    const needed = multiattach ? 'available or in-use or downloading' : 'available or downloading';
    throw new InvalidInput(
      `Invalid volume: Volume ${id} status must be ${needed} to reserve, but the current status is ${status}.`,
    );
  }
}

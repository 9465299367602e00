import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Policies } from '../auth/policies.js';
import type { RequestContext } from '../auth/request-context.js';
import { Clock } from '../common/clock.js';
import { InvalidInput, NotFound } from '../common/errors.js';
import type { Tx } from '../database/unit-of-work.js';
import type { AccessMode } from '../drivers/contract/index.js';
import { QuotasService } from '../quotas/index.js';
import { isErrorStatus, reservableStatuses, type VolumeEntity, VolumesRepository } from '../volumes/index.js';
import type { Attachment } from './attachment.js';
import { AttachmentsRepository } from './attachments.repository.js';
import type { Actor } from './history/actor.js';
import { DELETED } from './history/attachment-event.js';
import { AttachmentHistory } from './history/attachment-history.js';
import { IdempotencyKeysRepository } from './idempotency/idempotency-keys.repository.js';
import { keepsStatusWhenDetached, volumeEffect } from './volume-effect.js';

/** What a client wants to attach. */
export interface NewAttachment {
  readonly volumeId: string;
  readonly instanceUuid: string | null;
  readonly mode: AccessMode | null;
}

/** Who takes an attachment away; after how much work at the backend; why, where nobody asked for it. */
export interface Release {
  readonly by: Actor;
  readonly durationMs?: number;
  readonly reason?: string;
}

/** A volume as it was, and the attachment that reserves it. */
export interface Reserved {
  readonly volume: VolumeEntity;
  readonly attachment: Attachment;
}

/** The hold that attachments have on their volume: taken at creation, given back at deletion. */
@Injectable()
export class Reservations {
  constructor(
    private readonly volumes: VolumesRepository,
    private readonly attachments: AttachmentsRepository,
    private readonly quotas: QuotasService,
    private readonly history: AttachmentHistory,
    private readonly idempotencyKeys: IdempotencyKeysRepository,
    private readonly policies: Policies,
    private readonly clock: Clock,
  ) {}

  /**
   * Reserves the volume and adds the attachment (SPEC 9.2); gives back both, the volume as it was before.
   * @throws NotFound, Forbidden, InvalidInput when the volume's state forbids it; OverLimit.
   */
  async reserve(tx: Tx, ctx: RequestContext, wanted: NewAttachment): Promise<Reserved> {
    const volume = await this.volumes.lock(tx, wanted.volumeId);
    if (volume === null) throw new NotFound(`Volume ${wanted.volumeId} could not be found.`);
    await this.holdVolume(tx, ctx, volume, wanted);
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
      createdAt: this.clock.now(),
      updatedAt: null,
    };
    await this.quotas.checkAttachment(tx, volume.projectId);
    await this.attachments.insert(tx, attachment);
    await this.history.record(tx, attachment, { kind: 'reserved', by: ctx, from: null, to: 'reserved' });
    return { volume, attachment };
  }

  /** Takes back what a create has reserved that failed: its Idempotency-Key is free again as well. */
  async undo(tx: Tx, volume: VolumeEntity, attachmentId: string, release: Release): Promise<void> {
    await this.idempotencyKeys.removeOf(tx, attachmentId);
    await this.release(tx, volume, attachmentId, release);
  }

  /**
   * Removes the attachment and leaves the volume in the state that the others amount to (SPEC 6.2).
   * @returns the volume's other attachments.
   */
  async release(tx: Tx, volume: VolumeEntity, attachmentId: string, release: Release): Promise<Attachment[]> {
    const attachments = await this.attachments.ofVolume(tx, volume.id);
    const remaining = attachments.filter(({ id }) => id !== attachmentId);
    await this.attachments.remove(tx, attachmentId);
    const attachment = attachments.find(({ id }) => id === attachmentId);
    if (attachment !== undefined) {
      const from = attachment.attachStatus;
      await this.history.record(tx, attachment, { kind: 'deleted', from, to: DELETED, ...release });
    }
    const effect = volumeEffect(remaining.map(({ attachStatus }) => attachStatus));
    const keeps = effect.attachStatus === 'detached' && keepsStatusWhenDetached(volume);
    await this.volumes.setStatus(tx, volume.id, keeps ? volume.status : effect.status, effect.attachStatus);
    return remaining;
  }

  private async holdVolume(
    tx: Tx,
    ctx: RequestContext,
    volume: VolumeEntity,
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
    if (await this.volumes.compareAndSetStatus(tx, id, reservable, multiattach, 'reserved')) return;
    if (await this.isHeldBySameInstance(tx, volume, wanted.instanceUuid)) return;
    // glance_store decides by this text whether to try again, and terraform by the 400 (SPEC 4.4).
    const needed = multiattach ? 'available or in-use or downloading' : 'available or downloading';
    throw new InvalidInput(
      `Invalid volume: Volume ${id} status must be ${needed} to reserve, but the current status is ${status}.`,
    );
  }

  /** How Nova migrates and resizes: the server that holds the volume already may have more attachments of it. */
  private async isHeldBySameInstance(
    tx: Tx,
    volume: VolumeEntity,
    instanceUuid: string | null,
  ): Promise<boolean> {
    if (instanceUuid === null || !['in-use', 'reserved'].includes(volume.status)) return false;
    const attachments = await this.attachments.ofVolume(tx, volume.id);
    return attachments.some((attachment) => attachment.instanceUuid === instanceUuid);
  }
}

import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import {
  type Attachment,
  AttachmentHistory,
  AttachmentsRepository,
  AttachmentsService,
  DetachRule,
  FOLLOWING,
  severalAttachments,
  volumeEffect,
} from '../attachments/index.js';
import type { RequestContext } from '../api/auth/request-context.js';
import type { AccessMode } from '../drivers/contract/index.js';
import { Clock } from '../platform/clock.js';
import { InvalidInput, NotFound } from '../platform/errors.js';
import { canonicalUuid } from '../platform/uuid.js';
import { type Tx, UnitOfWork } from '../platform/database/unit-of-work.js';
import { QuotasService } from '../volumes/quotas/index.js';
import {
  isErrorStatus,
  type VolumeEntity,
  VolumesRepository,
  VolumesService,
  type VolumeStatus,
} from '../volumes/index.js';
import { sanitizedHostName } from './host-name.js';

/** The place where a volume was attached; at least one of server and host is set. */
export interface LegacyAttach {
  readonly mountpoint: string;
  readonly instance_uuid?: string;
  readonly host_name?: string;
  readonly mode?: AccessMode;
}

/** States in which the volume does not exist yet or any more. */
const NOT_THERE: readonly VolumeStatus[] = ['creating', 'deleting'];

/** Attachments made and removed by older clients: the host reports them, and the backend is not called. */
@Injectable()
export class LegacyAttachService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly volumes: VolumesRepository,
    private readonly volumesService: VolumesService,
    private readonly attachments: AttachmentsRepository,
    private readonly service: AttachmentsService,
    private readonly quotas: QuotasService,
    private readonly rule: DetachRule,
    private readonly history: AttachmentHistory,
    private readonly clock: Clock,
  ) {}

  /**
   * Records that a server or host uses the volume. Idempotent.
   * @throws NotFound; InvalidInput if the volume's state or read-only flag forbids it; OverLimit.
   */
  async attach(ctx: RequestContext, volumeId: string, wanted: LegacyAttach): Promise<void> {
    await this.unitOfWork.run(async (tx) => {
      const volume = await this.volumes.lockVisible(tx, ctx, volumeId);
      const attachments = await this.attachments.ofVolume(tx, volumeId);
      const place = placeOf(wanted);
      const mode = wanted.mode ?? 'rw';
      checkMode(volume, mode);
      if (attachments.some((attachment) => isAt(attachment, place))) {
        await this.volumes.setStatus(tx, volumeId, 'in-use');
        return;
      }
      if (!volume.multiattach && (volume.status === 'in-use' || attachments.length > 0)) {
        throw new InvalidInput(
          'Invalid volume: volume is already attached and multiple attachments are not enabled',
        );
      }
      await this.quotas.checkAttachment(tx, volume.projectId);
      const attachment = this.newRow(volume, wanted.mountpoint, mode, place);
      await this.attachments.insert(tx, attachment);
      await this.volumes.setStatus(tx, volumeId, 'in-use', 'attached');
      await this.history.record(tx, attachment, { kind: 'completed', by: ctx, from: null, to: 'attached' });
    });
  }

  /**
   * Removes an attachment, or the volume's only one if none is named, after ending its connection, if any. Idempotent. On
   * failure it becomes `error_detaching`.
   * @throws NotFound; InvalidInput if it belongs to another volume, or is not named among several; Conflict if a server
   * uses it that only Nova may detach; BackendFailure.
   */
  async detach(ctx: RequestContext, volumeId: string, attachmentId: string | null): Promise<void> {
    await this.take(ctx, volumeId, attachmentId, (id) => this.service.delete(ctx, id, 'detach-failed'));
  }

  /**
   * Like {@link detach}, but cuts off the attachment's hosts, whatever they do.
   * @throws Conflict, also if the driver does not confirm that.
   */
  async forceDetach(ctx: RequestContext, volumeId: string, attachmentId: string | null): Promise<void> {
    await this.take(ctx, volumeId, attachmentId, (id) => this.service.forceDetach(ctx, id));
  }

  private async take(
    ctx: RequestContext,
    volumeId: string,
    attachmentId: string | null,
    remove: (id: string) => Promise<unknown>,
  ): Promise<void> {
    await this.volumesService.find(ctx, volumeId);
    if (attachmentId !== null) await this.refuseForeign(ctx, volumeId, attachmentId);
    const target = await this.unitOfWork.run(async (tx) => {
      const volume = await this.volumes.lockVisible(tx, ctx, volumeId);
      if (volume.status === 'maintenance')
        throw new InvalidInput('Invalid volume: The volume cannot be detached in maintenance mode.');
      const attachments = await this.attachments.ofVolume(tx, volumeId);
      if (attachmentId === null && attachments.length > 1 && this.rule.bindsCaller(ctx))
        throw severalAttachments(volumeId);
      const found = pick(attachments, attachmentId);
      if (found === null) await this.settle(tx, volume, attachments);
      return found;
    });
    if (target === null) return;
    await remove(target.id).catch((error: unknown) => {
      // Removed by another request in the meantime.
      if (!(error instanceof NotFound)) throw error;
    });
  }

  private newRow(volume: VolumeEntity, mountpoint: string, mode: AccessMode, place: Place): Attachment {
    return {
      id: randomUUID(),
      volumeId: volume.id,
      projectId: volume.projectId,
      ...place,
      mountpoint,
      attachTime: this.clock.now(),
      attachStatus: 'attached',
      attachMode: mode,
      connectionInfo: {},
      connector: null,
      errorReason: null,
      updatedAt: null,
    };
  }

  /** Updates the volume's state to match its attachments, if its current state follows them. */
  private async settle(tx: Tx, volume: VolumeEntity, attachments: readonly Attachment[]): Promise<void> {
    if (!FOLLOWING.includes(volume.status)) return;
    const effect = volumeEffect(attachments.map(({ attachStatus }) => attachStatus));
    await this.volumes.setStatus(tx, volume.id, effect.status, effect.attachStatus);
  }

  private async refuseForeign(ctx: RequestContext, volumeId: string, attachmentId: string): Promise<void> {
    const found = await this.attachments.findVisible(ctx, attachmentId);
    if (found !== null && found.volumeId !== volumeId)
      throw new InvalidInput('Invalid input received: Mismatched volume and attachment');
  }
}

type Place = Pick<Attachment, 'instanceUuid' | 'attachedHost'>;

function placeOf({ instance_uuid: instance, host_name: host }: LegacyAttach): Place {
  return {
    instanceUuid: instance === undefined ? null : canonicalUuid(instance),
    attachedHost: host === undefined ? null : sanitizedHostName(host),
  };
}

/** True if an attachment is of the same server, or of the same host if no server is named. */
function isAt(attachment: Attachment, { instanceUuid, attachedHost }: Place): boolean {
  if (instanceUuid !== null) return attachment.instanceUuid === instanceUuid;
  return attachment.attachedHost === attachedHost;
}

function checkMode(volume: VolumeEntity, mode: string): void {
  if (volume.status === 'maintenance')
    throw new InvalidInput('Invalid volume: The volume cannot be attached in maintenance mode.');
  if (NOT_THERE.includes(volume.status) || isErrorStatus(volume.status))
    throw new InvalidInput(`Invalid volume: The volume cannot be attached while it is ${volume.status}.`);
  if (volume.readonly && mode !== 'ro')
    throw new InvalidInput(`Invalid attaching mode '${mode}' for volume ${volume.id}.`);
}

function pick(attachments: readonly Attachment[], id: string | null): Attachment | null {
  if (id !== null) return attachments.find((attachment) => attachment.id === id) ?? null;
  if (attachments.length > 1) {
    throw new InvalidInput(
      'Invalid volume: Detach volume failed: More than one attachment, but no attachment_id provided.',
    );
  }
  return attachments[0] ?? null;
}

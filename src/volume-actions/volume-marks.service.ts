import { Injectable } from '@nestjs/common';
import { assertSoleOwner, AttachmentsRepository } from '../attachments/index.js';
import type { RequestContext } from '../api/auth/request-context.js';
import { InvalidInput } from '../platform/errors.js';
import { type Tx, UnitOfWork } from '../platform/database/unit-of-work.js';
import { isMigrating, type VolumeEntity, VolumesRepository, type VolumeStatus } from '../volumes/index.js';

/** Actions that change only the volume's row and need no backend. */
@Injectable()
export class VolumeMarksService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly volumes: VolumesRepository,
    private readonly attachments: AttachmentsRepository,
  ) {}

  /**
   * Marks the volume as attaching.
   * @throws NotFound; InvalidInput unless it is available, or multiattach and in use; Conflict if an attachment holds a
   * volume without multiattach that only looks available.
   */
  async reserve(ctx: RequestContext, volumeId: string): Promise<void> {
    await this.withVolume(ctx, volumeId, async (tx, volume) => {
      const from: readonly VolumeStatus[] = volume.multiattach ? ['available', 'in-use'] : ['available'];
      if (from.includes(volume.status))
        assertSoleOwner(volume, await this.attachments.ofVolume(tx, volumeId));
      if (await this.move(tx, volume, from, 'attaching')) return;
      throw new InvalidInput(
        `Invalid volume: Volume status must be ${from.join(' or ')} to reserve, but the status is ${volume.status}.`,
      );
    });
  }

  /** Undoes {@link reserve}; no effect on a volume that is not attaching. @throws NotFound */
  async unreserve(ctx: RequestContext, volumeId: string): Promise<void> {
    await this.withVolume(ctx, volumeId, (tx, volume) => this.volumes.unreserve(tx, volume));
  }

  /** Marks the volume as detaching. @throws NotFound; InvalidInput unless it is in use and attached. */
  async beginDetaching(ctx: RequestContext, volumeId: string): Promise<void> {
    await this.withVolume(ctx, volumeId, async (tx, volume) => {
      // As in Cinder: users must not see a migrating volume as detached on the way.
      if (isMigrating(volume)) return;
      if (volume.attachStatus === 'attached' && (await this.move(tx, volume, ['in-use'], 'detaching')))
        return;
      throw new InvalidInput(
        "Invalid volume: Unable to detach volume. Volume status must be 'in-use' and attach_status must be 'attached' to detach.",
      );
    });
  }

  /** Undoes {@link beginDetaching}; no effect on a volume that is not detaching. @throws NotFound */
  async rollDetaching(ctx: RequestContext, volumeId: string): Promise<void> {
    await this.withVolume(ctx, volumeId, async (tx, volume) => {
      await this.move(tx, volume, ['detaching'], 'in-use');
    });
  }

  /** @throws NotFound; InvalidInput while the volume is in maintenance. */
  async setBootable(ctx: RequestContext, volumeId: string, bootable: boolean): Promise<void> {
    await this.withVolume(ctx, volumeId, async (tx, volume) => {
      if (volume.status === 'maintenance')
        throw new InvalidInput('Invalid volume: The volume cannot be updated during maintenance.');
      await this.volumes.change(tx, volumeId, { bootable });
    });
  }

  /** Sets the access of future connections. @throws NotFound; InvalidInput unless the volume is available. */
  async setReadonly(ctx: RequestContext, volumeId: string, readonly: boolean): Promise<void> {
    await this.withVolume(ctx, volumeId, async (tx, { status }) => {
      if (status !== 'available') {
        throw new InvalidInput(
          `Invalid volume: Volume ${volumeId} status must be available to update readonly flag, but current status is: ${status}.`,
        );
      }
      await this.volumes.change(tx, volumeId, { readonly, readonlySet: true });
    });
  }

  private async move(
    tx: Tx,
    { id, multiattach }: VolumeEntity,
    from: readonly VolumeStatus[],
    to: VolumeStatus,
  ): Promise<boolean> {
    return this.volumes.compareAndSetStatus(tx, id, from, multiattach, to);
  }

  private async withVolume(
    ctx: RequestContext,
    volumeId: string,
    work: (tx: Tx, volume: VolumeEntity) => Promise<void>,
  ): Promise<void> {
    await this.unitOfWork.run(async (tx) => work(tx, await this.volumes.lockVisible(tx, ctx, volumeId)));
  }
}

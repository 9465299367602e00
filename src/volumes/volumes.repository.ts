import { Injectable } from '@nestjs/common';
import type { RequestContext } from '../auth/request-context.js';
import { Clock } from '../common/clock.js';
import { NotFound } from '../common/errors.js';
import { isUuidLike } from '../common/uuid.js';
import { Reader } from '../database/reader.js';
import { SecretBox } from '../database/secrets/secret-box.js';
import type { Tx } from '../database/unit-of-work.js';
import type { ExportDetails } from '../drivers/contract/index.js';
import { VolumeEntity } from './volume.entity.js';
import { volumeNotFound } from './volume-list.js';
import { type StoredVolume, VOLUME_COLUMNS, type Volume, type VolumeRow, volumeRow } from './volume-row.js';
import type { VolumeStatus } from './volume-status.js';

/** What of a volume can change after its creation. */
export type VolumeChanges = Partial<
  Pick<
    VolumeEntity,
    | 'name'
    | 'description'
    | 'status'
    | 'sizeGib'
    | 'pendingSizeGib'
    | 'attachStatus'
    | 'migrationStatus'
    | 'bootable'
    | 'readonly'
    | 'readonlySet'
    | 'exportDetails'
    | 'errorReason'
  >
>;

/** The rows of volumes. */
@Injectable()
export class VolumesRepository {
  constructor(
    private readonly reader: Reader,
    private readonly clock: Clock,
    private readonly secrets: SecretBox,
  ) {}

  async insert(tx: Tx, volume: Volume): Promise<void> {
    await tx.manager
      .createQueryBuilder()
      .insert()
      .into(VolumeEntity)
      .values({ ...volume, exportDetails: this.seal(volume.id, volume.exportDetails) })
      .updateEntity(false)
      .execute();
  }

  /** The volume, locked until the unit ends; first thing in every unit that concerns a volume (docs/adr/0002). */
  async lock(tx: Tx, volumeId: string): Promise<VolumeEntity | null> {
    const query = tx.manager
      .createQueryBuilder(VolumeEntity, 'volume')
      .where('volume.id = :volumeId', { volumeId });
    if (tx.locksRows) query.setLock('pessimistic_write');
    return query.getOne();
  }

  /**
   * The volume, locked, if the caller may know of it.
   * @throws NotFound
   */
  async lockVisible(
    tx: Tx,
    ctx: Pick<RequestContext, 'isAdmin' | 'projectId'>,
    volumeId: string,
  ): Promise<VolumeEntity> {
    const volume = isUuidLike(volumeId) ? await this.lock(tx, volumeId) : null;
    if (volume === null || !(ctx.isAdmin || volume.projectId === ctx.projectId))
      throw new NotFound(volumeNotFound(volumeId));
    return volume;
  }

  /** Whether the volume has attachments, whatever their state. */
  async hasAttachments(tx: Tx, volumeId: string): Promise<boolean> {
    const found: unknown = await tx.manager
      .createQueryBuilder()
      .select('1', 'found')
      // By name: the entity belongs to a feature that is built on this one.
      .from('attachments', 'attachment')
      .where('attachment.volume_id = :volumeId', { volumeId })
      .limit(1)
      .getRawOne();
    return found !== undefined;
  }

  /** Moves the volume to a state if it is in one of `from` and of that kind; tells whether it was. */
  async compareAndSetStatus(
    tx: Tx,
    volumeId: string,
    from: readonly VolumeStatus[],
    multiattach: boolean,
    to: VolumeStatus,
  ): Promise<boolean> {
    const { affected } = await tx.manager
      .createQueryBuilder()
      .update(VolumeEntity)
      .set({ status: to, updatedAt: this.clock.now() })
      .where('id = :volumeId AND status IN (:...from) AND multiattach = :multiattach', {
        volumeId,
        from,
        multiattach,
      })
      .updateEntity(false)
      .execute();
    return affected === 1;
  }

  /** Takes the mark of a volume that is attaching away: it is in use if anything is attached, else available. */
  async unreserve(tx: Tx, { id, multiattach }: Pick<VolumeEntity, 'id' | 'multiattach'>): Promise<void> {
    const isAttached = await this.hasAttachments(tx, id);
    await this.compareAndSetStatus(tx, id, ['attaching'], multiattach, isAttached ? 'in-use' : 'available');
  }

  /** Sets what became of the volume, and what its attachments amount to where that changed too. */
  async setStatus(tx: Tx, volumeId: string, status: VolumeStatus, attachStatus?: string): Promise<void> {
    await this.change(tx, volumeId, { status, ...(attachStatus === undefined ? {} : { attachStatus }) });
  }

  /** Keeps what the driver wants to see again, or forgets it once the volume is not exported. */
  async setExportDetails(tx: Tx, volumeId: string, details: ExportDetails | null): Promise<void> {
    await this.change(tx, volumeId, { exportDetails: details });
  }

  async change(tx: Tx, volumeId: string, changes: VolumeChanges): Promise<void> {
    const { exportDetails } = changes;
    await tx.manager
      .createQueryBuilder()
      .update(VolumeEntity)
      .set({
        ...changes,
        ...(exportDetails === undefined ? {} : { exportDetails: this.seal(volumeId, exportDetails) }),
        updatedAt: this.clock.now(),
      })
      .where('id = :volumeId', { volumeId })
      .updateEntity(false)
      .execute();
  }

  /** Removes the row, and its metadata with it. */
  async remove(tx: Tx, volumeId: string): Promise<void> {
    await tx.manager.delete(VolumeEntity, { id: volumeId });
  }

  /** The volume of that very id if the caller may know of it: their project's, or any for an admin. */
  async findVisible(
    ctx: Pick<RequestContext, 'isAdmin' | 'projectId'>,
    volumeId: string,
  ): Promise<VolumeRow | null> {
    if (!isUuidLike(volumeId)) return null;
    const [stored] = await this.reader.rows<StoredVolume>(
      `SELECT ${VOLUME_COLUMNS} FROM volumes WHERE id = ?${ctx.isAdmin ? '' : ' AND project_id = ?'}`,
      ctx.isAdmin ? [volumeId] : [volumeId, ctx.projectId],
    );
    return stored === undefined ? null : volumeRow(stored);
  }

  private seal(id: string, details: VolumeEntity['exportDetails']): VolumeEntity['exportDetails'] {
    return details === null ? null : this.secrets.seal('volumes.export_details', id, details);
  }
}

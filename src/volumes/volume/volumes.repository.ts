import { Injectable } from '@nestjs/common';
import type { RequestContext } from '../../api/auth/request-context.js';
import { Clock } from '../../platform/clock.js';
import { NotFound } from '../../platform/errors.js';
import { isUuidLike } from '../../platform/uuid.js';
import { EntityRows } from '../../platform/database/entity-rows.js';
import { LockedRows } from '../../platform/database/locked-rows.js';
import { Reader } from '../../platform/database/reader.js';
import { SecretBox } from '../../platform/database/secrets/secret-box.js';
import type { Tx } from '../../platform/database/unit-of-work.js';
import type { ExportDetails } from '../../drivers/contract/index.js';
import { VolumeEntity } from './volume.entity.js';
import {
  type StoredVolume,
  VOLUME_COLUMNS,
  type Volume,
  type VolumeRow,
  volumeNotFound,
  volumeRow,
} from './volume-row.js';
import type { VolumeStatus } from './volume-status.js';

/** Fields of a volume that can change after its creation. */
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
    | 'backend'
  >
>;

/** The rows of volumes. */
@Injectable()
export class VolumesRepository {
  private readonly rows: EntityRows<VolumeEntity>;

  constructor(
    private readonly reader: Reader,
    private readonly lockedRows: LockedRows,
    private readonly clock: Clock,
    secrets: SecretBox,
  ) {
    this.rows = new EntityRows(VolumeEntity, secrets);
  }

  async insert(tx: Tx, volume: Volume): Promise<void> {
    await this.rows.insert(tx, volume);
  }

  /** The volume, locked until the transaction ends. Every transaction on a volume takes this lock first (docs/adr/0002). */
  async lock(tx: Tx, volumeId: string): Promise<VolumeEntity | null> {
    const [volume = null] = await this.lockedRows.lock(`volumes ${volumeId}`, () =>
      this.rows.find(tx, { id: volumeId }, { isLocked: true }),
    );
    return volume;
  }

  /** Takes the lock of {@link lock} and reads nothing. SQLite has one writer instead, so nothing is sent. */
  async lockRow(tx: Tx, volumeId: string): Promise<void> {
    if (tx.locksRows) await this.lock(tx, volumeId);
  }

  /**
   * The volume, locked, if the caller may see it.
   * @throws NotFound
   */
  async lockVisible(
    tx: Tx,
    ctx: Pick<RequestContext, 'isAdmin' | 'projectId'>,
    volumeId: string,
  ): Promise<VolumeEntity> {
    return this.onlyIfVisible(tx, ctx, volumeId, () => this.lock(tx, volumeId));
  }

  /**
   * Locks a volume by `take` unless it is somebody else's: nobody waits for a lock that he may not see.
   * @throws NotFound
   */
  async onlyIfVisible<T extends Pick<VolumeEntity, 'projectId'>>(
    tx: Tx,
    ctx: Pick<RequestContext, 'isAdmin' | 'projectId'>,
    volumeId: string,
    take: () => Promise<T | null>,
  ): Promise<T> {
    const { isAdmin, projectId } = ctx;
    const mayTake =
      isUuidLike(volumeId) &&
      (isAdmin || !tx.locksRows || (await this.rows.exists(tx, { id: volumeId, projectId })));
    const taken = mayTake ? await take() : null;
    if (taken === null || !(isAdmin || taken.projectId === projectId))
      throw new NotFound(volumeNotFound(volumeId));
    return taken;
  }

  /** True if the volume has attachments, in any state. */
  async hasAttachments(tx: Tx, volumeId: string): Promise<boolean> {
    const found: unknown = await tx.manager
      .createQueryBuilder()
      .select('1', 'found')
      // By table name: the entity belongs to a feature built on top of this one.
      .from('attachments', 'attachment')
      .where('attachment.volume_id = :volumeId', { volumeId })
      .limit(1)
      .getRawOne();
    return found !== undefined;
  }

  /** The servers that use the volume, or may, according to its attachments. */
  async serversOf(tx: Tx, volumeId: string): Promise<string[]> {
    const rows = await tx.manager
      .createQueryBuilder()
      .select('DISTINCT attachment.instance_uuid', 'server')
      // By table name, as above.
      .from('attachments', 'attachment')
      .where('attachment.volume_id = :volumeId AND attachment.instance_uuid IS NOT NULL', { volumeId })
      .andWhere("attachment.attach_status <> 'reserved'")
      .getRawMany<{ server: string }>();
    return rows.map(({ server }) => server);
  }

  /** Changes the status if it is one of `from` and the multiattach flag matches. @returns whether it did. */
  async compareAndSetStatus(
    tx: Tx,
    volumeId: string,
    from: readonly VolumeStatus[],
    multiattach: boolean,
    to: VolumeStatus,
  ): Promise<boolean> {
    const changed = await tx.statements.change(
      `UPDATE volumes SET status = ?, updated_at = ? WHERE id = ? AND multiattach = ? AND status IN (${from.map(() => '?').join(', ')})`,
      [to, this.clock.now(), volumeId, multiattach, ...from],
    );
    return changed === 1;
  }

  /** Ends the `attaching` status: the volume becomes in-use if it has attachments, else available. */
  async unreserve(tx: Tx, { id, multiattach }: Pick<VolumeEntity, 'id' | 'multiattach'>): Promise<void> {
    const isAttached = await this.hasAttachments(tx, id);
    await this.compareAndSetStatus(tx, id, ['attaching'], multiattach, isAttached ? 'in-use' : 'available');
  }

  /** Sets the volume's status, and its attach status if that changed too. */
  async setStatus(tx: Tx, volumeId: string, status: VolumeStatus, attachStatus?: string): Promise<void> {
    await this.change(tx, volumeId, { status, ...(attachStatus === undefined ? {} : { attachStatus }) });
  }

  /** Stores the details that the driver needs later, or clears them once the volume is not exported. */
  async setExportDetails(tx: Tx, volumeId: string, details: ExportDetails | null): Promise<void> {
    await this.change(tx, volumeId, { exportDetails: details });
  }

  /** As {@link change}, but leaves the volume as it is if nothing changes. */
  async changeIfAny(tx: Tx, volumeId: string, changes: VolumeChanges): Promise<void> {
    if (Object.keys(changes).length > 0) await this.change(tx, volumeId, changes);
  }

  /** Changes fields, at least the time of the last change. */
  async change(tx: Tx, volumeId: string, changes: VolumeChanges): Promise<void> {
    await this.rows.update(tx, { id: volumeId }, { ...changes, updatedAt: this.clock.now() });
  }

  /** Removes the row and its metadata. */
  async remove(tx: Tx, volumeId: string): Promise<void> {
    await this.rows.remove(tx, { id: volumeId });
  }

  /**
   * The volume with exactly that id: in the caller's project, or any for an admin.
   * @throws NotFound, also if the caller may not see the volume.
   */
  async visible(ctx: Pick<RequestContext, 'isAdmin' | 'projectId'>, volumeId: string): Promise<VolumeRow> {
    if (!isUuidLike(volumeId)) throw new NotFound(volumeNotFound(volumeId));
    const [stored] = await this.reader.rows<StoredVolume>(
      `SELECT ${VOLUME_COLUMNS} FROM volumes WHERE id = ?${ctx.isAdmin ? '' : ' AND project_id = ?'}`,
      ctx.isAdmin ? [volumeId] : [volumeId, ctx.projectId],
    );
    if (stored === undefined) throw new NotFound(volumeNotFound(volumeId));
    return volumeRow(stored);
  }
}

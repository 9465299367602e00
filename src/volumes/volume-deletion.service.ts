import { Injectable } from '@nestjs/common';
import { Policies } from '../auth/policies.js';
import type { RequestContext } from '../auth/request-context.js';
import { InvalidInput } from '../common/errors.js';
import { type Tx, UnitOfWork } from '../database/unit-of-work.js';
import { BackendRegistry } from '../drivers/registry/backend-registry.js';
import { OperationJournal } from '../operations/operation-journal.js';
import { VolumeProvisioningService } from './volume-provisioning.service.js';
import { DELETABLE } from './volume-status.js';
import type { VolumeEntity } from './volume.entity.js';
import { VolumesRepository } from './volumes.repository.js';

/** States of a migration in which nothing is on its way. */
const SETTLED_MIGRATION: readonly (string | null)[] = [null, 'success', 'error', 'none'];

/** Cinder's words for what a volume must be to be deleted; clients look for them. We delete in error_deleting too. */
const NEEDED_STATE =
  'status must be available or error or error_restoring or error_extending or error_managing and ';
const NEEDED_REST =
  'must not be migrating, attached, belong to a group, have snapshots, awaiting a transfer, or be disassociated from snapshots after volume transfer.';

/** Deletes volumes. */
@Injectable()
export class VolumeDeletionService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly journal: OperationJournal,
    private readonly backends: BackendRegistry,
    private readonly volumes: VolumesRepository,
    private readonly provisioning: VolumeProvisioningService,
    private readonly policies: Policies,
  ) {}

  /**
   * Records that the volume is to go, and begins to remove it. With `force` its state does not matter; what is attached
   * stays in any case.
   * @throws NotFound, Forbidden; InvalidInput when the volume's state forbids it; Unavailable.
   */
  async delete(ctx: RequestContext, volumeId: string, force: boolean): Promise<void> {
    const { requestId } = ctx;
    const record = async (tx: Tx) => {
      const volume = await this.volumes.lockVisible(tx, ctx, volumeId);
      if (force) this.policies.assert(ctx, 'volume:force_delete', volume.projectId);
      await this.checkDeletable(tx, volume, force);
      // A backend that is configured no longer fails the deletion itself, which leaves a reason.
      this.backends
        .all()
        .find(({ name }) => name === volume.backend)
        ?.assertAccepting();
      await this.volumes.setStatus(tx, volumeId, 'deleting');
      const id = await this.journal.open(tx, { kind: 'delete-volume', volumeId, requestId });
      // Whichever of the two gets the backend first: the volume goes, and its creation need not be resumed.
      await this.journal.closeAll(tx, 'create-volume', volumeId);
      await this.journal.closeAll(tx, 'extend-volume', volumeId);
      await this.journal.closeAll(tx, 'delete-volume', volumeId, id);
      return id;
    };
    const operationId = await this.journal.whenFree(() => this.unitOfWork.run(record));
    this.provisioning.startDelete({ id: operationId, volumeId, requestId });
  }

  private async checkDeletable(tx: Tx, volume: VolumeEntity, force: boolean): Promise<void> {
    const isInState = force || DELETABLE.includes(volume.status);
    const isFree =
      volume.attachStatus !== 'attached' &&
      SETTLED_MIGRATION.includes(volume.migrationStatus) &&
      !(await this.volumes.hasAttachments(tx, volume.id));
    if (isInState && isFree) return;
    throw new InvalidInput(`Invalid volume: Volume ${force ? '' : NEEDED_STATE}${NEEDED_REST}`);
  }
}

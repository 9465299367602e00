import { Injectable } from '@nestjs/common';
import { Policies } from '../../api/auth/policies.js';
import type { RequestContext } from '../../api/auth/request-context.js';
import { BackendNotConfigured, InvalidInput } from '../../platform/errors.js';
import type { Tx } from '../../platform/database/unit-of-work.js';
import { BackendDirectory, type KnownBackend } from '../../drivers/registry/backend-directory.js';
import { JournalledWork } from '../../operations/journalled-work.js';
import { OperationJournal } from '../../operations/operation-journal.js';
import { VolumeProvisioningService } from './volume-provisioning.service.js';
import { VolumeSteps } from './volume-steps.js';
import { DELETABLE, isMigrating } from '../volume/volume-status.js';
import type { VolumeEntity } from '../volume/volume.entity.js';
import { VolumesRepository } from '../volume/volumes.repository.js';

/** Cinder's text for a volume that cannot be deleted; clients match it. We delete in error_deleting too. */
const NEEDED_STATE =
  'status must be available or error or error_restoring or error_extending or error_managing and ';
const NEEDED_REST =
  'must not be migrating, attached, belong to a group, have snapshots, awaiting a transfer, or be disassociated from snapshots after volume transfer.';

/** Deletes volumes. */
@Injectable()
export class VolumeDeletionService {
  constructor(
    private readonly work: JournalledWork,
    private readonly journal: OperationJournal,
    private readonly backends: BackendDirectory,
    private readonly volumes: VolumesRepository,
    private readonly provisioning: VolumeProvisioningService,
    private readonly steps: VolumeSteps,
    private readonly policies: Policies,
  ) {}

  /**
   * Records the deletion of a volume and starts it. `force` ignores the volume's state, but never deletes an attached
   * volume.
   * @throws NotFound; Forbidden; InvalidInput if the volume's state forbids it; Unavailable.
   */
  async delete(ctx: RequestContext, volumeId: string, force: boolean): Promise<void> {
    const { requestId } = ctx;
    const record = async (tx: Tx) => {
      const volume = await this.volumes.lockVisible(tx, ctx, volumeId);
      if (force) this.policies.assert(ctx, 'volume:force_delete', volume.projectId);
      await this.checkDeletable(tx, volume, force);
      this.backendOf(volume).assertAccepting();
      await this.volumes.setStatus(tx, volumeId, 'deleting');
      const change = { from: volume.status, to: 'deleting' };
      await this.steps.record(tx, volume, { kind: 'deleting', ...change, by: ctx, requestId });
      const id = await this.journal.open(tx, { kind: 'delete-volume', volumeId, requestId });
      // Whichever operation gets the backend first, the volume is removed: its creation need not be resumed.
      await this.journal.closeAll(tx, 'create-volume', volumeId);
      await this.journal.closeAll(tx, 'extend-volume', volumeId);
      await this.journal.closeAll(tx, 'delete-volume', volumeId, id);
      return { id, volumeId, requestId, backend: volume.backend };
    };
    this.provisioning.startDelete(await this.work.plan(record));
  }

  /** @throws InvalidInput, as for every obstacle to a deletion, so that no entry is recorded that would wait. */
  private backendOf({ backend }: VolumeEntity): KnownBackend {
    const found = this.backends.find(backend);
    if (found !== undefined) return found;
    throw new InvalidInput(`Invalid volume: ${new BackendNotConfigured(backend).message}`);
  }

  private async checkDeletable(tx: Tx, volume: VolumeEntity, force: boolean): Promise<void> {
    const isInState = force || DELETABLE.includes(volume.status);
    const isFree =
      volume.attachStatus !== 'attached' &&
      !isMigrating(volume) &&
      !(await this.volumes.hasAttachments(tx, volume.id));
    if (isInState && isFree) return;
    throw new InvalidInput(`Invalid volume: Volume ${force ? '' : NEEDED_STATE}${NEEDED_REST}`);
  }
}

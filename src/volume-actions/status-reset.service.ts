import { Injectable } from '@nestjs/common';
import { AttachmentsRepository, Reservations } from '../attachments/index.js';
import type { RequestContext } from '../auth/request-context.js';
import { InvalidInput } from '../common/errors.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { VolumesRepository } from '../volumes/index.js';
import { resetChanges } from './status-reset.js';
import type { StatusReset } from './volume-actions.js';

const RESET = 'An administrator set the attach status to detached; the backend was left alone.';

/** Sets what the database says of a volume, for admins who know better. */
@Injectable()
export class StatusResetService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly volumes: VolumesRepository,
    private readonly attachments: AttachmentsRepository,
    private readonly reservations: Reservations,
  ) {}

  /**
   * Sets statuses; `detached` also removes all attachments. The backend is left alone: a host that it admits stays
   * admitted.
   * @throws NotFound; InvalidInput for statuses that may not be set.
   */
  async reset(ctx: RequestContext, volumeId: string, wanted: StatusReset): Promise<void> {
    const changes = resetChanges(wanted);
    await this.unitOfWork.run(async (tx) => {
      const volume = await this.volumes.lockVisible(tx, ctx, volumeId);
      const attachments = await this.attachments.ofVolume(tx, volumeId);
      if (changes.status === 'in-use' && attachments.length === 0) {
        throw new InvalidInput('Cannot reset-state to in-use because volume does not have any attachments.');
      }
      if (changes.attachStatus === 'detached') {
        for (const { id } of attachments)
          await this.reservations.release(tx, volume, id, { by: ctx, reason: RESET });
      }
      await this.volumes.change(tx, volumeId, { status: volume.status, ...changes });
    });
  }
}

import { Injectable } from '@nestjs/common';
import { type Attachment, AttachmentsRepository, Reservations } from '../attachments/index.js';
import type { RequestContext } from '../api/auth/request-context.js';
import { InvalidInput } from '../platform/errors.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { VolumesRepository } from '../volumes/index.js';
import { resetChanges, type StatusReset } from './status-reset.js';

const RESET = 'An administrator set the attach status to detached; the backend was not changed.';

/** Overrides a volume's status in the database, for admins. */
@Injectable()
export class StatusResetService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly volumes: VolumesRepository,
    private readonly attachments: AttachmentsRepository,
    private readonly reservations: Reservations,
  ) {}

  /**
   * Sets statuses; `detached` also removes all attachments. Does not call the backend: connected hosts keep their access.
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
        let remaining: readonly Attachment[] = attachments;
        for (const { id } of attachments)
          remaining = await this.reservations.release(tx, { volume, attachments: remaining }, id, {
            by: ctx,
            reason: RESET,
          });
      }
      await this.volumes.change(tx, volumeId, { status: volume.status, ...changes });
    });
  }
}

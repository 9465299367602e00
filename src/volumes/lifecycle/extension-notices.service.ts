import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { LOGGER } from '../../platform/logging/logger.js';
import { ComputePeer } from '../../api/compute/index.js';
import { type Tx, UnitOfWork } from '../../platform/database/unit-of-work.js';
import { BackgroundWork } from '../../operations/background-work.js';
import type { OperationEntity } from '../../operations/operation.entity.js';
import { EndsInterrupted } from '../../operations/operation-recovery.js';
import { OperationJournal } from '../../operations/operation-journal.js';
import { VolumesRepository } from '../volume/volumes.repository.js';

export type Notice = Pick<OperationEntity, 'id' | 'volumeId' | 'requestId'>;

/**
 * Notifies Nova that a volume used by its servers has grown. The journal records the notice together with the new size
 * and keeps it until Nova has accepted it: no request waits for it (docs/adr/0020).
 */
@Injectable()
export class ExtensionNotices {
  private readonly underWay = new Map<string, Promise<void>>();

  constructor(
    private readonly compute: ComputePeer,
    private readonly unitOfWork: UnitOfWork,
    private readonly journal: OperationJournal,
    private readonly background: BackgroundWork,
    private readonly volumes: VolumesRepository,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** Records a notice for the servers of a volume; null if there is nobody to notify. */
  async record(tx: Tx, volumeId: string, requestId: string): Promise<Notice | null> {
    if (!this.compute.isConfigured) return null;
    // This notice also covers earlier growth that was not announced yet.
    await this.journal.closeAll(tx, 'announce-extension', volumeId);
    if ((await this.volumes.serversOf(tx, volumeId)).length === 0) return null;
    const id = await this.journal.open(tx, { kind: 'announce-extension', volumeId, requestId });
    return { id, volumeId, requestId };
  }

  /** Starts to notify; leaves a failure to the reconciler. */
  send(notice: Notice): void {
    const { id, volumeId, requestId } = notice;
    this.background.start(requestId, `notice of the extension of volume ${volumeId}`, async () => {
      try {
        await this.carryOut(notice);
      } catch (error) {
        this.log.warn(
          { err: error, volumeId, requestId },
          'the compute service will be notified later of an extended volume',
        );
        await this.unitOfWork.run((tx) => this.journal.leave(tx, id));
      }
    });
  }

  /** Notifies and closes the entry; waits if that is already under way. @throws Unavailable */
  @EndsInterrupted(['announce-extension'])
  async carryOut(notice: Notice): Promise<void> {
    const telling = this.underWay.get(notice.id) ?? this.tell(notice);
    this.underWay.set(notice.id, telling);
    try {
      await telling;
    } finally {
      this.underWay.delete(notice.id);
    }
  }

  private async tell({ id, volumeId, requestId }: Notice): Promise<void> {
    const servers = await this.unitOfWork.run(async (tx) =>
      (await this.journal.holds(tx, id)) ? this.volumes.serversOf(tx, volumeId) : [],
    );
    // Servers detached meanwhile need no notice.
    if (servers.length > 0) await this.compute.tellExtended(volumeId, servers, requestId);
    await this.unitOfWork.run((tx) => this.journal.closeIfOwn(tx, id));
  }
}

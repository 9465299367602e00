import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { LOGGER } from '../common/logger.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { OperationJournal, OperationOverruled } from './operation-journal.js';

/**
 * What remains of work that another server has taken over: this one was stopped for longer than its lease, and its calls
 * reached the backend late, perhaps after the other one had brought the work to an end (docs/adr/0007).
 */
@Injectable()
export class OverruledWork {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly journal: OperationJournal,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** Does work for a volume. When it is overruled, the volume's export is made what its connections ask for once more. */
  async watch<T>(volumeId: string, requestId: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof OperationOverruled) await this.doubt(volumeId, requestId);
      throw error;
    }
  }

  private async doubt(volumeId: string, requestId: string): Promise<void> {
    const about = { volumeId, requestId };
    this.log.warn(about, 'another server took over this work: the export of its volume is compared again');
    await this.unitOfWork
      .run((tx) => this.journal.open(tx, { kind: 'restore-export', volumeId, requestId, isDeferred: true }))
      .catch((error: unknown) => {
        this.log.error({ err: error, ...about }, 'the export of a volume may have more hosts than it should');
      });
  }
}

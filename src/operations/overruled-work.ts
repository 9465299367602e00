import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { LOGGER } from '../platform/logging/logger.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { OperationJournal, OperationOverruled } from './operation-journal.js';

/**
 * Handles work that another server has taken over. This process was stopped for longer than its lease; its calls reached
 * the backend late, perhaps after the other server had finished the work (docs/adr/0007).
 */
@Injectable()
export class OverruledWork {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly journal: OperationJournal,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** Runs work for a volume. If it is overruled, has the volume's export compared with its connections again. */
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
    this.log.warn(about, 'another server took over this work: the export of its volume is checked again');
    await this.unitOfWork
      .run((tx) => this.journal.open(tx, { kind: 'restore-export', volumeId, requestId, isDeferred: true }))
      .catch((error: unknown) => {
        this.log.error({ err: error, ...about }, 'the export of a volume may have more hosts than it should');
      });
  }
}

import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { Logger } from 'pino';
import { LOGGER } from '../common/logger.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import type { OperationEntity } from './operation.entity.js';
import { BackgroundWork } from './background-work.js';
import { type OperationKind, OperationJournal } from './operation-journal.js';

/** Brings interrupted work of one kind to an end, by idempotent driver calls, and closes its entry. */
export type OperationHandler = (operation: OperationEntity) => Promise<void>;

/**
 * At start, ends what a process that died had begun (docs/adr/0003). The server answers meanwhile: a request for
 * the same volume waits for the volume's lock like for any other work.
 */
@Injectable()
export class OperationRecovery implements OnApplicationBootstrap {
  private readonly handlers = new Map<string, OperationHandler>();

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly journal: OperationJournal,
    private readonly background: BackgroundWork,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** Names who can end work of a kind; features do so in onModuleInit. */
  register(kind: OperationKind, handler: OperationHandler): void {
    this.handlers.set(kind, handler);
  }

  async onApplicationBootstrap(): Promise<void> {
    const abandoned = await this.unitOfWork.run((tx) => this.journal.abandoned(tx));
    if (abandoned.length === 0) return;
    this.log.warn({ operations: abandoned.length }, 'ending work that an earlier process left open');
    this.background.start('', 'recovery', async () => {
      // One after the other: a backend that has just come back is not to be flooded.
      for (const operation of abandoned) await this.end(operation);
    });
  }

  private async end(operation: OperationEntity): Promise<void> {
    const { kind, volumeId, attachmentId, requestId } = operation;
    const about = { kind, volumeId, attachmentId, requestId };
    try {
      const handler = this.handlers.get(kind);
      if (handler === undefined) throw new Error(`nothing can end work of the kind ${kind}`);
      await handler(operation);
      this.log.info(about, 'interrupted work was brought to an end');
    } catch (error) {
      this.log.error({ err: error, ...about }, 'interrupted work is still open; the next start tries again');
    }
  }
}

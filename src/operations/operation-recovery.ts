import { Injectable } from '@nestjs/common';
import type { OperationEntity } from './operation.entity.js';
import type { OperationKind } from './operation-journal.js';

/**
 * Brings interrupted work of one kind to an end, by idempotent driver calls, and closes its entry. Under the volume's
 * lock it looks again whether the entry is still this process's, and leaves everything alone otherwise.
 */
export type OperationHandler = (operation: OperationEntity) => Promise<void>;

/** Who can end which kind of interrupted work. */
@Injectable()
export class OperationRecovery {
  private readonly handlers = new Map<string, OperationHandler>();

  /** Names who can end work of a kind; features do so in onModuleInit. */
  register(kind: OperationKind, handler: OperationHandler): void {
    this.handlers.set(kind, handler);
  }

  /** Ends a claimed entry's work. @throws what went wrong; the entry is still open then. */
  async end(operation: OperationEntity): Promise<void> {
    const handler = this.handlers.get(operation.kind);
    if (handler === undefined) throw new Error(`nothing can end work of the kind ${operation.kind}`);
    await handler(operation);
  }
}

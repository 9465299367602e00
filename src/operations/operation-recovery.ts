import { Injectable, type OnModuleInit } from '@nestjs/common';
import { MarkedMethods, methodMark } from '../platform/marked-methods.js';
import type { OperationEntity } from './operation.entity.js';
import type { OperationKind } from './operation-journal.js';

/**
 * Marks the method that ends interrupted operations of these kinds, by idempotent driver calls, and closes their entries.
 * Under the volume's lock it checks again that the entry still belongs to this process, and otherwise changes nothing.
 */
export const EndsInterrupted = methodMark<readonly OperationKind[], [OperationEntity], Promise<void>>(
  'EndsInterrupted',
);

/** Ends interrupted operations by the methods marked with {@link EndsInterrupted}. */
@Injectable()
export class OperationRecovery implements OnModuleInit {
  private readonly handlers = new Map<string, (operation: OperationEntity) => Promise<void>>();

  constructor(private readonly marked: MarkedMethods) {}

  onModuleInit(): void {
    for (const { value: kinds, call } of this.marked.of(EndsInterrupted)) {
      for (const kind of kinds) this.handlers.set(kind, call);
    }
  }

  /** True if this release knows the kind; a newer one that shares the database may have recorded others. */
  knows(kind: string): boolean {
    return this.handlers.has(kind);
  }

  /** Ends the work of a claimed entry. @throws the cause of a failure; the entry is still open then. */
  async end(operation: OperationEntity): Promise<void> {
    const handler = this.handlers.get(operation.kind);
    if (handler === undefined) throw new Error(`no handler for work of kind ${operation.kind}`);
    await handler(operation);
  }
}

import { Injectable, type OnModuleInit } from '@nestjs/common';
import { MarkedMethods, methodMark } from '../platform/marked-methods.js';
import type { Tx } from '../platform/database/unit-of-work.js';
import type { OperationEntity } from './operation.entity.js';
import type { OperationKind } from './operation-journal.js';

/**
 * Marks the method that does the work of entries of these kinds, which an API replica has recorded, at a backend of this
 * process. It closes the entry and returns the result.
 */
export const DoesAsked = methodMark<readonly OperationKind[], [OperationEntity], Promise<unknown>>(
  'DoesAsked',
);

/** Why an API replica takes an entry back. */
export interface TakenBack {
  readonly reason: string;
  /** True if the backend may have been called: the reconciler then ends the work. */
  readonly hasBegun: boolean;
}

/**
 * Marks the method that ends entries of these kinds that this process has taken back, in the transaction that took them: it
 * closes them if nothing was begun, and otherwise leaves them to the reconciler.
 */
export const TakesBack = methodMark<
  readonly OperationKind[],
  [Tx, OperationEntity, TakenBack],
  Promise<boolean>
>('TakesBack');

type Doer = (operation: OperationEntity) => Promise<unknown>;
type Taker = (tx: Tx, operation: OperationEntity, why: TakenBack) => Promise<boolean>;

/** The work that one process asks of another, by the methods that features have marked. */
@Injectable()
export class AskedWorkHandlers implements OnModuleInit {
  private readonly doers = new Map<string, Doer>();
  private readonly takers = new Map<string, Taker>();

  constructor(private readonly marked: MarkedMethods) {}

  onModuleInit(): void {
    for (const { value: kinds, call } of this.marked.of(DoesAsked))
      for (const kind of kinds) this.doers.set(kind, call);
    for (const { value: kinds, call } of this.marked.of(TakesBack))
      for (const kind of kinds) this.takers.set(kind, call);
  }

  /** Kinds of work that this process can do for others. */
  get kinds(): readonly string[] {
    return [...this.doers.keys()];
  }

  /** Does the work of an entry that this process has taken; returns its result. */
  async do(operation: OperationEntity): Promise<unknown> {
    const doer = this.doers.get(operation.kind);
    if (doer === undefined) throw new Error(`nobody does work of kind ${operation.kind} for others`);
    return doer(operation);
  }

  /** Takes an entry back. @returns whether it was open and still owned as seen. */
  async takeBack(tx: Tx, operation: OperationEntity, why: TakenBack): Promise<boolean> {
    const taker = this.takers.get(operation.kind);
    if (taker === undefined) throw new Error(`nobody takes work of kind ${operation.kind} back`);
    return taker(tx, operation, why);
  }

  /** True if the asking process waits for work of this kind. */
  isAwaited({ kind }: OperationEntity): boolean {
    return this.takers.has(kind);
  }
}

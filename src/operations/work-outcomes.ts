import { Injectable } from '@nestjs/common';
import { DatabaseTime } from '../platform/database/database-time.js';
import { EntityRows } from '../platform/database/entity-rows.js';
import { SecretBox } from '../platform/database/secrets/secret-box.js';
import { SqlExpression } from '../platform/database/sql-expression.js';
import type { Tx } from '../platform/database/unit-of-work.js';
import { failureFrom, type ToldFailure, toldFailure } from './told-failure.js';
import { RemovesExpired } from './expired-rows.js';
import { WorkOutcomeEntity } from './work-outcome.entity.js';

/** Seconds that an outcome is kept for an API replica that has not read it. */
const KEPT_S = 3600;

/** Outcome of work that another process did. */
export type WorkOutcome = { readonly result: unknown } | { readonly failure: Error };

type StoredOutcome = { readonly result: unknown } | { readonly failure: ToldFailure };

/**
 * Outcomes of work that this process does for others. The transaction that closes the entry stores its outcome, so that
 * the asking process never has to guess it. Outcomes of this process's own work are not stored.
 */
@Injectable()
export class WorkOutcomes {
  private readonly rows: EntityRows<WorkOutcomeEntity>;
  /** Entries whose work this process is doing for others. */
  private readonly asked = new Map<string, { isStored: boolean }>();

  constructor(
    private readonly time: DatabaseTime,
    secrets: SecretBox,
  ) {
    this.rows = new EntityRows(WorkOutcomeEntity, secrets);
  }

  /** Runs the work of an entry that another process waits for. */
  async during<T>(id: string, work: () => Promise<T>): Promise<T> {
    this.asked.set(id, { isStored: false });
    return work().finally(() => this.asked.delete(id));
  }

  /** True while this process does the work of an entry that another one waits for. */
  isUnderWay(id: string): boolean {
    return this.asked.has(id);
  }

  /** True if the outcome of that work was stored. */
  isStored(id: string): boolean {
    return this.asked.get(id)?.isStored === true;
  }

  async succeeded(tx: Tx, id: string, result: unknown): Promise<void> {
    await this.store(tx, id, { result: result ?? null });
  }

  async failed(tx: Tx, id: string, failure: unknown): Promise<void> {
    await this.store(tx, id, { failure: toldFailure(failure) });
  }

  /** Reads and removes an outcome; null if there is none. */
  async take(tx: Tx, id: string): Promise<WorkOutcome | null> {
    const [row] = await this.rows.find(tx, { id });
    if (row === undefined) return null;
    await this.rows.remove(tx, { id });
    const outcome = row.outcome as StoredOutcome;
    return 'failure' in outcome ? { failure: failureFrom(outcome.failure) } : outcome;
  }

  @RemovesExpired('outcomes of work')
  async removeExpired(tx: Tx, limit: number): Promise<number> {
    const expired = await tx.statements.rows<{ id: string }>(
      `SELECT id FROM work_outcomes WHERE expires_at <= ${this.time.at()} ORDER BY expires_at LIMIT ${String(limit)}`,
      [],
    );
    for (const { id } of expired) await this.rows.remove(tx, { id });
    return expired.length;
  }

  private async store(tx: Tx, id: string, outcome: StoredOutcome): Promise<void> {
    const work = this.asked.get(id);
    if (work === undefined) return;
    const expiresAt = new SqlExpression(this.time.at(KEPT_S));
    await this.rows.insert(tx, { id, outcome, expiresAt });
    work.isStored = true;
  }
}

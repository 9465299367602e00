import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Instant } from '../platform/clock.js';
import { jsonColumn, type StoredJson } from '../platform/database/json-column.js';

/** Outcome of work that a volume node did for an API replica, until that has read it (docs/adr/0043). */
@Entity('work_outcomes')
export class WorkOutcomeEntity {
  /** Id of the journal entry, which the same transaction closed. */
  @PrimaryColumn({ type: 'varchar' })
  id: string;

  /** The result, which may contain credentials, or the failure. */
  @Column({ name: 'outcome', type: 'text', transformer: jsonColumn })
  outcome: StoredJson;

  @Column({ name: 'expires_at', type: 'varchar' })
  expiresAt: Instant;
}

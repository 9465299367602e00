import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Instant } from '../common/clock.js';

/** A server process that shares the database. Its journal entries are its own as long as it has a row. */
@Entity('processes')
export class ProcessEntity {
  @PrimaryColumn({ type: 'varchar' })
  id: string;

  @Column({ name: 'started_at', type: 'varchar' })
  startedAt: Instant;

  /** Changes as long as the process lives. What it says is compared with itself only: clocks may differ. */
  @Column({ name: 'renewed_at', type: 'varchar' })
  renewedAt: Instant;
}

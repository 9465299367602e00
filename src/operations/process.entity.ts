import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Instant } from '../platform/clock.js';

/** A server process that shares the database. It owns its journal entries while it has a row. */
@Entity('processes')
export class ProcessEntity {
  @PrimaryColumn({ type: 'varchar' })
  id: string;

  @Column({ name: 'started_at', type: 'varchar' })
  startedAt: Instant;

  /** Changes while the process lives; compared only with itself. */
  @Column({ name: 'renewed_at', type: 'varchar' })
  renewedAt: Instant;

  /** Location, by which another process on the same machine sees when it has ended; see `ownPlace`. */
  @Column({ name: 'place', type: 'varchar', nullable: true })
  place: string | null;

  /** Name of the volume node that the process is; no two processes have the same. */
  @Column({ name: 'node', type: 'varchar', nullable: true })
  node: string | null;

  /** What it runs with, as JSON; see `readSettings`. Null in the row of a release that did not tell. */
  @Column({ name: 'settings', type: 'text', nullable: true })
  settings: string | null;
}

import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Instant } from '../common/clock.js';
import { jsonColumn, type StoredJson } from '../database/json-column.js';

/** Driver work that was intended and whose outcome is not applied yet (docs/adr/0003, 0007). */
@Entity('operations')
export class OperationEntity {
  @PrimaryColumn({ type: 'varchar' })
  id: string;

  @Column({ name: 'kind', type: 'varchar' })
  kind: string;

  @Column({ name: 'volume_id', type: 'varchar' })
  volumeId: string;

  @Column({ name: 'attachment_id', type: 'varchar', nullable: true })
  attachmentId: string | null;

  @Column({ name: 'request_id', type: 'varchar' })
  requestId: string;

  /** The process that does the work; a new id at each start. Empty while nobody does. */
  @Column({ name: 'owner', type: 'varchar' })
  owner: string;

  /** What the work needs beyond the rows, for instance the connector. */
  @Column({ name: 'details', type: 'text', transformer: jsonColumn })
  details: StoredJson;

  @Column({ name: 'started_at', type: 'varchar' })
  startedAt: Instant;
}

import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Instant } from '../platform/clock.js';
import { jsonColumn, type StoredJson } from '../platform/database/json-column.js';

/** Journal entry: intended driver work whose outcome is not applied yet (docs/adr/0003, 0007). */
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

  /** Id of the process that does the work; new at each start. Empty while no process does it. */
  @Column({ name: 'owner', type: 'varchar' })
  owner: string;

  /**
   * Id of the API replica that waits for a volume node to do the work; it owns the entry until the node takes it. Null for
   * work that the recording process does itself.
   */
  @Column({ name: 'asker', type: 'varchar', nullable: true })
  asker: string | null;

  /** Data of the work that is in no other row, for instance the connector. */
  @Column({ name: 'details', type: 'text', transformer: jsonColumn })
  details: StoredJson;

  @Column({ name: 'started_at', type: 'varchar' })
  startedAt: Instant;
}

import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Instant } from '../../platform/clock.js';
import { jsonColumn, type StoredJson } from '../../platform/database/json-column.js';
import type { AccessMode } from '../../drivers/contract/index.js';

/** A host connected by a volume action, without an attachment (docs/adr/0010). */
@Entity('legacy_connections')
export class LegacyConnectionEntity {
  /** Passed to drivers as the attachment's id. */
  @PrimaryColumn({ type: 'varchar' })
  id: string;

  @Column({ name: 'volume_id', type: 'varchar' })
  volumeId: string;

  /** The host's connector. */
  @Column({ name: 'connector', type: 'text', transformer: jsonColumn })
  connector: StoredJson;

  @Column({ name: 'mode', type: 'varchar' })
  mode: AccessMode;

  @Column({ name: 'created_at', type: 'varchar' })
  createdAt: Instant;
}

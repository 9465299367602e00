import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Instant } from '../../common/clock.js';
import { jsonColumn, type StoredJson } from '../../database/json-column.js';
import type { AccessMode } from '../../drivers/contract/index.js';

/** A host that a volume action has admitted, without an attachment of its own (docs/adr/0010). */
@Entity('legacy_connections')
export class LegacyConnectionEntity {
  /** What drivers get to know as the attachment's id. */
  @PrimaryColumn({ type: 'varchar' })
  id: string;

  @Column({ name: 'volume_id', type: 'varchar' })
  volumeId: string;

  /** What the host said about itself. */
  @Column({ name: 'connector', type: 'text', transformer: jsonColumn })
  connector: StoredJson;

  @Column({ name: 'mode', type: 'varchar' })
  mode: AccessMode;

  @Column({ name: 'created_at', type: 'varchar' })
  createdAt: Instant;
}

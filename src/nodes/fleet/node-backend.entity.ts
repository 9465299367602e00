import { Column, Entity, PrimaryColumn } from 'typeorm';
import { jsonColumn, type StoredJson } from '../../platform/database/json-column.js';

/** A backend of a volume node, with what the node tells of it (docs/adr/0043). */
@Entity('node_backends')
export class NodeBackendEntity {
  @PrimaryColumn({ type: 'varchar' })
  name: string;

  /** Name of the volume node that owns the backend. */
  @Column({ name: 'node', type: 'varchar' })
  node: string;

  /** Process that was the node when it last wrote the row; it may be dead. */
  @Column({ name: 'process_id', type: 'varchar' })
  processId: string;

  /** {@link BackendFacts}, without secrets. */
  @Column({ name: 'facts', type: 'text', transformer: jsonColumn })
  facts: StoredJson;
}

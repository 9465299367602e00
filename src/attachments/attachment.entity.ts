import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Instant } from '../common/clock.js';
import { jsonColumn, type StoredJson } from '../database/json-column.js';
import type { AccessMode } from '../drivers/contract/index.js';
import type { AttachStatus } from './attachment-status.js';

/** A live attachment; a detached one has no row (docs/adr/0002). */
@Entity('attachments')
export class AttachmentEntity {
  @PrimaryColumn({ type: 'varchar' })
  id: string;

  @Column({ name: 'volume_id', type: 'varchar' })
  volumeId: string;

  /** The volume's project, repeated here so that a project's list is one index scan; a volume never changes it while attached. */
  @Column({ name: 'project_id', type: 'varchar' })
  projectId: string;

  /** The server that the attachment is for; set at creation, never changed. */
  @Column({ name: 'instance_uuid', type: 'varchar', nullable: true })
  instanceUuid: string | null;

  @Column({ name: 'attached_host', type: 'varchar', nullable: true })
  attachedHost: string | null;

  @Column({ name: 'mountpoint', type: 'varchar', nullable: true })
  mountpoint: string | null;

  /** When the connection was made, not when the host completed it (SPEC 5.1). */
  @Column({ name: 'attach_time', type: 'varchar', nullable: true })
  attachTime: Instant | null;

  @Column({ name: 'attach_status', type: 'varchar' })
  attachStatus: AttachStatus;

  /** Null until a mode is known, which the wire shows as the text "null". */
  @Column({ name: 'attach_mode', type: 'varchar', nullable: true })
  attachMode: AccessMode | null;

  /** What the host needs to connect; an empty object until there is a connection. Holds credentials. */
  @Column({ name: 'connection_info', type: 'text', transformer: jsonColumn })
  connectionInfo: StoredJson;

  /** What the host said about itself; null until there is a connection. */
  @Column({ name: 'connector', type: 'text', nullable: true, transformer: jsonColumn })
  connector: StoredJson | null;

  /** Why the last attempt to connect failed, without secrets. */
  @Column({ name: 'error_reason', type: 'varchar', nullable: true })
  errorReason: string | null;

  @Column({ name: 'created_at', type: 'varchar' })
  createdAt: Instant;

  @Column({ name: 'updated_at', type: 'varchar', nullable: true })
  updatedAt: Instant | null;
}

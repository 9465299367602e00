import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Instant } from '../../platform/clock.js';
import { jsonColumn, type StoredJson } from '../../platform/database/json-column.js';
import type { AccessMode } from '../../drivers/contract/index.js';
import type { AttachStatus } from './attachment-status.js';

/** A live attachment; a detached one has no row (docs/adr/0002). */
@Entity('attachments')
export class AttachmentEntity {
  @PrimaryColumn({ type: 'varchar' })
  id: string;

  @Column({ name: 'volume_id', type: 'varchar' })
  volumeId: string;

  /** The volume's project, copied so that a project's list is one index scan. A volume keeps its project while attached. */
  @Column({ name: 'project_id', type: 'varchar' })
  projectId: string;

  /** Server that the attachment is for; set at creation, immutable. */
  @Column({ name: 'instance_uuid', type: 'varchar', nullable: true })
  instanceUuid: string | null;

  @Column({ name: 'attached_host', type: 'varchar', nullable: true })
  attachedHost: string | null;

  @Column({ name: 'mountpoint', type: 'varchar', nullable: true })
  mountpoint: string | null;

  /** Time the connection was made, not completed (docs/specification.md#attachment-fields). */
  @Column({ name: 'attach_time', type: 'varchar', nullable: true })
  attachTime: Instant | null;

  @Column({ name: 'attach_status', type: 'varchar' })
  attachStatus: AttachStatus;

  /** Null until the mode is known; clients see that as the string "null". */
  @Column({ name: 'attach_mode', type: 'varchar', nullable: true })
  attachMode: AccessMode | null;

  /** connection_info for the host, with credentials; an empty object until connected. */
  @Column({ name: 'connection_info', type: 'text', transformer: jsonColumn })
  connectionInfo: StoredJson;

  /** The host's connector; null until connected. */
  @Column({ name: 'connector', type: 'text', nullable: true, transformer: jsonColumn })
  connector: StoredJson | null;

  /** Reason for the last failed update or os-detach, without secrets. */
  @Column({ name: 'error_reason', type: 'varchar', nullable: true })
  errorReason: string | null;

  @Column({ name: 'created_at', type: 'varchar' })
  createdAt: Instant;

  @Column({ name: 'updated_at', type: 'varchar', nullable: true })
  updatedAt: Instant | null;
}

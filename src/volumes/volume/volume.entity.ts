import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Instant } from '../../platform/clock.js';
import { jsonColumn, type StoredJson } from '../../platform/database/json-column.js';
import type { VolumeStatus } from './volume-status.js';

@Entity('volumes')
export class VolumeEntity {
  @PrimaryColumn({ type: 'varchar' })
  id: string;

  @Column({ name: 'project_id', type: 'varchar' })
  projectId: string;

  @Column({ name: 'user_id', type: 'varchar' })
  userId: string;

  @Column({ name: 'name', type: 'varchar', nullable: true })
  name: string | null;

  @Column({ name: 'description', type: 'varchar', nullable: true })
  description: string | null;

  @Column({ name: 'size', type: 'integer' })
  sizeGib: number;

  /** Size that the volume is being extended to, counted already; null if it is not being extended. */
  @Column({ name: 'pending_size', type: 'integer', nullable: true })
  pendingSizeGib: number | null;

  @Column({ name: 'status', type: 'varchar' })
  status: VolumeStatus;

  /** Summary of the attachments' states (docs/specification.md#effect-on-the-volume). */
  @Column({ name: 'attach_status', type: 'varchar' })
  attachStatus: string;

  @Column({ name: 'migration_status', type: 'varchar', nullable: true })
  migrationStatus: string | null;

  /** Fixed at creation, from the type's extra spec. */
  @Column({ name: 'multiattach', type: 'boolean' })
  multiattach: boolean;

  @Column({ name: 'bootable', type: 'boolean' })
  bootable: boolean;

  @Column({ name: 'readonly', type: 'boolean' })
  readonly: boolean;

  /** True once the read-only flag has been set explicitly; it is shown only then. */
  @Column({ name: 'readonly_set', type: 'boolean' })
  readonlySet: boolean;

  @Column({ name: 'volume_type_id', type: 'varchar', nullable: true })
  volumeTypeId: string | null;

  /** Name of the backend that holds the volume. */
  @Column({ name: 'backend', type: 'varchar' })
  backend: string;

  @Column({ name: 'availability_zone', type: 'varchar' })
  availabilityZone: string;

  /** Details that the driver needs at later calls; null while the volume is not exported. Holds credentials. */
  @Column({ name: 'export_details', type: 'text', nullable: true, transformer: jsonColumn })
  exportDetails: StoredJson | null;

  @Column({ name: 'encryption_key_id', type: 'varchar', nullable: true })
  encryptionKeyId: string | null;

  /** Reason for the last failure at the backend, without secrets. */
  @Column({ name: 'error_reason', type: 'varchar', nullable: true })
  errorReason: string | null;

  @Column({ name: 'created_at', type: 'varchar' })
  createdAt: Instant;

  @Column({ name: 'updated_at', type: 'varchar', nullable: true })
  updatedAt: Instant | null;
}

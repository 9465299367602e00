import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Instant } from '../../platform/clock.js';

/** One step of an attachment's life cycle; outlives the attachment (docs/adr/0008). */
@Entity('attachment_events')
export class AttachmentEventEntity {
  @PrimaryColumn({ name: 'attachment_id', type: 'varchar' })
  attachmentId: string;

  /** Number of the event within its attachment, from 1. */
  @PrimaryColumn({ name: 'seq', type: 'integer' })
  seq: number;

  @Column({ name: 'volume_id', type: 'varchar' })
  volumeId: string;

  /** The attachment's project, whose members may read the event. */
  @Column({ name: 'project_id', type: 'varchar' })
  projectId: string;

  @Column({ name: 'kind', type: 'varchar' })
  kind: string;

  /** Status before; null for a new attachment. */
  @Column({ name: 'from_status', type: 'varchar', nullable: true })
  fromStatus: string | null;

  @Column({ name: 'to_status', type: 'varchar' })
  toStatus: string;

  @Column({ name: 'actor_user_id', type: 'varchar', nullable: true })
  actorUserId: string | null;

  @Column({ name: 'actor_project_id', type: 'varchar', nullable: true })
  actorProjectId: string | null;

  @Column({ name: 'request_id', type: 'varchar' })
  requestId: string;

  /** Milliseconds of backend work for this step; null if there was none. */
  @Column({ name: 'duration_ms', type: 'integer', nullable: true })
  durationMs: number | null;

  /** Reason for the failure, without secrets. */
  @Column({ name: 'reason', type: 'varchar', nullable: true })
  reason: string | null;

  @Column({ name: 'occurred_at', type: 'varchar' })
  occurredAt: Instant;

  /** Place among all events, from 1; negative until it has one, null for events from before (docs/adr/0035). */
  @Column({ name: 'position', type: 'bigint', nullable: true })
  position: number | null;

  /** Server that the attachment is for. */
  @Column({ name: 'instance_uuid', type: 'varchar', nullable: true })
  instanceUuid: string | null;

  /** Backend of an event about a backend. */
  @Column({ name: 'backend', type: 'varchar', nullable: true })
  backend: string | null;

  /** Status of the volume when the event was recorded; null for events from before, and those of backends. */
  @Column({ name: 'volume_status', type: 'varchar', nullable: true })
  volumeStatus: string | null;

  /** JSON of the volume after a step of its own: it outlives the volume (docs/adr/0036). */
  @Column({ name: 'details', type: 'text', nullable: true })
  details: string | null;
}

import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Instant } from '../../platform/clock.js';

/** The Idempotency-Key of a create that made an attachment. */
@Entity('idempotency_keys')
export class IdempotencyKeyEntity {
  /** Hash of project and key. */
  @PrimaryColumn({ type: 'varchar' })
  id: string;

  /** Hash of the request. */
  @Column({ name: 'fingerprint', type: 'varchar' })
  fingerprint: string;

  @Column({ name: 'attachment_id', type: 'varchar' })
  attachmentId: string;

  @Column({ name: 'expires_at', type: 'varchar' })
  expiresAt: Instant;
}

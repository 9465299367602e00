import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Instant } from '../../platform/clock.js';

/** A user message: the reason why a request failed later (docs/specification.md#messages). */
@Entity('messages')
export class MessageEntity {
  @PrimaryColumn({ type: 'varchar' })
  id: string;

  @Column({ name: 'project_id', type: 'varchar' })
  projectId: string;

  @Column({ name: 'request_id', type: 'varchar' })
  requestId: string;

  @Column({ name: 'event_id', type: 'varchar' })
  eventId: string;

  @Column({ name: 'message_level', type: 'varchar' })
  messageLevel: string;

  @Column({ name: 'user_message', type: 'text' })
  userMessage: string;

  @Column({ name: 'resource_type', type: 'varchar' })
  resourceType: string;

  @Column({ name: 'resource_uuid', type: 'varchar' })
  resourceUuid: string;

  @Column({ name: 'created_at', type: 'varchar' })
  createdAt: Instant;

  /** Time at which the message expires. */
  @Column({ name: 'guaranteed_until', type: 'varchar' })
  guaranteedUntil: Instant;
}

import { Entity, PrimaryColumn } from 'typeorm';

/** A row locked while a project's resources are counted; projects share a fixed number of rows. */
@Entity('quota_locks')
export class QuotaLockEntity {
  @PrimaryColumn({ name: 'project_id', type: 'varchar' })
  slot: string;
}

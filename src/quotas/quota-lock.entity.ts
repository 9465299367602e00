import { Entity, PrimaryColumn } from 'typeorm';

/** A row that stands for a project, to be locked by who counts what it holds. */
@Entity('quota_locks')
export class QuotaLockEntity {
  @PrimaryColumn({ name: 'project_id', type: 'varchar' })
  projectId: string;
}

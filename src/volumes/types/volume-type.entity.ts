import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Instant } from '../../platform/clock.js';
import { jsonColumn } from '../../platform/database/json-column.js';
import type { ExtraSpecs } from './volume-type.js';

@Entity('volume_types')
export class VolumeTypeEntity {
  @PrimaryColumn({ type: 'varchar' })
  id: string;

  @Column({ name: 'name', type: 'varchar' })
  name: string;

  @Column({ name: 'description', type: 'varchar', nullable: true })
  description: string | null;

  @Column({ name: 'is_public', type: 'boolean' })
  isPublic: boolean;

  @Column({ name: 'extra_specs', type: 'text', transformer: jsonColumn })
  extraSpecs: ExtraSpecs;

  @Column({ name: 'created_at', type: 'varchar' })
  createdAt: Instant;

  @Column({ name: 'updated_at', type: 'varchar', nullable: true })
  updatedAt: Instant | null;
}

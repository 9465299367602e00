import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('volume_metadata')
export class VolumeMetadataEntity {
  @PrimaryColumn({ name: 'volume_id', type: 'varchar' })
  volumeId: string;

  @PrimaryColumn({ name: 'meta_key', type: 'varchar' })
  key: string;

  /** The volume's project, copied for queries over all volumes of a project. */
  @Column({ name: 'project_id', type: 'varchar' })
  projectId: string;

  @Column({ name: 'meta_value', type: 'varchar' })
  value: string;
}

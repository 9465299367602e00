import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('volume_metadata')
export class VolumeMetadataEntity {
  @PrimaryColumn({ name: 'volume_id', type: 'varchar' })
  volumeId: string;

  @PrimaryColumn({ name: 'meta_key', type: 'varchar' })
  key: string;

  @Column({ name: 'meta_value', type: 'varchar' })
  value: string;
}

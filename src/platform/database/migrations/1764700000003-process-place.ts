import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addMissingColumn } from './repeatable.js';

export class ProcessPlace1764700000003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await addMissingColumn(runner, 'processes', 'place', 'varchar(255) NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE processes DROP COLUMN place');
  }
}

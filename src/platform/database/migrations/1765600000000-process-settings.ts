import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addMissingColumn } from './repeatable.js';

/** What a process runs with, for the others on the database (docs/adr/0045). */
export class ProcessSettings1765600000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await addMissingColumn(runner, 'processes', 'settings', 'text NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE processes DROP COLUMN settings');
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addMissingColumn } from './repeatable.js';

export class ReadonlySet1764400000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await addMissingColumn(runner, 'volumes', 'readonly_set', 'boolean NOT NULL DEFAULT false');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE volumes DROP COLUMN readonly_set');
  }
}

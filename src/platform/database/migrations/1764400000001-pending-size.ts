import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addMissingColumn } from './repeatable.js';

export class PendingSize1764400000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await addMissingColumn(runner, 'volumes', 'pending_size', 'integer NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE volumes DROP COLUMN pending_size');
  }
}

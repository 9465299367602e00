import { Injectable } from '@nestjs/common';
import { Reader } from '../database/reader.js';
import type { Usage } from './limits.js';

/** Counts what projects use. */
@Injectable()
export class UsageService {
  constructor(private readonly reader: Reader) {}

  async ofProject(projectId: string): Promise<Usage> {
    const [row] = await this.reader.rows<{ volumes: number | string; gigabytes: number | string }>(
      'SELECT COUNT(*) AS volumes, COALESCE(SUM(size), 0) AS gigabytes FROM volumes WHERE project_id = ?',
      [projectId],
    );
    // PostgreSQL and MariaDB give back sums as texts.
    return { volumes: Number(row?.volumes ?? 0), gigabytes: Number(row?.gigabytes ?? 0) };
  }
}

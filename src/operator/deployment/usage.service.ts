import { Injectable } from '@nestjs/common';
import { Reader } from '../../platform/database/reader.js';
import type { Usage } from './limits.js';

interface UsageRow {
  readonly held: number | string;
  readonly gigabytes: number | string;
  readonly reserved: number | string;
}

/** Counts the resources of projects. */
@Injectable()
export class UsageService {
  constructor(private readonly reader: Reader) {}

  async ofProject(projectId: string): Promise<Usage> {
    const [volumes] = await this.reader.rows<UsageRow>(
      'SELECT COUNT(*) AS held, COALESCE(SUM(size), 0) AS gigabytes, COALESCE(SUM(COALESCE(pending_size, size) - size), 0) AS reserved FROM volumes WHERE project_id = ?',
      [projectId],
      'large',
    );
    const [attachments] = await this.reader.rows<Pick<UsageRow, 'held'>>(
      'SELECT COUNT(*) AS held FROM attachments WHERE project_id = ?',
      [projectId],
      'large',
    );
    // PostgreSQL and MariaDB return sums as strings.
    return {
      volumes: Number(volumes?.held ?? 0),
      gigabytes: Number(volumes?.gigabytes ?? 0),
      reservedGigabytes: Number(volumes?.reserved ?? 0),
      attachments: Number(attachments?.held ?? 0),
    };
  }
}

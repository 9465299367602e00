import { Inject, Injectable } from '@nestjs/common';
import { CONFIG } from '../../platform/config/config.module.js';
import type { Config } from '../../platform/config/config.schema.js';
import type { Tx } from '../../platform/database/unit-of-work.js';
import { RemovesExpired } from '../../operations/expired-rows.js';
import { AttachmentEventsRepository } from './attachment-events.repository.js';

/** Seconds that an attachment's history is kept after its deletion. */
export const retentionS = ({ history_retention_days: days }: Config): number => days * 86_400;

/** Removes the history of attachments that were deleted long ago, and old events without an attachment. */
@Injectable()
export class HistoryRetention {
  constructor(
    private readonly events: AttachmentEventsRepository,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @RemovesExpired('history')
  async removeExpired(tx: Tx, limit: number): Promise<number> {
    return this.events.removeOfGone(tx, retentionS(this.config), limit);
  }

  /** Those of repairs and backends: nothing else would end them. */
  @RemovesExpired('other events')
  async removeOthers(tx: Tx, limit: number): Promise<number> {
    return this.events.removeOfNone(tx, retentionS(this.config), limit);
  }
}

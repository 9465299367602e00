import { Inject, Injectable } from '@nestjs/common';
import { OverLimit } from '../../platform/errors.js';
import { CONFIG } from '../../platform/config/config.module.js';
import type { Config } from '../../platform/config/config.schema.js';
import type { Tx } from '../../platform/database/unit-of-work.js';
import { QuotasRepository } from './quotas.repository.js';

/** Cinder's value for "no limit". */
export const UNLIMITED = -1;

/** Limit of resources that do not exist here: clients that check it first refuse by themselves. */
export const NONE = 0;

/** Enforces project quotas. Counting and adding must happen in one transaction. */
@Injectable()
export class QuotasService {
  constructor(
    private readonly quotas: QuotasRepository,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Checks that the project may have another volume of that size. Call after taking the transaction's other locks.
   * @throws OverLimit with Cinder's text; as in Cinder, the size is checked first.
   */
  async checkVolume(tx: Tx, projectId: string, sizeGib: number): Promise<void> {
    const { quota_volumes: volumes, quota_gigabytes: gigabytes } = this.config;
    if (volumes === UNLIMITED && gigabytes === UNLIMITED) return;
    await this.quotas.lock(tx, projectId);
    const held = await this.quotas.volumes(tx, projectId);
    if (gigabytes !== UNLIMITED) checkSize(sizeGib, held.gigabytes, gigabytes);
    if (volumes !== UNLIMITED && held.count + 1 > volumes) throw tooMany('volumes', volumes);
  }

  /**
   * Checks that the project's volumes may grow by that much. Call after taking the transaction's other locks.
   * @throws OverLimit with Cinder's text.
   */
  async checkGrowth(tx: Tx, projectId: string, moreGib: number): Promise<void> {
    const { quota_gigabytes: gigabytes } = this.config;
    if (gigabytes === UNLIMITED) return;
    await this.quotas.lock(tx, projectId);
    checkSize(moreGib, (await this.quotas.volumes(tx, projectId)).gigabytes, gigabytes);
  }

  /**
   * Checks that the project may have another attachment. Call after taking the transaction's other locks.
   * @throws OverLimit
   */
  async checkAttachment(tx: Tx, projectId: string): Promise<void> {
    const { quota_attachments: attachments } = this.config;
    if (attachments === UNLIMITED) return;
    await this.quotas.lock(tx, projectId);
    if (await this.quotas.hasAttachments(tx, projectId, attachments))
      throw tooMany('attachments', attachments);
  }
}

function checkSize(moreGib: number, heldGib: number, allowedGib: number): void {
  if (heldGib + moreGib <= allowedGib) return;
  throw new OverLimit(
    `Requested volume or snapshot exceeds allowed gigabytes quota. Requested ${moreGib}G, quota is ${allowedGib}G and ${heldGib}G has been consumed.`,
  );
}

function tooMany(what: string, allowed: number): OverLimit {
  return new OverLimit(`Maximum number of ${what} allowed (${allowed}) exceeded for quota '${what}'.`);
}

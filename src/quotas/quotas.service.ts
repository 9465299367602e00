import { Inject, Injectable } from '@nestjs/common';
import { OverLimit } from '../common/errors.js';
import { CONFIG } from '../config/config.module.js';
import type { Config } from '../config/config.schema.js';
import type { Tx } from '../database/unit-of-work.js';
import { QuotasRepository } from './quotas.repository.js';

/** How Cinder says that there is no limit. */
export const UNLIMITED = -1;

/** Keeps projects within their quotas. What is counted and what is then added belong to one unit. */
@Injectable()
export class QuotasService {
  constructor(
    private readonly quotas: QuotasRepository,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Makes sure that the project may have one more volume of that size. Other locks of the unit come before.
   * @throws OverLimit in Cinder's words, the size first as there.
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
   * Makes sure that the project's volumes may have that much more. Other locks of the unit come before.
   * @throws OverLimit in Cinder's words.
   */
  async checkGrowth(tx: Tx, projectId: string, moreGib: number): Promise<void> {
    const { quota_gigabytes: gigabytes } = this.config;
    if (gigabytes === UNLIMITED) return;
    await this.quotas.lock(tx, projectId);
    checkSize(moreGib, (await this.quotas.volumes(tx, projectId)).gigabytes, gigabytes);
  }

  /**
   * Makes sure that the project may have one more attachment. Other locks of the unit come before.
   * @throws OverLimit
   */
  async checkAttachment(tx: Tx, projectId: string): Promise<void> {
    const { quota_attachments: attachments } = this.config;
    if (attachments === UNLIMITED) return;
    await this.quotas.lock(tx, projectId);
    if ((await this.quotas.attachments(tx, projectId)) + 1 > attachments)
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

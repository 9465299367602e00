import { Inject, Injectable } from '@nestjs/common';
import type { RequestContext } from '../../auth/request-context.js';
import { Clock, shiftInstant } from '../../common/clock.js';
import { Conflict } from '../../common/errors.js';
import { CONFIG } from '../../config/config.module.js';
import type { Config } from '../../config/config.schema.js';
import { isDuplicate } from '../../database/database-failure.js';
import type { Tx } from '../../database/unit-of-work.js';
import { OperationJournal, VolumeBusyElsewhere } from '../../operations/operation-journal.js';
import { VolumesRepository } from '../../volumes/index.js';
import type { Attachment } from '../attachment.js';
import { AttachmentsRepository } from '../attachments.repository.js';
import { type NewAttachment, Reservations, type Reserved } from '../reservations.js';
import type { IdempotencyKey } from './idempotency-key.js';
import { IdempotencyKeysRepository } from './idempotency-keys.repository.js';

/** What a create has come to: a new reservation, or the attachment that the same create made before. */
export type Outcome = Reserved | { readonly earlier: Attachment };

/** Reserves a volume once for each Idempotency-Key, however often the request is sent. */
@Injectable()
export class IdempotentCreates {
  constructor(
    private readonly keys: IdempotencyKeysRepository,
    private readonly reservations: Reservations,
    private readonly volumes: VolumesRepository,
    private readonly attachments: AttachmentsRepository,
    private readonly journal: OperationJournal,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Reserves the volume and keeps the key in the same transaction; with a known key gives back what it made.
   * @throws Conflict when the key stands for another request, or for an attachment that has gone;
   * VolumeBusyElsewhere while another server is connecting it; what Reservations.reserve throws.
   */
  async reserve(
    tx: Tx,
    ctx: RequestContext,
    wanted: NewAttachment,
    key: IdempotencyKey | null,
  ): Promise<Outcome> {
    if (key === null) return this.reservations.reserve(tx, ctx, wanted);
    // Orders the requests that repeat one another: they are for the same volume.
    await this.volumes.lock(tx, wanted.volumeId);
    const now = this.clock.now();
    await this.keys.removeExpired(tx, now);
    const known = await this.keys.find(tx, key.id);
    if (known !== null) {
      if (known.fingerprint !== key.fingerprint) throw otherRequest();
      return { earlier: await this.earlier(tx, wanted.volumeId, known.attachmentId) };
    }
    const reserved = await this.reservations.reserve(tx, ctx, wanted);
    const expiresAt = shiftInstant(now, this.config.idempotency_key_ttl_s * 1000);
    await this.keys
      .insert(tx, { ...key, attachmentId: reserved.attachment.id, expiresAt })
      .catch((error: unknown) => {
        // A request for another volume was first, at the same moment.
        throw isDuplicate(error) ? otherRequest() : error;
      });
    return reserved;
  }

  private async earlier(tx: Tx, volumeId: string, id: string): Promise<Attachment> {
    const attachment = (await this.attachments.ofVolume(tx, volumeId)).find((found) => found.id === id);
    if (attachment === undefined) {
      throw new Conflict(
        `Idempotency-Key has been used already: attachment ${id}, which it made, has been deleted. Use a new key.`,
      );
    }
    // In this process the volume's lock has been waited for; this is another server's work.
    if (attachment.connector === null && (await this.journal.isOpen(tx, 'connect', id))) {
      throw new VolumeBusyElsewhere(`Another server is busy with volume ${volumeId}.`);
    }
    return attachment;
  }
}

function otherRequest(): Conflict {
  return new Conflict('Idempotency-Key has been used already for another request. Use a new key.');
}

import { Inject, Injectable } from '@nestjs/common';
import type { RequestContext } from '../../api/auth/request-context.js';
import { Conflict } from '../../platform/errors.js';
import { CONFIG } from '../../platform/config/config.module.js';
import type { Config } from '../../platform/config/config.schema.js';
import { isDuplicate } from '../../platform/database/database-failure.js';
import type { Tx } from '../../platform/database/unit-of-work.js';
import { RemovesExpired } from '../../operations/expired-rows.js';
import { OperationJournal } from '../../operations/operation-journal.js';
import { VolumeBusyElsewhere } from '../../operations/volume-busy.js';
import type { Attachment } from '../attachment/attachment.js';
import { type ConnectedVolume, VolumeConnections } from '../attachment/volume-connections.js';
import { type NewAttachment, Reservations, type Reserved } from './reservations.js';
import type { IdempotencyKey } from './idempotency-key.js';
import { IdempotencyKeysRepository } from './idempotency-keys.repository.js';

/** Result of a create: a new reservation, or the attachment that an earlier identical create made. */
export type Outcome = Reserved | { readonly earlier: Attachment };

/** Makes one reservation per Idempotency-Key, however often the request is sent. */
@Injectable()
export class IdempotentCreates {
  constructor(
    private readonly keys: IdempotencyKeysRepository,
    private readonly reservations: Reservations,
    private readonly connections: VolumeConnections,
    private readonly journal: OperationJournal,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @RemovesExpired('idempotency keys')
  async removeExpired(tx: Tx, limit: number): Promise<number> {
    return this.keys.removeExpired(tx, limit);
  }

  /**
   * Reserves the volume and stores the key in the same transaction. A known key returns the attachment that it made.
   * @throws NotFound; Conflict if the key belongs to another request or to a deleted attachment; VolumeBusyElsewhere while another
   * server connects the attachment; what Reservations.reserve throws.
   */
  async reserve(
    tx: Tx,
    ctx: RequestContext,
    wanted: NewAttachment,
    key: IdempotencyKey | null,
  ): Promise<Outcome> {
    // Serializes repeated requests, which are for the same volume.
    const found = await this.connections.lockVisible(tx, ctx, wanted.volumeId);
    if (key === null) return this.reservations.reserve(tx, ctx, found, wanted);
    await this.keys.removeIfExpired(tx, key.id);
    const known = await this.keys.find(tx, key.id);
    if (known !== null) {
      if (known.fingerprint !== key.fingerprint) throw otherRequest();
      return { earlier: await this.earlier(tx, found, known.attachmentId) };
    }
    const reserved = await this.reservations.reserve(tx, ctx, found, wanted);
    await this.keys
      .insert(tx, { ...key, attachmentId: reserved.attachment.id }, this.config.idempotency_key_ttl_s)
      .catch((error: unknown) => {
        // A concurrent request for another volume stored the key first.
        throw isDuplicate(error) ? otherRequest() : error;
      });
    return reserved;
  }

  private async earlier(tx: Tx, { volume, attachments }: ConnectedVolume, id: string): Promise<Attachment> {
    const attachment = attachments.find((one) => one.id === id);
    if (attachment === undefined) {
      throw new Conflict(
        `Idempotency-Key was already used: its attachment ${id} has been deleted. Use a new key.`,
      );
    }
    // This process has already waited for the volume's lock, so an open connect is another server's.
    const inQuestion = { volumeId: volume.id, attachmentId: id };
    const isConnecting = await this.journal.isOpen(tx, 'connect', inQuestion);
    if (attachment.connector === null && isConnecting) throw new VolumeBusyElsewhere(volume.id);
    return attachment;
  }
}

function otherRequest(): Conflict {
  return new Conflict('Idempotency-Key was already used for a different request. Use a new key.');
}

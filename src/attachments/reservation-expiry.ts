import { randomUUID } from 'node:crypto';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { Logger } from 'pino';
import { Clock, type Instant, shiftInstant } from '../common/clock.js';
import { LOGGER } from '../common/logger.js';
import { CONFIG } from '../config/config.module.js';
import type { Config } from '../config/config.schema.js';
import { type Tx, UnitOfWork } from '../database/unit-of-work.js';
import { MessagesService } from '../messages/index.js';
import { OperationJournal } from '../operations/operation-journal.js';
import { Reconciler } from '../operations/reconciler.js';
import { VolumesRepository } from '../volumes/index.js';
import { AttachmentsRepository } from './attachments.repository.js';
import { theServer } from './history/actor.js';
import { Reservations } from './reservations.js';

/**
 * Releases reservations that have outlived `reservation_ttl_s`: attachments that are `reserved`, never got a connector
 * and for whose volume no work is recorded. Whatever has a connector stays, however old.
 */
@Injectable()
export class ReservationExpiry implements OnModuleInit {
  constructor(
    private readonly reconciler: Reconciler,
    private readonly unitOfWork: UnitOfWork,
    private readonly journal: OperationJournal,
    private readonly volumes: VolumesRepository,
    private readonly attachments: AttachmentsRepository,
    private readonly reservations: Reservations,
    private readonly messages: MessagesService,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  onModuleInit(): void {
    if (this.config.reservation_ttl_s === 0) return;
    this.reconciler.register('the release of old reservations', () => this.run());
  }

  private async run(): Promise<void> {
    const before = shiftInstant(this.clock.now(), -this.config.reservation_ttl_s * 1000);
    for (const { id, volumeId } of await this.attachments.reservedBefore(before)) {
      const isReleased = await this.unitOfWork.run((tx) => this.release(tx, id, volumeId, before));
      if (isReleased) this.log.info({ attachmentId: id, volumeId }, 'an old reservation was released');
    }
  }

  private async release(tx: Tx, id: string, volumeId: string, before: Instant): Promise<boolean> {
    const volume = await this.volumes.lock(tx, volumeId);
    const attachment = (await this.attachments.ofVolume(tx, volumeId)).find((found) => found.id === id);
    if (volume === null || attachment === undefined) return false;
    const { attachStatus, connector, createdAt } = attachment;
    if (attachStatus !== 'reserved' || connector !== null || createdAt >= before) return false;
    if (await this.journal.isOpenFor(tx, volumeId)) return false;
    const by = theServer(`req-${randomUUID()}`);
    const reason = `No connector was given within ${this.config.reservation_ttl_s} seconds; attachment ${id} was released.`;
    await this.messages.record(tx, { action: 'reserve', volume, requestId: by.requestId, reason });
    await this.reservations.release(tx, volume, id, { by, reason });
    return true;
  }
}

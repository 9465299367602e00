import { randomUUID } from 'node:crypto';
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { Logger } from 'pino';
import { LOGGER } from '../../platform/logging/logger.js';
import { CONFIG } from '../../platform/config/config.module.js';
import type { Config } from '../../platform/config/config.schema.js';
import { type Tx, UnitOfWork } from '../../platform/database/unit-of-work.js';
import { MessagesService } from '../../volumes/messages/index.js';
import { OperationJournal } from '../../operations/operation-journal.js';
import { RunsInEachRound, type TaskOutcome } from '../../operations/reconciler.js';
import { AttachmentsRepository, type Reservation } from '../attachment/attachments.repository.js';
import { VolumeConnections } from '../attachment/volume-connections.js';
import { systemActor } from '../history/actor.js';
import { Reservations } from './reservations.js';

/** Reservations read per query. */
const PAGE = 200;

/**
 * Releases reservations older than `reservation_ttl_s`, by the database's clock: attachments that are `reserved`, never
 * got a connector and whose volume has no open backend work. Attachments with a connector stay, however old.
 */
@Injectable()
export class ReservationExpiry implements OnModuleDestroy {
  private isStopping = false;

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly journal: OperationJournal,
    private readonly connections: VolumeConnections,
    private readonly attachments: AttachmentsRepository,
    private readonly reservations: Reservations,
    private readonly messages: MessagesService,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  onModuleDestroy(): void {
    this.isStopping = true;
  }

  @RunsInEachRound('the release of old reservations')
  async run(): Promise<TaskOutcome> {
    if (this.config.reservation_ttl_s === 0) return 'done';
    let last: Reservation | null = null;
    do {
      const page: Reservation[] = await this.attachments.reservedFor(
        this.config.reservation_ttl_s,
        last,
        PAGE,
      );
      for (const { id, volume_id: volumeId } of page) {
        if (this.isStopping) return 'done';
        const isReleased = await this.unitOfWork.run((tx) => this.release(tx, id, volumeId));
        if (isReleased) this.log.info({ attachmentId: id, volumeId }, 'an expired reservation was released');
      }
      last = page.length < PAGE ? null : (page.at(-1) ?? null);
    } while (last !== null);
    return 'done';
  }

  private async release(tx: Tx, id: string, volumeId: string): Promise<boolean> {
    const found = await this.connections.lock(tx, volumeId);
    const attachment = found?.attachments.find((one) => one.id === id);
    if (found === null || attachment === undefined) return false;
    // No need to check the age again: it only grows.
    if (attachment.attachStatus !== 'reserved' || attachment.connector !== null) return false;
    if (found.hasOtherWork && (await this.journal.isOpenFor(tx, volumeId))) return false;
    const by = systemActor(`req-${randomUUID()}`);
    const reason = `No connector was given within ${this.config.reservation_ttl_s} seconds; attachment ${id} was released.`;
    const { volume } = found;
    await this.messages.record(tx, { action: 'reserve', volume, requestId: by.requestId, reason });
    await this.reservations.release(tx, found, id, { by, reason });
    return true;
  }
}

import { Injectable } from '@nestjs/common';
import { RemovesExpired } from '../../operations/expired-rows.js';
import type { Page } from '../../platform/database/page.js';
import { type Tx, UnitOfWork } from '../../platform/database/unit-of-work.js';
import { Conflict, NotFound } from '../../platform/errors.js';
import { EventReceivers } from './event-receivers.service.js';
import { EventsReader } from './stream/events.reader.js';
import { type DeadLetterRow, DeadLettersRepository } from './receivers/dead-letters.repository.js';

/** Events that receivers did not take: what an operator does with them (docs/specification.md#dead-letters). */
@Injectable()
export class DeadLettersService {
  constructor(
    private readonly letters: DeadLettersRepository,
    private readonly events: EventsReader,
    private readonly receivers: EventReceivers,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  @RemovesExpired('dead letters')
  async removeExpired(tx: Tx, limit: number): Promise<number> {
    return this.letters.removeExpired(tx, limit);
  }

  async list(
    page: Page,
    receiver: string | undefined,
  ): Promise<{ readonly rows: readonly DeadLetterRow[]; readonly count: number }> {
    return this.letters.list(page, receiver);
  }

  /** Removes a dead letter: its event is not sent again. @throws NotFound */
  async dismiss(id: string): Promise<void> {
    await this.find(id);
    await this.unitOfWork.run((tx) => this.letters.remove(tx, id));
  }

  /**
   * Sends the event once more, beside those that the receiver gets now. What it takes is no dead letter any more.
   * @returns why it did not take it; null if it did.
   * @throws NotFound; Conflict if the event has expired, or this server does not have the receiver.
   */
  async retry(id: string): Promise<string | null> {
    const letter = await this.find(id);
    const event = await this.events.at(Number(letter.position));
    if (event?.id !== letter.event_id)
      throw new Conflict(`Event ${letter.event_id} has expired: it can only be dismissed.`);
    const refusal = await this.receivers.sendAgain(letter.receiver, event);
    await this.unitOfWork.run((tx) =>
      refusal === null ? this.letters.remove(tx, id) : this.letters.refused(tx, id, refusal.reason),
    );
    return refusal?.reason ?? null;
  }

  private async find(id: string): Promise<DeadLetterRow> {
    const letter = await this.letters.find(id);
    if (letter === null) throw new NotFound(`Dead letter ${id} could not be found.`);
    return letter;
  }
}

import { Injectable } from '@nestjs/common';
import { EventCursors } from '../../../attachments/index.js';
import { ThisProcess } from '../../../operations/this-process.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { DeadLettersRepository, type NewDeadLetter } from './dead-letters.repository.js';

/** How far events were delivered to a receiver, and which server delivers them (docs/adr/0036). */
@Injectable()
export class EventDelivery {
  private readonly cursors = new EventCursors();

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly self: ThisProcess,
    private readonly letters: DeadLettersRepository,
  ) {}

  /**
   * Returns the position after which a receiver gets events, if this server delivers them; null if another living one does.
   * @param newest where a receiver begins that is new.
   */
  async begin(cursor: string, newest: number): Promise<number | null> {
    return this.unitOfWork.run(async (tx) => {
      await this.cursors.create(tx, cursor, newest);
      return this.cursors.claim(tx, cursor, this.self.id);
    });
  }

  /**
   * Records that the events up to a position were delivered.
   * @param letter the last of them, if the receiver did not take it.
   * @returns false if another server delivers now: nothing is recorded.
   */
  async advance(cursor: string, position: number, letter?: NewDeadLetter): Promise<boolean> {
    return this.unitOfWork.run(async (tx) => {
      await this.cursors.take(tx, cursor);
      if (!(await this.cursors.isOwn(tx, cursor, this.self.id))) return false;
      await this.cursors.advance(tx, cursor, position);
      if (letter !== undefined) await this.letters.insert(tx, letter);
      return true;
    });
  }

  /** Lets another server deliver at once. */
  async end(cursor: string): Promise<void> {
    await this.unitOfWork.run((tx) => this.cursors.release(tx, cursor, this.self.id));
  }
}

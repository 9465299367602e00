import { Injectable } from '@nestjs/common';
import { EventCursors } from '../../attachments/index.js';
import { ProcessesRepository } from '../../operations/processes.repository.js';
import { ThisProcess } from '../../operations/this-process.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';

/** How far events were delivered to a receiver, and which server delivers them. */
@Injectable()
export class EventDelivery {
  private readonly cursors = new EventCursors();

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly processes: ProcessesRepository,
    private readonly self: ThisProcess,
  ) {}

  /**
   * Returns the position after which a receiver gets events, if this server, the eldest, delivers them; null if another one
   * does.
   * @param newest where a receiver begins that is new.
   */
  async begin(cursor: string, newest: number): Promise<number | null> {
    return this.unitOfWork.run(async (tx) => {
      if (!(await this.processes.isEldest(tx, this.self.id))) return null;
      await this.cursors.create(tx, cursor, newest);
      return this.cursors.take(tx, cursor);
    });
  }

  /** Records that the events up to a position were delivered. @returns false if this server is no longer to deliver. */
  async advance(cursor: string, position: number): Promise<boolean> {
    return this.unitOfWork.run(async (tx) => {
      await this.cursors.advance(tx, cursor, position);
      return this.processes.isEldest(tx, this.self.id);
    });
  }
}

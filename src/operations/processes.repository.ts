import { Injectable } from '@nestjs/common';
import { Not } from 'typeorm';
import { Clock } from '../common/clock.js';
import type { Tx } from '../database/unit-of-work.js';
import { ProcessEntity } from './process.entity.js';

/** The rows of the server processes. */
@Injectable()
export class ProcessesRepository {
  constructor(private readonly clock: Clock) {}

  async add(tx: Tx, id: string): Promise<void> {
    const now = this.clock.now();
    await tx.manager.insert(ProcessEntity, { id, startedAt: now, renewedAt: now });
  }

  /** Shows that the process lives; tells whether it still counted as living. */
  async renew(tx: Tx, id: string): Promise<boolean> {
    const { affected } = await tx.manager.update(ProcessEntity, { id }, { renewedAt: this.clock.now() });
    return affected === 1;
  }

  /** All processes; the first one, the eldest, is the one that reconciles. */
  async all(tx: Tx): Promise<ProcessEntity[]> {
    return tx.manager.find(ProcessEntity, { order: { startedAt: 'ASC', id: 'ASC' } });
  }

  /** Declares a process dead unless it has renewed itself since; tells whether it was declared. */
  async removeSilent(tx: Tx, { id, renewedAt }: ProcessEntity): Promise<boolean> {
    return (await tx.manager.delete(ProcessEntity, { id, renewedAt })).affected === 1;
  }

  async remove(tx: Tx, id: string): Promise<void> {
    await tx.manager.delete(ProcessEntity, { id });
  }

  async removeOthers(tx: Tx, id: string): Promise<void> {
    await tx.manager.delete(ProcessEntity, { id: Not(id) });
  }
}

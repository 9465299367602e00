import { Injectable } from '@nestjs/common';
import { Not } from 'typeorm';
import { DatabaseTime } from '../platform/database/database-time.js';
import type { Tx } from '../platform/database/unit-of-work.js';
import { ownPlace } from './process-place.js';
import { type ProcessSettings, writtenSettings } from './process-settings.js';
import { ProcessEntity } from './process.entity.js';

/** A process that registers. */
export interface NewProcess {
  readonly id: string;
  /** Name of the volume node that it is; null if it is none. */
  readonly node: string | null;
  readonly settings: ProcessSettings;
}

/** The rows of the server processes. */
@Injectable()
export class ProcessesRepository {
  constructor(private readonly time: DatabaseTime) {}

  async add(tx: Tx, { id, node, settings }: NewProcess): Promise<void> {
    const now = (): string => this.time.at();
    await tx.manager.insert(ProcessEntity, {
      id,
      startedAt: now,
      renewedAt: now,
      place: ownPlace(),
      node,
      settings: writtenSettings(settings),
    });
  }

  /** Renews the process's lease. @returns whether it still counted as living. */
  async renew(tx: Tx, id: string): Promise<boolean> {
    const { affected } = await tx.manager.update(ProcessEntity, { id }, { renewedAt: () => this.time.at() });
    return affected === 1;
  }

  /** All processes, eldest first. */
  async all(tx: Tx): Promise<ProcessEntity[]> {
    return tx.manager.find(ProcessEntity, { order: { startedAt: 'ASC', id: 'ASC' } });
  }

  /** The ids of all processes, eldest first. */
  async ids(tx: Tx): Promise<string[]> {
    const rows = await tx.statements.rows<{ id: string }>(
      'SELECT id FROM processes ORDER BY started_at, id',
      [],
    );
    return rows.map(({ id }) => id);
  }

  /** True if the process is the eldest, which reconciles. */
  async isEldest(tx: Tx, id: string): Promise<boolean> {
    return (await this.ids(tx))[0] === id;
  }

  /** Declares a process dead unless it has renewed its lease since. @returns whether it did. */
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

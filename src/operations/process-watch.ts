import { performance } from 'node:perf_hooks';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { Logger } from 'pino';
import { LOGGER } from '../common/logger.js';
import { CONFIG } from '../config/config.module.js';
import type { Config } from '../config/config.schema.js';
import { dialectOf } from '../database/data-source.js';
import { Database } from '../database/database.module.js';
import { type Tx, UnitOfWork } from '../database/unit-of-work.js';
import { OperationJournal } from './operation-journal.js';
import { ProcessesRepository } from './processes.repository.js';
import type { ProcessEntity } from './process.entity.js';
import { ThisProcess } from './this-process.js';

/** How often a process renews itself within its lease. */
const BEATS = 3;

interface Silence {
  readonly renewedAt: string;
  readonly ms: number;
}

/**
 * Shows the other servers on the database that this one lives, and declares dead those that have stopped showing it
 * for `process_lease_s` (docs/adr/0007). Silence is measured by this process's own clock, and only while it watches:
 * a database that was away for all declares nobody dead.
 */
@Injectable()
export class ProcessWatch implements OnModuleInit {
  private readonly silences = new Map<string, Silence>();
  private timer: NodeJS.Timeout | undefined;
  private lastBeatMs = 0;
  private beating: Promise<void> = Promise.resolve();

  constructor(
    private readonly self: ThisProcess,
    private readonly unitOfWork: UnitOfWork,
    private readonly processes: ProcessesRepository,
    private readonly journal: OperationJournal,
    database: Database,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly log: Logger,
  ) {
    database.beforeClose(() => this.leave());
  }

  async onModuleInit(): Promise<void> {
    // An SQLite file has one server, by its lock: whoever else is listed has died.
    const isAlone = dialectOf(this.config) === 'sqlite';
    await this.unitOfWork.run(async (tx) => {
      if (isAlone) await this.processes.removeOthers(tx, this.self.id);
      await this.processes.add(tx, this.self.id);
    });
    if (isAlone) return;
    this.lastBeatMs = performance.now();
    this.timer = setInterval(() => {
      this.beating = this.beat().catch((error: unknown) => {
        this.log.warn({ err: error }, 'this server could not show the others that it lives');
      });
    }, this.periodMs);
    this.timer.unref();
  }

  /** Renews this process and looks after the others. @param now milliseconds of a clock that never goes back. */
  async beat(now = performance.now()): Promise<void> {
    const dead = await this.unitOfWork.run(async (tx) => {
      if (!(await this.processes.renew(tx, this.self.id))) {
        this.log.warn('the other servers counted this one as dead');
        await this.processes.add(tx, this.self.id);
      }
      return this.removeDead(tx, now - this.lastBeatMs);
    });
    this.lastBeatMs = now;
    for (const id of dead) this.log.warn({ process: id }, 'a server gave no sign of life: its work is ended');
  }

  private get periodMs(): number {
    return (this.config.process_lease_s * 1000) / BEATS;
  }

  private async removeDead(tx: Tx, sinceLastBeatMs: number): Promise<string[]> {
    const others = (await this.processes.all(tx)).filter(({ id }) => id !== this.self.id);
    const dead: string[] = [];
    for (const other of others) {
      if (this.silenceOf(other, sinceLastBeatMs) < this.config.process_lease_s * 1000) continue;
      if (await this.processes.removeSilent(tx, other)) dead.push(other.id);
    }
    const known = new Set(others.map(({ id }) => id));
    for (const id of this.silences.keys()) if (!known.has(id)) this.silences.delete(id);
    return dead;
  }

  private silenceOf({ id, renewedAt }: ProcessEntity, sinceLastBeatMs: number): number {
    const before = this.silences.get(id);
    // A long pause was one of this process or of the database: the others had no chance to show themselves.
    const isCounted = before?.renewedAt === renewedAt && sinceLastBeatMs <= 2 * this.periodMs;
    const ms = isCounted ? before.ms + sinceLastBeatMs : 0;
    this.silences.set(id, { renewedAt, ms });
    return ms;
  }

  /** Says good-bye, unless work is left that others must not take up before it is certain that nobody is at it. */
  private async leave(): Promise<void> {
    clearInterval(this.timer);
    await this.beating;
    await this.unitOfWork
      .run(async (tx) => {
        if (!(await this.journal.hasOwn(tx))) await this.processes.remove(tx, this.self.id);
      })
      .catch((error: unknown) => this.log.warn({ err: error }, 'this server could not sign off'));
  }
}

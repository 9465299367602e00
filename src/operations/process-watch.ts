import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { Logger } from 'pino';
import { Unavailable } from '../platform/errors.js';
import { LOGGER } from '../platform/logging/logger.js';
import { CONFIG } from '../platform/config/config.module.js';
import type { Config } from '../platform/config/config.schema.js';
import { dialectOf } from '../platform/database/data-source.js';
import { Database } from '../platform/database/database.module.js';
import { type Tx, UnitOfWork } from '../platform/database/unit-of-work.js';
import { OperationJournal } from './operation-journal.js';
import { NodeNameTaken } from './node-name-taken.js';
import { isGone } from './process-place.js';
import { ProcessesRepository } from './processes.repository.js';
import type { ProcessEntity } from './process.entity.js';
import { ThisProcess } from './this-process.js';

/** Renewals of a process per lease. */
const BEATS = 3;

/** Milliseconds between tries to register with a database that could not be written at start. */
const RETRY_MS = 2000;

/** Milliseconds between looks at the earlier process of this node. */
const NAME_LOOK_MS = 500;

interface Silence {
  readonly renewedAt: string;
  readonly ms: number;
}

/**
 * Renews this process's lease, and declares other processes dead: without a renewal for `process_lease_s`
 * (docs/adr/0007), or at once if they ran on this machine and have ended. Silence is measured by this process's own
 * clock, and only while it watches: a database outage declares nobody dead.
 */
@Injectable()
export class ProcessWatch implements OnModuleInit {
  private readonly silences = new Map<string, Silence>();
  private timer: NodeJS.Timeout | undefined;
  private lastBeatMs = 0;
  private beating: Promise<void> | null = null;
  private signingOn: Promise<void> | null = null;

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
    await this.signOn();
  }

  /**
   * Registers this process, once.
   * @throws NodeNameTaken if it is a volume node and another living process has its name.
   */
  async signOn(): Promise<void> {
    this.signingOn ??= this.register();
    await this.signingOn;
  }

  private async register(): Promise<void> {
    // An SQLite file has one server, by its lock: every other row is of a dead process.
    if (dialectOf(this.config) === 'sqlite') {
      await this.signOnAlone();
      return;
    }
    await this.awaitNodeName();
    const dead = await this.unitOfWork.run(async (tx) => {
      await this.processes.add(tx, this.self.id, this.node);
      return this.removeDead(tx, 0);
    });
    this.tellOf(dead);
    this.lastBeatMs = performance.now();
    this.timer = setInterval(() => this.beatUnlessBeating(), this.periodMs);
    this.timer.unref();
  }

  private get node(): string | null {
    return this.config.role === 'volume' ? (this.config.node_name ?? null) : null;
  }

  /** Waits until the earlier process of this node counts as dead. @throws NodeNameTaken if it lives. */
  private async awaitNodeName(): Promise<void> {
    const { node } = this;
    if (node === null) return;
    let renewedAt: string | null = null;
    for (const startMs = performance.now(); ;) {
      const isOver = performance.now() - startMs >= this.config.process_lease_s * 1000;
      const earlier = await this.unitOfWork.run(async (tx) => {
        const found = await this.processes.findNode(tx, node);
        if (found === null || !(isOver || isGone(found.place))) return found;
        return (await this.processes.removeSilent(tx, found)) ? null : found;
      });
      if (earlier === null) return;
      renewedAt ??= earlier.renewedAt;
      if (earlier.renewedAt !== renewedAt) throw new NodeNameTaken(node);
      await sleep(NAME_LOOK_MS);
    }
  }

  /** Never has two beats wait for a slow database. */
  private beatUnlessBeating(): void {
    this.beating ??= this.beat()
      .catch((error: unknown) => {
        if (error instanceof NodeNameTaken) this.giveWay(error);
        else this.log.warn({ err: error }, 'this server could not renew its lease');
      })
      .finally(() => {
        this.beating = null;
      });
  }

  /** Another process is this node now: it owns the backends. */
  private giveWay(error: NodeNameTaken): void {
    clearInterval(this.timer);
    this.log.fatal({ err: error }, 'another process has become this volume node: this one ends');
    process.kill(process.pid, 'SIGTERM');
  }

  /** A file on a full disk can still be read: the server answers reads, and registers once there is space. */
  private async signOnAlone(): Promise<void> {
    const signOn = () =>
      this.unitOfWork.run(async (tx) => {
        await this.processes.removeOthers(tx, this.self.id);
        await this.processes.add(tx, this.self.id);
      });
    try {
      await signOn();
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      this.log.error({ err: error }, 'the database is not writable at start: only reads are served');
      this.timer = setInterval(() => {
        this.beating = signOn().then(
          () => {
            clearInterval(this.timer);
            this.log.info('the database is writable again');
          },
          () => undefined,
        );
      }, RETRY_MS);
      this.timer.unref();
    }
  }

  /** Renews this process and checks the others. @param now milliseconds of a monotonic clock. */
  async beat(now = performance.now()): Promise<void> {
    const dead = await this.unitOfWork.run(async (tx) => {
      if (!(await this.processes.renew(tx, this.self.id))) {
        this.log.warn('the other servers considered this one dead');
        if (this.node !== null && (await this.processes.findNode(tx, this.node)) !== null)
          throw new NodeNameTaken(this.node);
        await this.processes.add(tx, this.self.id, this.node);
      }
      return this.removeDead(tx, now - this.lastBeatMs);
    });
    this.lastBeatMs = now;
    this.tellOf(dead);
  }

  /** Ids of the processes that count as living. */
  async living(tx: Tx): Promise<ReadonlySet<string>> {
    return new Set((await this.processes.all(tx)).map(({ id }) => id));
  }

  /** Milliseconds since the last renewal of another living process, if unusually long; otherwise null. */
  silentMs(id: string): number | null {
    const silence = this.silences.get(id)?.ms ?? 0;
    return silence < 2 * this.periodMs ? null : silence;
  }

  private tellOf(dead: readonly string[]): void {
    for (const id of dead) this.log.warn({ process: id }, 'a server has died: this one finishes its work');
  }

  private get periodMs(): number {
    return (this.config.process_lease_s * 1000) / BEATS;
  }

  private async removeDead(tx: Tx, sinceLastBeatMs: number): Promise<string[]> {
    const others = (await this.processes.all(tx)).filter(({ id }) => id !== this.self.id);
    const dead: string[] = [];
    for (const other of others) {
      const silentMs = this.silenceOf(other, sinceLastBeatMs);
      if (silentMs < this.config.process_lease_s * 1000 && !isGone(other.place)) continue;
      if (await this.processes.removeSilent(tx, other)) dead.push(other.id);
    }
    const known = new Set(others.map(({ id }) => id));
    for (const id of this.silences.keys()) if (!known.has(id)) this.silences.delete(id);
    return dead;
  }

  private silenceOf({ id, renewedAt }: ProcessEntity, sinceLastBeatMs: number): number {
    const before = this.silences.get(id);
    // This process or the database paused: the others had no chance to renew.
    const isCounted = before?.renewedAt === renewedAt && sinceLastBeatMs <= 2 * this.periodMs;
    const ms = isCounted ? before.ms + sinceLastBeatMs : 0;
    this.silences.set(id, { renewedAt, ms });
    return ms;
  }

  /** Deregisters the process, unless it still owns journal entries. */
  private async leave(): Promise<void> {
    clearInterval(this.timer);
    await this.beating;
    await this.unitOfWork
      .run(async (tx) => {
        if (!(await this.journal.hasOwn(tx))) await this.processes.remove(tx, this.self.id);
      })
      .catch((error: unknown) => this.log.warn({ err: error }, 'this server could not deregister'));
  }
}

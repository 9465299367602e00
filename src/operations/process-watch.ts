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
import { NodeNameTaken, SecretKeysDiffer } from './beside-others.js';
import { isGone } from './process-place.js';
import {
  differences,
  keyConflict,
  type ProcessSettings,
  readSettings,
  settingsOf,
} from './process-settings.js';
import { ProcessesRepository } from './processes.repository.js';
import type { ProcessEntity } from './process.entity.js';
import { ThisProcess } from './this-process.js';

/** Renewals of a process per lease. */
const BEATS = 3;

/** Milliseconds between tries to register with a database that could not be written at start. */
const RETRY_MS = 2000;

/** Milliseconds between looks at processes beside which this one must not start. */
const LOOK_MS = 500;

interface Silence {
  readonly renewedAt: string;
  readonly ms: number;
  /** Seconds of silence after which the process counts as dead. */
  readonly leaseS: number;
}

/**
 * Renews this process's lease, and declares other processes dead: without a renewal for the `process_lease_s` that they
 * run with (docs/adr/0007, 0045), or at once if they ran on this machine and have ended. Silence is measured by this
 * process's own clock, and only while it watches: a database outage declares nobody dead.
 */
@Injectable()
export class ProcessWatch implements OnModuleInit {
  private readonly silences = new Map<string, Silence>();
  private timer: NodeJS.Timeout | undefined;
  private lastBeatMs = 0;
  private beating: Promise<void> | null = null;
  private signingOn: Promise<void> | null = null;
  private readonly settings: ProcessSettings;

  constructor(
    private readonly self: ThisProcess,
    private readonly unitOfWork: UnitOfWork,
    private readonly processes: ProcessesRepository,
    private readonly journal: OperationJournal,
    database: Database,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly log: Logger,
  ) {
    this.settings = settingsOf(config);
    database.beforeClose(() => this.leave());
  }

  async onModuleInit(): Promise<void> {
    await this.signOn();
  }

  /**
   * Registers this process, once.
   * @throws NodeNameTaken if it is a volume node and another living process has its name; SecretKeysDiffer.
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
    await this.awaitPlaceBesideOthers();
    const { dead, living } = await this.unitOfWork.run(async (tx) => {
      await this.add(tx);
      return this.removeDead(tx, 0);
    });
    this.tellOf(dead);
    this.tellDifferences(living);
    this.lastBeatMs = performance.now();
    this.timer = setInterval(() => this.beatUnlessBeating(), this.periodMs);
    this.timer.unref();
  }

  private get node(): string | null {
    return this.config.role === 'volume' ? (this.config.node_name ?? null) : null;
  }

  private async add(tx: Tx): Promise<void> {
    await this.processes.add(tx, { id: this.self.id, node: this.node, settings: this.settings });
  }

  /** Waits until all processes beside which this one must not run count as dead. @throws what `conflictWith` finds. */
  private async awaitPlaceBesideOthers(): Promise<void> {
    const seen = new Map<string, { readonly renewedAt: string; readonly sinceMs: number }>();
    for (;;) {
      const now = performance.now();
      const living = await this.unitOfWork.run(async (tx) => {
        const inTheWay = (await this.processes.all(tx)).filter((other) => this.conflictWith(other) !== null);
        const left: ProcessEntity[] = [];
        for (const other of inTheWay) {
          const before = seen.get(other.id);
          const isSilent =
            before?.renewedAt === other.renewedAt && now - before.sinceMs >= this.leaseSOf(other) * 1000;
          if (!(isSilent || isGone(other.place)) || !(await this.processes.removeSilent(tx, other)))
            left.push(other);
        }
        return left;
      });
      if (living.length === 0) return;
      for (const other of living) {
        const { id, renewedAt } = other;
        const conflict = this.conflictWith(other);
        if (conflict !== null && (seen.get(id)?.renewedAt ?? renewedAt) !== renewedAt) throw conflict;
        seen.set(id, seen.get(id) ?? { renewedAt, sinceMs: now });
      }
      await sleep(LOOK_MS);
    }
  }

  /** Why this process must not run beside another one that lives, or null. */
  private conflictWith({ id, node, settings }: ProcessEntity): NodeNameTaken | SecretKeysDiffer | null {
    if (node !== null && node === this.node) return new NodeNameTaken(node);
    const theirs = readSettings(settings);
    const conflict = theirs === null ? null : keyConflict(this.settings, theirs);
    if (conflict === null) return null;
    return new SecretKeysDiffer(node === null ? `server ${id}` : `volume node ${node}`, conflict);
  }

  /** A release that did not tell its lease had the same one as all others. */
  private leaseSOf({ settings }: ProcessEntity): number {
    return readSettings(settings)?.leaseS ?? this.config.process_lease_s;
  }

  private tellDifferences(others: readonly ProcessEntity[]): void {
    for (const { id, node, settings } of others) {
      const theirs = readSettings(settings);
      for (const { setting, here, there } of theirs === null ? [] : differences(this.settings, theirs))
        this.log.warn(
          { setting, here, there, process: id, ...(node === null ? {} : { node }) },
          'a setting differs from that of another server on the database',
        );
    }
  }

  /** Never has two beats wait for a slow database. */
  private beatUnlessBeating(): void {
    this.beating ??= this.beat()
      .catch((error: unknown) => {
        if (error instanceof NodeNameTaken || error instanceof SecretKeysDiffer) this.giveWay(error);
        else this.log.warn({ err: error }, 'this server could not renew its lease');
      })
      .finally(() => {
        this.beating = null;
      });
  }

  /** Another process has taken this one's place: as this node, or with other keys. */
  private giveWay(error: NodeNameTaken | SecretKeysDiffer): void {
    clearInterval(this.timer);
    this.log.fatal({ err: error }, 'this server cannot run beside another one: it ends');
    process.kill(process.pid, 'SIGTERM');
  }

  /** A file on a full disk can still be read: the server answers reads, and registers once there is space. */
  private async signOnAlone(): Promise<void> {
    const signOn = () =>
      this.unitOfWork.run(async (tx) => {
        await this.processes.removeOthers(tx, this.self.id);
        await this.add(tx);
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
    const { dead } = await this.unitOfWork.run(async (tx) => {
      if (!(await this.processes.renew(tx, this.self.id))) {
        this.log.warn('the other servers considered this one dead');
        for (const other of await this.processes.all(tx)) {
          const conflict = this.conflictWith(other);
          if (conflict !== null) throw conflict;
        }
        await this.add(tx);
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

  /** How long another living process has been silent, if unusually long; otherwise null. */
  silenceOf(id: string): { readonly ms: number; readonly leaseS: number } | null {
    const silence = this.silences.get(id);
    return silence === undefined || silence.ms < (2 * silence.leaseS * 1000) / BEATS ? null : silence;
  }

  /** The longest lease of the living processes, in seconds. */
  get longestLeaseS(): number {
    const others = [...this.silences.values()].map(({ leaseS }) => leaseS);
    return Math.max(this.config.process_lease_s, ...others);
  }

  private tellOf(dead: readonly string[]): void {
    for (const id of dead) this.log.warn({ process: id }, 'a server has died: this one finishes its work');
  }

  private get periodMs(): number {
    return (this.config.process_lease_s * 1000) / BEATS;
  }

  private async removeDead(
    tx: Tx,
    sinceLastBeatMs: number,
  ): Promise<{ readonly dead: readonly string[]; readonly living: readonly ProcessEntity[] }> {
    const others = (await this.processes.all(tx)).filter(({ id }) => id !== this.self.id);
    const dead: string[] = [];
    for (const other of others) {
      const { ms, leaseS } = this.listen(other, sinceLastBeatMs);
      if (ms < leaseS * 1000 && !isGone(other.place)) continue;
      if (await this.processes.removeSilent(tx, other)) dead.push(other.id);
    }
    const known = new Set(others.map(({ id }) => id));
    for (const id of this.silences.keys()) if (!known.has(id)) this.silences.delete(id);
    return { dead, living: others.filter(({ id }) => !dead.includes(id)) };
  }

  private listen(other: ProcessEntity, sinceLastBeatMs: number): Silence {
    const { id, renewedAt } = other;
    const before = this.silences.get(id);
    // This process or the database paused: the others had no chance to renew.
    const isCounted = before?.renewedAt === renewedAt && sinceLastBeatMs <= 2 * this.periodMs;
    const silence = {
      renewedAt,
      ms: isCounted ? before.ms + sinceLastBeatMs : 0,
      leaseS: this.leaseSOf(other),
    };
    this.silences.set(id, silence);
    return silence;
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

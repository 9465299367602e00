import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { Logger } from 'pino';
import { Unavailable } from '../platform/errors.js';
import { LOGGER } from '../platform/logging/logger.js';
import { CONFIG } from '../platform/config/config.module.js';
import type { Config } from '../platform/config/config.schema.js';
import { isDuplicate } from '../platform/database/database-failure.js';
import { dialectOf } from '../platform/database/data-source.js';
import { Database } from '../platform/database/database.module.js';
import { recordCurrentKey } from '../platform/database/secrets/check-secret-keys.js';
import { SecretBox } from '../platform/database/secrets/secret-box.js';
import { type Tx, UnitOfWork } from '../platform/database/unit-of-work.js';
import { OperationJournal } from './operation-journal.js';
import { assertFits, conflictWith, NodeNameTaken, SecretKeysDiffer } from './beside-others.js';
import { isGone } from './process-place.js';
import { differencesFrom, processName, readSettings, settingsOf } from './process-settings.js';
import { isDead, listened, type Look, periodMs, type Silence } from './silences.js';
import { type NewProcess, ProcessesRepository } from './processes.repository.js';
import type { ProcessEntity } from './process.entity.js';
import { ThisProcess } from './this-process.js';

/** Milliseconds between tries to register with a database that could not be written at start. */
const RETRY_MS = 2000;

/** Milliseconds between looks at processes beside which this one must not start. */
const LOOK_MS = 500;

/** Leases for which a start waits at most, with a database so slow that silence proves nothing. */
const MOST_LEASES = 5;

interface Seen {
  readonly silences: ReadonlyMap<string, Silence>;
  readonly living: readonly ProcessEntity[];
  /** Those of the living that registered before this process. */
  readonly elder: readonly ProcessEntity[];
  /** Those that were found dead. */
  readonly dead: readonly ProcessEntity[];
}

/**
 * Renews this process's lease, and declares other processes dead: without a renewal for the `process_lease_s` that they
 * run with (docs/adr/0007, 0045), or at once if they ran on this machine and have ended. Silence is measured by this
 * process's own clock, and only while it watches: a database outage declares nobody dead.
 */
@Injectable()
export class ProcessWatch implements OnModuleInit {
  private silences: ReadonlyMap<string, Silence> = new Map();
  private timer: NodeJS.Timeout | undefined;
  private lastBeatMs = 0;
  private plannedMs = 0;
  private beating: Promise<void> | null = null;
  private signingOn: Promise<void> | null = null;
  private isLeaving = false;
  private readonly own: NewProcess;

  constructor(
    private readonly self: ThisProcess,
    private readonly unitOfWork: UnitOfWork,
    private readonly processes: ProcessesRepository,
    private readonly journal: OperationJournal,
    private readonly secrets: SecretBox,
    database: Database,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly log: Logger,
  ) {
    const node = config.role === 'volume' ? (config.node_name ?? null) : null;
    this.own = { id: self.id, node, settings: settingsOf(config) };
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

  /** Nothing is encrypted before this process has registered. */
  private async recordKey(): Promise<void> {
    const recorded = this.unitOfWork.run((tx) => recordCurrentKey(tx, this.secrets));
    await recorded.catch((error: unknown) => {
      // Another server may record the same key at the same time.
      if (!isDuplicate(error)) throw error;
    });
  }

  private async register(): Promise<void> {
    // An SQLite file has one server, by its lock: every other row is of a dead process.
    if (dialectOf(this.config) === 'sqlite') {
      await this.signOnAlone();
      return;
    }
    await this.awaitPlaceBesideOthers();
    const seen = await this.unitOfWork
      .run(async (tx) => {
        const others = await this.look(tx, { sinceMs: 0, plannedMs: 0 });
        assertFits(this.own, others.living);
        await this.processes.add(tx, this.own);
        return others;
      })
      .catch((error: unknown) => {
        const { node } = this.own;
        // Another process of this name has started at the same time.
        throw node !== null && isDuplicate(error) ? new NodeNameTaken(node) : error;
      });
    this.keep(seen);
    for (const difference of differencesFrom(this.own.settings, seen.living))
      this.log.warn(difference, 'a setting differs from that of other servers on the database');
    this.log.info(
      { process: this.self.id, where: this.own.settings.where },
      'this server has registered with the others on its database',
    );
    await this.recordKey();
    this.lastBeatMs = performance.now();
    this.planBeat();
  }

  /** Waits until all processes beside which this one must not run count as dead. @throws NodeNameTaken, SecretKeysDiffer */
  private async awaitPlaceBesideOthers(): Promise<void> {
    const first = new Map<string, { readonly renewedAt: string; readonly sinceMs: number }>();
    for (let lastMs = performance.now(); ;) {
      const nowMs = performance.now();
      const seen = await this.unitOfWork.run((tx) =>
        this.look(tx, { sinceMs: nowMs - lastMs, plannedMs: LOOK_MS }),
      );
      lastMs = nowMs;
      this.keep(seen);
      const inTheWay = seen.living.filter((other) => conflictWith(this.own, other) !== null);
      if (inTheWay.length === 0) return;
      for (const other of inTheWay) {
        const { id, renewedAt } = other;
        const seenFirst = first.get(id) ?? { renewedAt, sinceMs: nowMs };
        if (!first.has(id)) this.tellOfWait(other);
        const isTooLong = nowMs - seenFirst.sinceMs > MOST_LEASES * this.leaseSOf(other) * 1000;
        if (seenFirst.renewedAt !== renewedAt || isTooLong) assertFits(this.own, [other]);
        first.set(id, seenFirst);
      }
      await sleep(LOOK_MS);
    }
  }

  private tellOfWait(other: ProcessEntity): void {
    this.log.warn(
      { server: processName(other), reason: conflictWith(this.own, other)?.message },
      `waiting up to ${String(this.leaseSOf(other))} s for a server that may have died: this one cannot start beside it`,
    );
  }

  /** A release that did not tell its lease had the same one as all others. */
  private leaseSOf({ settings }: ProcessEntity): number {
    return readSettings(settings)?.leaseS ?? this.config.process_lease_s;
  }

  /** As often as the shortest lease requires: a process with that one is found dead in its time. */
  private planBeat(): void {
    const leases = [...this.silences.values()].map(({ leaseS }) => leaseS);
    this.plannedMs = periodMs(Math.min(this.config.process_lease_s, ...leases));
    if (this.isLeaving) return;
    this.timer = setTimeout(() => {
      this.beating = this.beat()
        .then(
          () => this.planBeat(),
          (error: unknown) => this.onFailedBeat(error),
        )
        .finally(() => {
          this.beating = null;
        });
    }, this.plannedMs).unref();
  }

  private onFailedBeat(error: unknown): void {
    if (error instanceof NodeNameTaken || error instanceof SecretKeysDiffer) {
      this.giveWay(error);
      return;
    }
    this.log.warn({ err: error }, 'this server could not renew its lease');
    this.planBeat();
  }

  /** Another process has taken this one's place: as this node, or with other keys. */
  private giveWay(error: NodeNameTaken | SecretKeysDiffer): void {
    this.log.fatal({ err: error }, 'this server cannot run beside another one: it ends');
    process.kill(process.pid, 'SIGTERM');
  }

  /** A file on a full disk can still be read: the server answers reads, and registers once there is space. */
  private async signOnAlone(): Promise<void> {
    const signOn = () =>
      this.unitOfWork.run(async (tx) => {
        await this.processes.removeOthers(tx, this.self.id);
        await this.processes.add(tx, this.own);
        await recordCurrentKey(tx, this.secrets);
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

  /** Renews this process and looks at the others. @param now milliseconds of a monotonic clock. */
  async beat(now = performance.now()): Promise<void> {
    const look = { sinceMs: now - this.lastBeatMs, plannedMs: this.plannedMs };
    const seen = await this.unitOfWork.run(async (tx) => {
      const isKnown = await this.processes.renew(tx, this.self.id);
      const others = await this.look(tx, look);
      if (!isKnown) {
        this.log.warn('the other servers considered this one dead');
        assertFits(this.own, others.living);
        await this.processes.add(tx, this.own);
      } else assertFits(this.own, others.elder);
      return others;
    });
    this.lastBeatMs = now;
    this.keep(seen);
  }

  /** Ids of the processes that count as living. */
  async living(tx: Tx): Promise<ReadonlySet<string>> {
    return new Set(await this.processes.ids(tx));
  }

  /** How long another living process has been silent, if unusually long; otherwise null. */
  silenceOf(id: string): { readonly ms: number; readonly leaseS: number } | null {
    const silence = this.silences.get(id);
    return silence === undefined || silence.ms < 2 * periodMs(silence.leaseS) ? null : silence;
  }

  /** The longest lease of the living processes, in seconds. */
  get longestLeaseS(): number {
    const others = [...this.silences.values()].map(({ leaseS }) => leaseS);
    return Math.max(this.config.process_lease_s, ...others);
  }

  /** Keeps what a committed look has found. */
  private keep({ silences, dead }: Seen): void {
    this.silences = silences;
    for (const one of dead)
      this.log.warn(
        { process: one.id, server: processName(one) },
        'a server has died: this one finishes its work',
      );
  }

  /** Looks at the others, and declares those dead that are. */
  private async look(tx: Tx, look: Look): Promise<Seen> {
    const all = await this.processes.all(tx);
    const own = all.findIndex(({ id }) => id === this.self.id);
    const others = all.filter(({ id }) => id !== this.self.id);
    const heard = others.map((other) => ({
      id: other.id,
      renewedAt: other.renewedAt,
      leaseS: this.leaseSOf(other),
    }));
    const silences = new Map(listened(this.silences, heard, look));
    const dead: ProcessEntity[] = [];
    for (const other of others) {
      const silence = silences.get(other.id);
      if (!isGone(other.place) && (silence === undefined || !isDead(silence))) continue;
      if (await this.processes.removeSilent(tx, other)) dead.push(other);
    }
    for (const { id } of dead) silences.delete(id);
    const isLiving = (one: ProcessEntity): boolean => !dead.includes(one);
    const elder = all.slice(0, Math.max(own, 0)).filter(isLiving);
    return { silences, living: others.filter(isLiving), elder, dead };
  }

  /** Deregisters the process, unless it still owns journal entries. */
  private async leave(): Promise<void> {
    this.isLeaving = true;
    clearTimeout(this.timer);
    await this.beating;
    await this.unitOfWork
      .run(async (tx) => {
        if (!(await this.journal.hasOwn(tx))) await this.processes.remove(tx, this.self.id);
      })
      .catch((error: unknown) => this.log.warn({ err: error }, 'this server could not deregister'));
  }
}

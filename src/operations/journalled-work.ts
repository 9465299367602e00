import { performance } from 'node:perf_hooks';
import { Inject, Injectable, Optional } from '@nestjs/common';
import { CONFIG } from '../platform/config/config.module.js';
import type { Config } from '../platform/config/config.schema.js';
import { type Tx, UnitOfWork } from '../platform/database/unit-of-work.js';
import { KeyedMutex } from '../platform/keyed-mutex.js';
import type { KnownBackend } from '../drivers/registry/backend-directory.js';
import type { WorkKind } from '../drivers/registry/backend-queue.js';
import type { Backend } from '../drivers/registry/backend.js';
import { BackendRegistry } from '../drivers/registry/backend-registry.js';
import type { BackendSession } from '../drivers/registry/backend-session.js';
import { BackgroundWork } from './background-work.js';
import type { OperationEntity } from './operation.entity.js';
import { OperationJournal } from './operation-journal.js';
import { OverruledWork } from './overruled-work.js';
import { type AskedWork, RemoteWork } from './remote-work.js';
import { Settled } from './settled.js';
import { VolumeBusyElsewhere, whenFree } from './volume-busy.js';

/** A volume to work on, and the request that asked for it. */
export type WorkTarget = Pick<OperationEntity, 'volumeId' | 'requestId'>;

/** A journal entry, as its work needs it. */
export type RecordedWork = Pick<OperationEntity, 'id'> & WorkTarget;

/** A volume's location: at least its backend. */
export interface Located {
  readonly backend: string;
}

/** A plan whose entry is open. */
export interface Planned {
  readonly operationId: string;
}

/** The steps of new work. */
export interface NewWork<P extends Planned, R> {
  readonly plan: (tx: Tx) => Promise<P | Settled<R>>;
  readonly carryOut: (session: BackendSession, plan: P) => Promise<R>;
  /** `unlocked` to wait for other servers without the volume's lock; recovery of a dead process's same work needs it. */
  readonly waiting?: 'locked' | 'unlocked';
}

/** Journalled work at a backend: the order of its steps (docs/adr/0025). */
@Injectable()
export class JournalledWork {
  /** The volumes that other processes work on for this one. */
  private readonly volumes = new KeyedMutex();

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly journal: OperationJournal,
    private readonly backends: BackendRegistry,
    private readonly overruled: OverruledWork,
    private readonly background: BackgroundWork,
    @Inject(CONFIG) private readonly config: Config,
    @Optional() @Inject(RemoteWork) private readonly remote: RemoteWork | null = null,
  ) {}

  /**
   * Records planned work once no other server works on the volume.
   * @throws VolumeBusyElsewhere if that takes too long.
   */
  async plan<P>(unit: (tx: Tx) => Promise<P>): Promise<P> {
    return this.whenFree(() => this.unitOfWork.run(unit));
  }

  /** Runs planned work. If another server has taken it over, the volume's export is compared again. */
  async drive<R>({ volumeId, requestId }: WorkTarget, work: () => Promise<R>): Promise<R> {
    return this.overruled.watch(volumeId, requestId, work);
  }

  /** Runs recorded work in the background, or has the process do it that runs the backend's driver. */
  start(work: AskedWork, what: string, carryOut: () => Promise<void>): void {
    if (this.remote === null) this.background.start(work.requestId, what, carryOut);
    else this.remote.ring(work);
  }

  /** Plans new work and runs it under the volume's lock, here or in the process that runs the backend's driver. */
  async begin<P extends Planned, R>(
    backend: KnownBackend,
    target: WorkTarget,
    work: NewWork<P, R>,
  ): Promise<R> {
    if (this.remote === null) return this.beginHere(this.backends.get(backend.name), target, work);
    backend.assertAccepting();
    return this.beginElsewhere(this.remote, { ...target, backend: backend.name }, work.plan);
  }

  private async beginHere<P extends Planned, R>(
    backend: Backend,
    target: WorkTarget,
    { plan, carryOut, waiting = 'locked' }: NewWork<P, R>,
  ): Promise<R> {
    const underLock = (unit: () => Promise<P | Settled<R>>): Promise<R> =>
      backend.exclusively(target.volumeId, target.requestId, async (session) => {
        const planned = await unit();
        if (planned instanceof Settled) return planned.result;
        return this.drive(target, () => carryOut(session, planned));
      });
    if (waiting === 'locked') return underLock(() => this.plan(plan));
    return this.whenFree(() => underLock(() => this.unitOfWork.run(plan)));
  }

  private async beginElsewhere<P extends Planned, R>(
    remote: RemoteWork,
    target: Omit<AskedWork, 'id'>,
    plan: NewWork<P, R>['plan'],
  ): Promise<R> {
    const { volumeId } = target;
    const { driver_timeout_ms: busyMs, node_deadline_ms: deadlineMs } = this.config;
    const startMs = performance.now();
    // The other half at least is left for the node's work.
    const turnMs = deadlineMs / 2;
    const work = async (): Promise<R> => {
      const leftMs = turnMs - (performance.now() - startMs);
      const planned = await whenFree(Math.min(busyMs, leftMs), () => this.unitOfWork.run(plan));
      if (planned instanceof Settled) return planned.result;
      // The same feature's work made it in the other process: it is the JSON of what `carryOut` returns.
      return (await remote.perform({ ...target, id: planned.operationId }, startMs + deadlineMs)) as R;
    };
    return this.volumes.runWithin(volumeId, turnMs, work, () => new VolumeBusyElsewhere(volumeId));
  }

  /**
   * Runs recorded work under the volume's lock, and only while this process owns its entry. The work closes the entry.
   * @param find locks the volume's row and reads what the work needs; null if the volume is gone.
   * @param kind `request` for work that may still be refused.
   * @returns whether the volume existed; if not, nothing was done and the entry is still open.
   */
  async resume<F extends Located>(
    { id, volumeId, requestId }: RecordedWork,
    find: (tx: Tx) => Promise<F | null>,
    work: (session: BackendSession, found: F) => Promise<void>,
    kind: WorkKind = 'recorded',
  ): Promise<boolean> {
    for (;;) {
      const outcome = await this.resumeWhereFound({ id, volumeId, requestId }, find, work, kind);
      if (outcome !== 'moved') return outcome === 'found';
    }
  }

  private async resumeWhereFound<F extends Located>(
    { id, volumeId, requestId }: RecordedWork,
    find: (tx: Tx) => Promise<F | null>,
    work: (session: BackendSession, found: F) => Promise<void>,
    kind: WorkKind,
  ): Promise<'found' | 'gone' | 'moved'> {
    const planned = await this.unitOfWork.run(find);
    if (planned === null) return 'gone';
    const underLock = async (session: BackendSession): Promise<'found' | 'gone' | 'moved'> => {
      // The volume may have changed while others held it.
      const { found, isHeld } = await this.unitOfWork.run(async (tx) => ({
        found: await find(tx),
        isHeld: await this.journal.holds(tx, id),
      }));
      if (found === null) return 'gone';
      // A volume whose creation failed moves to another backend, whose lock is another one.
      if (found.backend !== planned.backend) return 'moved';
      if (isHeld) await work(session, found);
      return 'found';
    };
    return this.backends.get(planned.backend).exclusively(volumeId, requestId, underLock, kind);
  }

  /** A server may hold the volume for as long as a driver call may take. */
  private async whenFree<T>(unit: () => Promise<T>): Promise<T> {
    return whenFree(this.config.driver_timeout_ms, unit);
  }
}

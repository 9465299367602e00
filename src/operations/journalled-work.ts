import { Inject, Injectable } from '@nestjs/common';
import { CONFIG } from '../platform/config/config.module.js';
import type { Config } from '../platform/config/config.schema.js';
import { type Tx, UnitOfWork } from '../platform/database/unit-of-work.js';
import type { Backend } from '../drivers/registry/backend.js';
import { BackendRegistry } from '../drivers/registry/backend-registry.js';
import type { BackendSession } from '../drivers/registry/backend-session.js';
import type { OperationEntity } from './operation.entity.js';
import { OperationJournal } from './operation-journal.js';
import { OverruledWork } from './overruled-work.js';
import { whenFree } from './volume-busy.js';

/** A volume to work on, and the request that asked for it. */
export type WorkTarget = Pick<OperationEntity, 'volumeId' | 'requestId'>;

/** A journal entry, as its work needs it. */
export type RecordedWork = Pick<OperationEntity, 'id'> & WorkTarget;

/** A volume's location: at least its backend. */
export interface Located {
  readonly backend: string;
}

/** The steps of new work. */
export interface NewWork<P, R> {
  readonly plan: (tx: Tx) => Promise<P>;
  readonly carryOut: (session: BackendSession, plan: P) => Promise<R>;
  /** `unlocked` to wait for other servers without the volume's lock; recovery of a dead process's same work needs it. */
  readonly waiting?: 'locked' | 'unlocked';
}

/** Journalled work at a backend: the order of its steps (docs/adr/0025). */
@Injectable()
export class JournalledWork {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly journal: OperationJournal,
    private readonly backends: BackendRegistry,
    private readonly overruled: OverruledWork,
    @Inject(CONFIG) private readonly config: Config,
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

  /** Plans and runs new work under the volume's lock. */
  async begin<P, R>(
    backend: Backend,
    target: WorkTarget,
    { plan, carryOut, waiting = 'locked' }: NewWork<P, R>,
  ): Promise<R> {
    const underLock = (unit: () => Promise<P>): Promise<R> =>
      backend.exclusively(target.volumeId, target.requestId, async (session) => {
        const planned = await unit();
        return this.drive(target, () => carryOut(session, planned));
      });
    if (waiting === 'locked') return underLock(() => this.plan(plan));
    return this.whenFree(() => underLock(() => this.unitOfWork.run(plan)));
  }

  /**
   * Runs recorded work under the volume's lock, and only while this process owns its entry. The work closes the entry.
   * @param find locks the volume's row and reads what the work needs; null if the volume is gone.
   * @returns whether the volume existed; if not, nothing was done and the entry is still open.
   */
  async resume<F extends Located>(
    { id, volumeId, requestId }: RecordedWork,
    find: (tx: Tx) => Promise<F | null>,
    work: (session: BackendSession, found: F) => Promise<void>,
  ): Promise<boolean> {
    for (;;) {
      const outcome = await this.resumeWhereFound({ id, volumeId, requestId }, find, work);
      if (outcome !== 'moved') return outcome === 'found';
    }
  }

  private async resumeWhereFound<F extends Located>(
    { id, volumeId, requestId }: RecordedWork,
    find: (tx: Tx) => Promise<F | null>,
    work: (session: BackendSession, found: F) => Promise<void>,
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
    return this.backends.get(planned.backend).exclusively(volumeId, requestId, underLock, 'recorded');
  }

  /** A server may hold the volume for as long as a driver call may take. */
  private async whenFree<T>(unit: () => Promise<T>): Promise<T> {
    return whenFree(this.config.driver_timeout_ms, unit);
  }
}

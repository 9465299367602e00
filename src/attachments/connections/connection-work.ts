import { Injectable } from '@nestjs/common';
import type { RequestContext } from '../../api/auth/request-context.js';
import { NotFound } from '../../platform/errors.js';
import { reasonOf } from '../../platform/failure-reason.js';
import { type Tx, UnitOfWork } from '../../platform/database/unit-of-work.js';
import { DatabaseTrouble } from '../../platform/database/database-failure.js';
import { BackendDirectory, type KnownBackend } from '../../drivers/registry/backend-directory.js';
import type { BackendSession } from '../../drivers/registry/backend-session.js';
import type { OperationEntity } from '../../operations/operation.entity.js';
import {
  JournalledWork,
  type Located,
  type NewWork,
  type Planned,
} from '../../operations/journalled-work.js';
import { OperationJournal, OperationOverruled } from '../../operations/operation-journal.js';
import { Settled } from '../../operations/settled.js';
import { VolumesRepository } from '../../volumes/index.js';
import { type ConnectedVolume, VolumeConnections } from '../attachment/volume-connections.js';

/** The volume that a request works on, which the caller may see. */
export interface WorkPlace {
  readonly volumeId: string;
  /** Name of the volume's backend. */
  readonly backend: string;
  readonly requestId: string;
}

/** The steps of work that a request asks for. */
export interface RequestedWork<P extends Planned, R> extends Omit<NewWork<P, R>, 'plan'> {
  /** Checks the request against the volume's backend. */
  readonly checkAt?: (backend: KnownBackend) => void;
  readonly plan: (tx: Tx, backend: KnownBackend) => Promise<P | Settled<R>>;
}

/** The steps of work that another process has recorded. */
export interface AskedSteps<P extends Planned, R> {
  /** Checks the request against the volume's backend. */
  readonly checkAt?: (backend: KnownBackend) => void;
  /** Plans the recorded work from what the volume shows. */
  readonly plan: (found: ConnectedVolume) => P | Settled<R> | Promise<P | Settled<R>>;
  readonly carryOut: (session: BackendSession, plan: P) => Promise<R>;
  /** Ends the entry of work that was refused before it began; by default just closes it. */
  readonly refuse?: (tx: Tx, reason: string) => Promise<unknown>;
}

/** Work on a volume's connections at its backend: new, for a request, or interrupted, for an entry that was left open. */
@Injectable()
export class ConnectionWork {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly journal: OperationJournal,
    private readonly work: JournalledWork,
    private readonly backends: BackendDirectory,
    private readonly volumes: VolumesRepository,
    private readonly connections: VolumeConnections,
  ) {}

  /** Plans and carries out new work. */
  async begin<P extends Planned, R>(
    place: WorkPlace,
    { checkAt, plan, ...steps }: RequestedWork<P, R>,
  ): Promise<R> {
    const backend = this.backends.get(place.backend);
    checkAt?.(backend);
    return this.work.begin(backend, place, { plan: (tx) => plan(tx, backend), ...steps });
  }

  /** Finds the volume of a request. @throws NotFound, also if the caller may not see it. */
  async placeOf(
    ctx: Pick<RequestContext, 'isAdmin' | 'projectId' | 'requestId'>,
    volumeId: string,
  ): Promise<WorkPlace> {
    const { id, backend } = await this.volumes.visible(ctx, volumeId);
    return { volumeId: id, backend, requestId: ctx.requestId };
  }

  /**
   * Does the work of an entry that another process has recorded; returns its result.
   * @throws as {@link begin}. If the backend's queue, circuit breaker or driver refuses the work, nothing has changed.
   */
  async perform<P extends Planned, R>(
    operation: OperationEntity,
    notFound: string,
    { checkAt, plan, carryOut, refuse = (tx) => this.journal.closeIfOwn(tx, operation.id) }: AskedSteps<P, R>,
  ): Promise<R> {
    const done: { hasBegun: boolean; outcome: Settled<R> | null } = { hasBegun: false, outcome: null };
    const work = async (session: BackendSession, found: ConnectedVolume & Located): Promise<void> => {
      checkAt?.(this.backends.get(found.backend));
      const planned = await plan(found);
      done.hasBegun = true;
      done.outcome =
        planned instanceof Settled
          ? planned
          : new Settled(await this.work.drive(operation, () => carryOut(session, planned)));
    };
    try {
      if (!(await this.work.resume(operation, this.finder(operation), work, 'request'))) {
        await this.close(operation);
        throw new NotFound(notFound);
      }
    } catch (error) {
      if (!done.hasBegun && !(error instanceof DatabaseTrouble))
        await this.unitOfWork.run((tx) => refuse(tx, reasonOf(error)));
      throw error;
    }
    // `work` did not run: the entry belongs to another process now.
    if (done.outcome === null) throw new OperationOverruled('Another server has taken over this work.');
    return done.outcome.result;
  }

  /**
   * Plans interrupted work again and carries it out; that closes the entry.
   * @param plan returns null if nothing is left to do.
   */
  async finish<P>(
    operation: OperationEntity,
    plan: (found: ConnectedVolume) => P | null | Promise<P | null>,
    carryOut: (session: BackendSession, plan: P) => Promise<unknown>,
  ): Promise<void> {
    await this.end(operation, async (session, found) => {
      const planned = await plan(found);
      if (planned === null) return this.close(operation);
      await this.work.drive(operation, () => carryOut(session, planned));
    });
  }

  /**
   * Runs `work`, which closes the entry, under the volume's lock and while the entry is still open. If the volume is
   * gone, just closes the entry.
   */
  async end(
    operation: OperationEntity,
    work: (session: BackendSession, found: ConnectedVolume) => Promise<void>,
  ): Promise<void> {
    if (!(await this.work.resume(operation, this.finder(operation), work))) await this.close(operation);
  }

  /** Closes the entry of work that has nothing left to do, with its result. */
  async settle<R>(operation: OperationEntity, result: R): Promise<Settled<R>> {
    await this.close(operation);
    return new Settled(result);
  }

  private finder({ volumeId, id }: OperationEntity) {
    return async (tx: Tx): Promise<(ConnectedVolume & Located) | null> => {
      const found = await this.connections.lock(tx, volumeId, id);
      return found === null ? null : { ...found, backend: found.volume.backend };
    };
  }

  /** Closes an entry with no work left, unless another process has claimed it. */
  private async close({ id }: OperationEntity): Promise<void> {
    await this.unitOfWork.run((tx) => this.journal.closeIfOwn(tx, id));
  }
}

import { Injectable } from '@nestjs/common';
import type { RequestContext } from '../../api/auth/request-context.js';
import { type Tx, UnitOfWork } from '../../platform/database/unit-of-work.js';
import type { Backend } from '../../drivers/registry/backend.js';
import { BackendRegistry } from '../../drivers/registry/backend-registry.js';
import type { BackendSession } from '../../drivers/registry/backend-session.js';
import type { OperationEntity } from '../../operations/operation.entity.js';
import { JournalledWork, type Located, type NewWork } from '../../operations/journalled-work.js';
import { OperationJournal } from '../../operations/operation-journal.js';
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
export interface RequestedWork<P, R> extends Omit<NewWork<P, R>, 'plan'> {
  /** Checks the request against the volume's backend. */
  readonly checkAt?: (backend: Backend) => void;
  readonly plan: (tx: Tx, backend: Backend) => Promise<P>;
}

/** Work on a volume's connections at its backend: new, for a request, or interrupted, for an entry that was left open. */
@Injectable()
export class ConnectionWork {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly journal: OperationJournal,
    private readonly work: JournalledWork,
    private readonly backends: BackendRegistry,
    private readonly volumes: VolumesRepository,
    private readonly connections: VolumeConnections,
  ) {}

  /** Plans and carries out new work. */
  async begin<P, R>(place: WorkPlace, { checkAt, plan, ...steps }: RequestedWork<P, R>): Promise<R> {
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
    const find = async (tx: Tx): Promise<(ConnectedVolume & Located) | null> => {
      const found = await this.connections.lock(tx, operation.volumeId, operation.id);
      return found === null ? null : { ...found, backend: found.volume.backend };
    };
    if (!(await this.work.resume(operation, find, work))) await this.close(operation);
  }

  /** Closes an entry with no work left, unless another process has claimed it. */
  private async close({ id }: OperationEntity): Promise<void> {
    await this.unitOfWork.run((tx) => this.journal.closeIfOwn(tx, id));
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { BackendDirectory } from '../../drivers/registry/backend-directory.js';
import { BackendRegistry } from '../../drivers/registry/backend-registry.js';
import { BESIDE_BACKENDS, OperationJournal } from '../../operations/operation-journal.js';
import { OperationRecovery } from '../../operations/operation-recovery.js';
import { ProcessWatch } from '../../operations/process-watch.js';
import { Reconciler } from '../../operations/reconciler.js';
import { ThisProcess } from '../../operations/this-process.js';
import type { WorkFacts } from './consistency.repository.js';
import type { Sight } from './consistency-walk.js';
import type { Finding, RepairState } from './finding.js';

/**
 * Own work holds its volume's lock except shortly before and after the driver call. It counts as idle if it is found
 * without the lock in that many looks.
 */
const LOOKS = 4;
const PAUSE_MS = 100;

interface Entry extends WorkFacts {
  readonly backend: string | null;
}

/** Finds open work that nobody is doing, and reports what it waits for. */
@Injectable()
export class OpenWork {
  constructor(
    private readonly self: ThisProcess,
    private readonly unitOfWork: UnitOfWork,
    private readonly journal: OperationJournal,
    private readonly processes: ProcessWatch,
    private readonly reconciler: Reconciler,
    private readonly recovery: OperationRecovery,
    private readonly backends: BackendRegistry,
    private readonly directory: BackendDirectory,
  ) {}

  async check(sights: readonly Sight[], repair: RepairState): Promise<Finding[]> {
    const entries = sights.flatMap(({ volume, openWork }) =>
      openWork.map((work) => ({ ...work, backend: volume?.backend ?? null })),
    );
    if (entries.length === 0) return [];
    const living = await this.unitOfWork.run((tx) => this.processes.living(tx));
    const own = entries.filter(({ owner }) => owner === this.self.id);
    const left = entries.filter(({ owner }) => !living.has(owner));
    const elsewhere = entries.filter(({ owner }) => owner !== this.self.id && living.has(owner));
    // Nothing can be repaired at a backend that cannot be reached.
    const stateOf = ({ kind, backend }: Entry): RepairState =>
      isBesideBackends(kind) || this.causeAt(backend) === null ? repair : 'manual';
    return [
      ...(await this.idle(own)).map((entry) => finding(entry, this.cause(entry), stateOf(entry))),
      ...left.map((entry) => finding(entry, this.cause(entry), stateOf(entry))),
      ...elsewhere.flatMap((entry) => {
        const silence = this.processes.silenceOf(entry.owner);
        if (silence === null) return [];
        const seconds = Math.round(silence.ms / 1000);
        const cause = `server ${entry.owner}, which has sent no heartbeat for ${seconds} s and counts as dead after ${silence.leaseS} s`;
        return [finding(entry, cause, stateOf(entry))];
      }),
    ];
  }

  /** Entries that stay open although nobody in this process holds their volume's lock. */
  private async idle(entries: readonly Entry[]): Promise<readonly Entry[]> {
    let idle = entries;
    for (let look = 0; look < LOOKS && idle.length > 0; look += 1) {
      if (look > 0) await sleep(PAUSE_MS);
      const open = await this.unitOfWork.run((tx) =>
        this.journal.ownAmong(
          tx,
          idle.map(({ id }) => id),
        ),
      );
      idle = idle.filter(({ id, volumeId, backend }) => open.has(id) && !this.isBusy(backend, volumeId));
    }
    return idle;
  }

  private isBusy(backend: string | null, volumeId: string): boolean {
    return this.backends.find(backend)?.isBusyWith(volumeId) === true;
  }

  private cause({ id, kind, backend }: Entry): string {
    if (!this.recovery.knows(kind)) return 'a server of a newer release, which knows what it is';
    return (isBesideBackends(kind) ? null : this.causeAt(backend)) ?? this.nextTry(id);
  }

  /** The reason why nothing can be done at the backend, or null. */
  private causeAt(backend: string | null): string | null {
    if (backend === null) return null;
    const found = this.directory.find(backend);
    if (found === undefined) return `backend ${backend}, which is not configured`;
    return found.isAnswering ? null : `backend ${backend}, which does not answer`;
  }

  private nextTry(id: string): string {
    const failure = this.reconciler.nextTry(id);
    if (failure === null) return 'the next round of reconciliation';
    return `its next try in ${failure.inS} s (failed so far: ${failure.tries})`;
  }
}

const isBesideBackends = (kind: string): boolean => BESIDE_BACKENDS.some((beside) => beside === kind);

function finding({ kind, volumeId, backend, startedAt }: Entry, cause: string, repair: RepairState): Finding {
  const text = `Work of kind ${kind} for volume ${volumeId}, started at ${startedAt}, is waiting for ${cause}.`;
  return { kind: 'open-work', volumeId, backend, text, repair };
}

import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Logger } from 'pino';
import { Unavailable } from '../../platform/errors.js';
import { LOGGER } from '../../platform/logging/logger.js';
import { CONFIG } from '../../platform/config/config.module.js';
import type { Config } from '../../platform/config/config.schema.js';
import { DatabaseTrouble, OutcomeUnknown } from '../../platform/database/database-failure.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { AskedWorkHandlers } from '../../operations/asked-work-handlers.js';
import { BackgroundWork } from '../../operations/background-work.js';
import type { OperationEntity } from '../../operations/operation.entity.js';
import { OperationJournal } from '../../operations/operation-journal.js';
import { ProcessWatch } from '../../operations/process-watch.js';
import { type AskedWork, RemoteWork } from '../../operations/remote-work.js';
import { type WorkOutcome, WorkOutcomes } from '../../operations/work-outcomes.js';
import { FleetBackends } from '../fleet/fleet-backends.js';
import { openTransport } from '../transport/open-transport.js';
import type { BellRinger } from '../transport/transport.js';

/** Milliseconds between looks at an entry, for answers that were lost. */
const PERIOD_MS = 1_000;

const RETRY_S = 5;

/** An entry as it was seen: its work has ended, or is open with an owner. */
type Sight =
  | { readonly outcome: WorkOutcome | null }
  | { readonly operation: OperationEntity; readonly isOwnerUp: boolean };

/** Asks volume nodes to do recorded work, and reads its outcome in the journal (docs/adr/0043). */
@Injectable()
export class NodeAsker extends RemoteWork implements OnApplicationBootstrap, OnModuleDestroy {
  private ringer: BellRinger | null = null;

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly journal: OperationJournal,
    private readonly handlers: AskedWorkHandlers,
    private readonly outcomes: WorkOutcomes,
    private readonly processes: ProcessWatch,
    private readonly fleet: FleetBackends,
    private readonly background: BackgroundWork,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly log: Logger,
  ) {
    super();
  }

  async onApplicationBootstrap(): Promise<void> {
    const transport = await openTransport(this.config.transport_url ?? '', {
      info: (message) => this.log.info(message),
      warn: (message) => this.log.warn(message),
    });
    this.ringer = transport.ringer();
  }

  async onModuleDestroy(): Promise<void> {
    await this.ringer?.close();
  }

  ring(work: AskedWork): void {
    void this.tell(work, PERIOD_MS).catch(() => undefined);
  }

  async perform(work: AskedWork, endMs: number): Promise<unknown> {
    // A message that was lost leaves only the looks.
    const told = this.tell(work, Math.max(1, endMs - performance.now())).then(
      () => true,
      () => new Promise<never>(() => undefined),
    );
    let hasEnded = false;
    for (let isTold = false; ;) {
      const look = sleep(PERIOD_MS, false);
      isTold = await (isTold ? look : Promise.race([told, look]));
      const sight = await this.look(work.id).catch((error: unknown) => this.unlessOver(error, work, endMs));
      if (sight === null) continue;
      if ('outcome' in sight) {
        // Work that found nothing to do has its outcome in the transaction after the one that closed the entry.
        if (sight.outcome !== null || hasEnded) return resultOf(sight.outcome);
        hasEnded = true;
        continue;
      }
      if (this.isHopeful(work, sight, endMs)) continue;
      const isTakenBack = await this.takeBack(sight.operation, work).catch((error: unknown) =>
        this.unlessOver(error, work, endMs),
      );
      if (isTakenBack === true) throw this.silence(work);
    }
  }

  private async tell({ id, requestId, backend }: AskedWork, waitMs: number): Promise<void> {
    const node = this.fleet.find(backend)?.node.name;
    if (node === undefined || this.ringer === null) return;
    await this.ringer.ring(node, { id, requestId, waitMs });
  }

  private async look(id: string): Promise<Sight> {
    return this.unitOfWork.run(async (tx) => {
      const operation = await this.journal.find(tx, id);
      // The outcome is committed together with the end of the entry, so it is read after it.
      if (operation === null) return { outcome: await this.outcomes.take(tx, id) };
      const given = await this.outcomes.take(tx, id);
      if (given !== null) return { outcome: given };
      const living = await this.processes.living(tx);
      return { operation, isOwnerUp: living.has(operation.owner) };
    });
  }

  private isHopeful(
    { backend }: AskedWork,
    sight: Extract<Sight, { operation: unknown }>,
    endMs: number,
  ): boolean {
    const isNodeUp = this.fleet.find(backend)?.node.isUp === true;
    return isNodeUp && sight.isOwnerUp && performance.now() < endMs;
  }

  /** @returns false if somebody was faster: the node has ended the work, or has just taken the entry. */
  private async takeBack(operation: OperationEntity, work: AskedWork): Promise<boolean> {
    const hasBegun = operation.owner !== operation.asker;
    const { message: reason } = this.silence(work);
    const isTaken = await this.unitOfWork.run((tx) =>
      this.handlers.takeBack(tx, operation, { reason, hasBegun }),
    );
    const { id, kind, volumeId, requestId } = operation;
    if (isTaken) this.log.warn({ operation: id, kind, volumeId, requestId, hasBegun }, reason);
    return isTaken;
  }

  private silence({ backend }: AskedWork): Unavailable {
    const node = this.fleet.find(backend)?.node.name ?? 'unknown';
    return new Unavailable(
      `The volume node ${node} of backend ${backend} does not answer. Try again later.`,
      RETRY_S,
    );
  }

  /** While the database is in trouble nothing is known. The entry is taken back later if the request has to end before. */
  private unlessOver(error: unknown, work: AskedWork, endMs: number): null {
    if (error instanceof DatabaseTrouble && performance.now() < endMs) return null;
    this.background.start(work.requestId, 'the end of unanswered work', () => this.giveUp(work));
    throw error;
  }

  private async giveUp(work: AskedWork): Promise<void> {
    for (let isOver = false; !isOver;) {
      await sleep(PERIOD_MS);
      isOver = await this.look(work.id)
        .then(async (sight) => 'outcome' in sight || (await this.takeBack(sight.operation, work)))
        .catch(() => false);
    }
  }
}

function resultOf(outcome: WorkOutcome | null): unknown {
  if (outcome === null) {
    throw new OutcomeUnknown(
      'The volume node that worked on the request has stopped. Check the outcome before you repeat the request.',
    );
  }
  if ('failure' in outcome) throw outcome.failure;
  return outcome.result;
}

import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Logger } from 'pino';
import { LOGGER } from '../../platform/logging/logger.js';
import { CONFIG } from '../../platform/config/config.module.js';
import type { Config } from '../../platform/config/config.schema.js';
import { DomainError } from '../../platform/errors.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { BackendRegistry } from '../../drivers/registry/backend-registry.js';
import { AskedWorkHandlers } from '../../operations/asked-work-handlers.js';
import { BackgroundWork } from '../../operations/background-work.js';
import type { OperationEntity } from '../../operations/operation.entity.js';
import { type Askable, AskedWorkRepository } from '../../operations/asked-work.repository.js';
import { OperationJournal } from '../../operations/operation-journal.js';
import { ThisProcess } from '../../operations/this-process.js';
import { WorkOutcomes } from '../../operations/work-outcomes.js';
import { openTransport } from '../transport/open-transport.js';
import type { BellListener } from '../transport/transport.js';

/** Milliseconds between looks for entries whose message was lost. */
const PERIOD_MS = 1_000;

/** Entries per look. */
const PAGE = 200;

/** Does the work that API replicas record for this volume node's backends (docs/adr/0043). */
@Injectable()
export class NodeWork implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly underWay = new Map<string, Promise<void>>();
  private listener: BellListener | null = null;
  private timer: NodeJS.Timeout | undefined;
  private isFailing = false;
  private isStopping = false;

  constructor(
    private readonly self: ThisProcess,
    private readonly unitOfWork: UnitOfWork,
    private readonly journal: OperationJournal,
    private readonly asked: AskedWorkRepository,
    private readonly handlers: AskedWorkHandlers,
    private readonly outcomes: WorkOutcomes,
    private readonly backends: BackendRegistry,
    private readonly background: BackgroundWork,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const transport = await openTransport(this.config.transport_url ?? '', {
      info: (message) => this.log.info(message),
      warn: (message) => this.log.warn(message),
    });
    this.listener = transport.listen(this.config.node_name ?? '', ({ id }) => this.take(id));
    this.look();
  }

  async onModuleDestroy(): Promise<void> {
    this.isStopping = true;
    clearTimeout(this.timer);
    await this.listener?.close();
  }

  private look(): void {
    this.background.start('', 'the look for work', () =>
      this.takeAll()
        .then(() => {
          this.isFailing = false;
        })
        .catch((error: unknown) => {
          if (!this.isFailing) this.log.warn({ err: error }, 'this volume node cannot look for work');
          this.isFailing = true;
        })
        .finally(() => {
          if (!this.isStopping) this.timer = setTimeout(() => this.look(), PERIOD_MS).unref();
        }),
    );
  }

  private async takeAll(): Promise<void> {
    const ids = await this.unitOfWork.run((tx) => this.asked.waiting(tx, this.askable, PAGE));
    for (const id of ids) void this.take(id);
  }

  private get askable(): Askable {
    // Work for a backend that is not set up waits until it is.
    const ready = this.backends.all().filter(({ missing }) => missing === null);
    return { backends: ready.map(({ name }) => name), kinds: this.handlers.kinds };
  }

  /** Takes an entry and does its work, unless that is done or under way. Never rejects. */
  private async take(id: string): Promise<void> {
    const known = this.underWay.get(id);
    if (known !== undefined || this.isStopping) return known;
    const work = this.outcomes.during(id, () => this.takeAndDo(id)).finally(() => this.underWay.delete(id));
    this.background.start('', `work of entry ${id}`, () => work);
    // Its failure is logged there; messages and looks only wait for its end.
    const ended = work.catch(() => undefined);
    this.underWay.set(id, ended);
    return ended;
  }

  private async takeAndDo(id: string): Promise<void> {
    const operation = await this.unitOfWork.run(async (tx) => {
      const found = await this.journal.find(tx, id);
      const isAsked = await this.asked.isWaiting(tx, this.askable, id);
      const isTaken = found !== null && isAsked && (await this.journal.takeFrom(tx, found));
      return isTaken ? { ...found, owner: this.self.id } : null;
    });
    if (operation !== null) await this.do(operation);
  }

  private async do(operation: OperationEntity): Promise<void> {
    const { id, kind, volumeId, requestId } = operation;
    const outcome = await this.handlers.do(operation).then(
      (result) => ({ result }),
      (error: unknown) => ({ error }),
    );
    if ('error' in outcome) {
      const level = outcome.error instanceof DomainError ? 'warn' : 'error';
      this.log[level]({ err: outcome.error, operation: id, kind, volumeId, requestId }, 'work failed');
    }
    if (!this.handlers.isAwaited(operation) || this.outcomes.isStored(id)) return;
    // The work had nothing to do at its backend, or could not begin.
    await this.unitOfWork.run(async (tx) => {
      if ((await this.journal.find(tx, id)) !== null) return;
      if ('error' in outcome) await this.outcomes.failed(tx, id, outcome.error);
      else await this.outcomes.succeeded(tx, id, outcome.result);
    });
  }
}

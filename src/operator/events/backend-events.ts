import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Logger } from 'pino';
import { AttachmentHistory } from '../../attachments/index.js';
import type { Backend } from '../../drivers/registry/backend.js';
import { BackendRegistry } from '../../drivers/registry/backend-registry.js';
import { BackgroundWork } from '../../operations/background-work.js';
import { LOGGER } from '../../platform/logging/logger.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';

/** Period of the looks at the backends: a shorter outage is none. */
const PERIOD_MS = 1_000;

/** Records when this server's requests no longer reach a backend, and when they do again. */
@Injectable()
export class BackendEvents implements OnApplicationBootstrap, OnModuleDestroy {
  /** Names of the backends whose last event says that they are down. */
  private readonly down = new Set<string>();
  private timer: NodeJS.Timeout | undefined;
  private hasRead = false;
  private isStopping = false;
  private isFailing = false;

  constructor(
    private readonly backends: BackendRegistry,
    private readonly history: AttachmentHistory,
    private readonly unitOfWork: UnitOfWork,
    private readonly background: BackgroundWork,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.begin();
  }

  onModuleDestroy(): void {
    this.isStopping = true;
    clearTimeout(this.timer);
  }

  private begin(): void {
    this.background.start('', 'the recording of backend events', () =>
      this.look().finally(() => this.waitForNext()),
    );
  }

  private waitForNext(): void {
    if (!this.isStopping) this.timer = setTimeout(() => this.begin(), PERIOD_MS).unref();
  }

  /** A backend that was down when this server stopped may be up now. */
  private async readLast(): Promise<void> {
    await this.unitOfWork.run(async (tx) => {
      for (const { name } of this.backends.all())
        if (await this.history.isBackendDown(tx, name)) this.down.add(name);
    });
  }

  private async look(): Promise<void> {
    try {
      if (!this.hasRead) await this.readLast();
      this.hasRead = true;
      for (const backend of this.backends.all()) {
        if (backend.isAnswering === this.down.has(backend.name)) await this.record(backend);
      }
      this.isFailing = false;
    } catch (error) {
      if (!this.isFailing) this.log.warn({ err: error }, 'the states of backends cannot be recorded');
      this.isFailing = true;
    }
  }

  private async record({ name, isAnswering, state, missing }: Backend): Promise<void> {
    const reason = isAnswering ? null : (missing?.reason ?? state);
    await this.unitOfWork.run((tx) => this.history.recordBackend(tx, name, isAnswering, reason));
    if (isAnswering) this.down.delete(name);
    else this.down.add(name);
  }
}

import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import type { Logger } from 'pino';
import { BackendRegistry } from '../../drivers/registry/backend-registry.js';
import { BackgroundWork } from '../../operations/background-work.js';
import { CONFIG } from '../../platform/config/config.module.js';
import type { Config } from '../../platform/config/config.schema.js';
import { dialectOf } from '../../platform/database/data-source.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { LOGGER } from '../../platform/logging/logger.js';
import { BackendServicesRepository } from './backend-services.repository.js';

/** Reports per lease of a process. */
const REPORTS = 3;

/**
 * Registers the services of this server's backends at start and, on a database that servers share, reports which of them
 * answer.
 */
@Injectable()
export class ServiceReports implements OnApplicationBootstrap, OnModuleDestroy, BeforeApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private isRegistered = false;
  private isFailing = false;
  private isStopping = false;

  constructor(
    private readonly backends: BackendRegistry,
    private readonly services: BackendServicesRepository,
    private readonly unitOfWork: UnitOfWork,
    private readonly background: BackgroundWork,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.report();
    this.waitForNext();
  }

  onModuleDestroy(): void {
    this.isStopping = true;
    clearTimeout(this.timer);
  }

  /** Takes the reports back: a server that starts without these backends must not take them for up. */
  async beforeApplicationShutdown(): Promise<void> {
    if (this.isRegistered) await this.report();
  }

  private waitForNext(): void {
    // An SQLite file has one server, which knows by itself which backends answer.
    const isShared = dialectOf(this.config) !== 'sqlite';
    if (this.isStopping || (this.isRegistered && !isShared)) return;
    const periodMs = (this.config.process_lease_s * 1000) / REPORTS;
    this.timer = setTimeout(() => {
      this.background.start('', 'the report of the backends', () =>
        this.report().finally(() => this.waitForNext()),
      );
    }, periodMs).unref();
  }

  private async report(): Promise<void> {
    const backends = this.backends.all();
    try {
      await this.unitOfWork.run(async (tx) => {
        if (!this.isRegistered)
          await this.services.addMissing(
            tx,
            backends.map(({ name }) => name),
          );
        for (const { name, isAnswering } of backends)
          await this.services.report(tx, name, isAnswering && !this.isStopping);
      });
      this.isRegistered = true;
      this.isFailing = false;
    } catch (error) {
      if (!this.isFailing)
        this.log.warn({ err: error }, 'the backends could not be reported to the database');
      this.isFailing = true;
    }
  }
}

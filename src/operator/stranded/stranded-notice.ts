import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { Logger } from 'pino';
import { CONFIG } from '../../platform/config/config.module.js';
import type { Config } from '../../platform/config/config.schema.js';
import { LOGGER } from '../../platform/logging/logger.js';
import { BackgroundReader } from '../../platform/database/reader.js';
import { BackendDirectory } from '../../drivers/registry/backend-directory.js';
import { BackgroundWork } from '../../operations/background-work.js';
import { strandedBackends, typesWithoutBackend, usageOf } from './stranded.reader.js';

/** Maximum number of types to name. */
const NAMED = 20;

/** Logs at start what the database holds on backends that are not configured. */
@Injectable()
export class StrandedNotice implements OnApplicationBootstrap {
  constructor(
    private readonly reader: BackgroundReader,
    private readonly backends: BackendDirectory,
    private readonly background: BackgroundWork,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  onApplicationBootstrap(): void {
    // A volume node does not know the backends of other nodes, and a replica those that have not joined yet.
    if (this.config.role !== 'all') return;
    this.background.start('', 'the check for backends that are not configured', () => this.tell());
  }

  private async tell(): Promise<void> {
    const configured = this.backends.all().map(({ name }) => name);
    for (const name of await strandedBackends(this.reader, configured)) {
      this.log.warn(
        await usageOf(this.reader, name),
        'volumes are on a backend that is not configured, and cannot be attached, detached or deleted: configure it again, or stop the server and use clinker backend rename or clinker backend forget',
      );
    }
    const types = await typesWithoutBackend(this.reader, configured);
    if (types.length === 0) return;
    this.log.warn(
      { count: types.length, types: types.slice(0, NAMED) },
      'volume types name a backend that is not configured: volumes of these types are rejected',
    );
  }
}

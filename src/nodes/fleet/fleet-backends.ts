import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import type { Logger } from 'pino';
import { BackendNotConfigured, Unavailable } from '../../platform/errors.js';
import { LOGGER } from '../../platform/logging/logger.js';
import { CONFIG } from '../../platform/config/config.module.js';
import type { Config } from '../../platform/config/config.schema.js';
import { BackgroundReader } from '../../platform/database/reader.js';
import { BackendDirectory } from '../../drivers/registry/backend-directory.js';
import { RECORDED_BACKENDS, recordedBackend } from './node-backends.repository.js';
import { RemoteBackend } from './remote-backend.js';

/** Milliseconds between two reads of what the nodes tell. */
const PERIOD_MS = 1_000;

const RETRY_S = 5;

/** The backends of all volume nodes, at most a second old. Nodes join and leave without a restart of this process. */
@Injectable()
export class FleetBackends extends BackendDirectory implements OnModuleInit, OnModuleDestroy {
  /** Null until the nodes' rows have been read once: nothing is known of any backend then. */
  private backends: ReadonlyMap<string, RemoteBackend> | null = null;
  private timer: NodeJS.Timeout | undefined;
  private isFailing = false;
  private isStopping = false;
  private isDefaultKnown = true;

  constructor(
    private readonly reader: BackgroundReader,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly log: Logger,
  ) {
    super();
  }

  async onModuleInit(): Promise<void> {
    await this.look();
  }

  onModuleDestroy(): void {
    this.isStopping = true;
    clearTimeout(this.timer);
  }

  get(name: string): RemoteBackend {
    const backend = this.find(name);
    if (backend === undefined) throw new BackendNotConfigured(name);
    return backend;
  }

  /** @throws Unavailable while this process has not been able to read of any backend. */
  find(name: string | null): RemoteBackend | undefined {
    if (this.backends === null)
      throw new Unavailable('The backends of the volume nodes are not known yet. Try again later.', RETRY_S);
    return name === null ? undefined : this.backends.get(name);
  }

  all(): readonly RemoteBackend[] {
    return [...(this.backends?.values() ?? [])];
  }

  /** Tells once that requests for new volumes will get 503, and again after the default backend has been there. */
  private tellOfDefault(): void {
    const { default_backend: name } = this.config;
    const isKnown = name === undefined || this.find(name) !== undefined;
    if (!isKnown && this.isDefaultKnown)
      this.log.warn({ default_backend: name }, 'no volume node has the default backend');
    this.isDefaultKnown = isKnown;
  }

  /** Reads the nodes' backends. Without an answer the last ones count. */
  private async look(): Promise<void> {
    try {
      const rows = await this.reader.rows<Parameters<typeof recordedBackend>[0]>(RECORDED_BACKENDS, []);
      this.backends = new Map(rows.map((row) => [row.name, new RemoteBackend(recordedBackend(row))]));
      this.isFailing = false;
      this.tellOfDefault();
    } catch (error) {
      if (!this.isFailing) this.log.warn({ err: error }, 'the backends of the volume nodes cannot be read');
      this.isFailing = true;
    }
    if (!this.isStopping) this.timer = setTimeout(() => void this.look(), PERIOD_MS).unref();
  }
}

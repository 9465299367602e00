import {
  type DynamicModule,
  Global,
  Inject,
  Injectable,
  Module,
  type OnApplicationShutdown,
} from '@nestjs/common';
import type { Logger } from 'pino';
import { LOGGER } from '../platform/logging/logger.js';
import { Metrics } from '../platform/metrics/metrics.js';
import { CONFIG } from '../platform/config/config.module.js';
import type { Config } from '../platform/config/config.schema.js';
import { Database } from '../platform/database/database.module.js';
import type { DriverLog } from './contract/index.js';
import { BackendDirectory } from './registry/backend-directory.js';
import { BackendRegistry, type DriverWrapper } from './registry/backend-registry.js';

/** Something that must have happened before a driver is set up, if it is provided. */
export const BEFORE_BACKENDS = Symbol('before backends');

/** Injection token of the {@link Around}. */
const AROUND = Symbol('AROUND');

/** What is put around each driver; nothing in a server that is not `clinker dev`. */
interface Around {
  readonly driver: DriverWrapper | undefined;
}

async function loadBackends(
  config: Config,
  logger: Logger,
  metrics: Metrics,
  around: Around,
): Promise<BackendRegistry> {
  const log: DriverLog = {
    info: (message, details = {}) => logger.info(details, message),
    warn: (message, details = {}) => logger.warn(details, message),
  };
  if (config.role === 'api') return BackendRegistry.none(log);
  const registry = await BackendRegistry.load(
    {
      backends: config.backends,
      defaultBackend: config.default_backend ?? config.backends[0]?.name ?? '',
      driverTimeoutMs: config.driver_timeout_ms,
      abortGraceMs: config.driver_abort_grace_ms,
      queue: {
        concurrency: config.backend_concurrency,
        queueLength: config.backend_queue_length,
        failures: config.backend_breaker_failures,
        pauseMs: config.backend_breaker_pause_ms,
      },
      dataFolder: config.data_folder,
      baseFolder: config.base_folder,
      onCall: (call) => metrics.driverCallEnded(call),
      around: around.driver,
    },
    log,
  );
  for (const { name: backend, driverName: driver, state, missing } of registry.all())
    logger.info({ backend, driver, state, reason: missing?.reason }, 'backend');
  for (const [backend, fault] of registry.faults)
    logger.error(
      { backend },
      `${fault} Then restart the server: until then, requests for this backend are refused.`,
    );
  return registry;
}

@Injectable()
class BackendCloser implements OnApplicationShutdown {
  constructor(@Inject(BackendRegistry) private readonly backends: BackendRegistry) {}

  async onApplicationShutdown(): Promise<void> {
    await this.backends.teardown();
  }
}

@Global()
@Module({})
export class DriversModule {
  static with({ role }: Config, driver: DriverWrapper | undefined): DynamicModule {
    const around: Around = { driver };
    // An API replica knows the backends of the volume nodes.
    const directory = role === 'api' ? [] : [{ provide: BackendDirectory, useExisting: BackendRegistry }];
    return {
      module: DriversModule,
      providers: [
        { provide: AROUND, useValue: around },
        {
          provide: BackendRegistry,
          useFactory: loadBackends,
          // The database first: a start that it refuses touches no backend.
          inject: [CONFIG, LOGGER, Metrics, AROUND, Database, { token: BEFORE_BACKENDS, optional: true }],
        },
        ...directory,
        BackendCloser,
      ],
      exports: [BackendRegistry, ...(role === 'api' ? [] : [BackendDirectory])],
    };
  }
}

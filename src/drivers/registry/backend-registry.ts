import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { BackendFailure } from '../../common/errors.js';
import { collectSecrets } from '../../common/redact.js';
import type { DriverLog } from '../contract/index.js';
import { backendLog } from './backend-log.js';
import type { QueueLimits } from './backend-queue.js';
import { Backend } from './backend.js';
import { loadDriver, type BackendConfig } from './driver-loader.js';

/** Names that are safe as a folder and readable in messages. */
const BACKEND_NAME = /^[a-z0-9][a-z0-9._-]{0,62}$/i;

const DEFAULT_ABORT_GRACE_MS = 5_000;

export interface RegistryConfig {
  readonly backends: readonly BackendConfig[];
  /** Name of the backend for volumes whose type asks for none. */
  readonly defaultBackend: string;
  /** Milliseconds that one driver call may take. */
  readonly driverTimeoutMs: number;
  /** Milliseconds that an aborted call may still hold its volume; 5000 unless told. */
  readonly abortGraceMs?: number;
  /** How much work each backend gets. */
  readonly queue?: Partial<QueueLimits>;
  /** Folder of the server's state; each backend gets `backends/<name>` in it. */
  readonly dataFolder: string;
  /** Folder from which the names of driver packages and relative paths are resolved. */
  readonly baseFolder: string;
}

/** The configured backends, set up and ready. */
export class BackendRegistry {
  private constructor(
    private readonly backends: ReadonlyMap<string, Backend>,
    private readonly fallback: Backend,
    private readonly log: DriverLog,
  ) {}

  /**
   * Loads and sets up every backend. All or nothing: when one cannot be used, those that were set up are torn
   * down again.
   * @throws Error whose message lists every backend that cannot be used, and why.
   */
  static async load(config: RegistryConfig, log: DriverLog): Promise<BackendRegistry> {
    checkNames(config);
    const loads = await Promise.allSettled(
      config.backends.map((backend) => loadBackend(backend, config, log)),
    );
    throwFaults(loads);
    const backends = new Map(
      loads.flatMap((load) => (load.status === 'fulfilled' ? [[load.value.name, load.value] as const] : [])),
    );
    const fallback = backends.get(config.defaultBackend);
    if (fallback === undefined) throw new Error(unknownDefault(config));
    const registry = new BackendRegistry(backends, fallback, log);
    await registry.setup();
    return registry;
  }

  /** The backend for volumes whose type asks for none. */
  get default(): Backend {
    return this.fallback;
  }

  /** @throws BackendFailure when no such backend is configured, or no longer. */
  get(name: string): Backend {
    const backend = this.backends.get(name);
    if (backend === undefined) throw new BackendFailure(`Backend ${name} is not configured.`);
    return backend;
  }

  all(): readonly Backend[] {
    return [...this.backends.values()];
  }

  /** Lets every driver release what it took. A driver that fails at it is logged and holds up no other one. */
  async teardown(): Promise<void> {
    await this.release(this.all());
  }

  private async setup(): Promise<void> {
    const backends = this.all();
    const setups = await Promise.allSettled(backends.map((backend) => backend.setup()));
    const ready = backends.filter((_, index) => setups[index]?.status === 'fulfilled');
    if (ready.length < backends.length) await this.release(ready);
    throwFaults(setups);
  }

  private async release(backends: readonly Backend[]): Promise<void> {
    await Promise.all(
      backends.map((backend) =>
        backend.teardown().catch((error: unknown) => {
          const reason = error instanceof Error ? error.message : String(error);
          this.log.warn('a backend could not be torn down', { backend: backend.name, reason });
        }),
      ),
    );
  }
}

async function loadBackend(
  config: BackendConfig,
  { dataFolder, baseFolder, driverTimeoutMs, abortGraceMs, queue }: RegistryConfig,
  log: DriverLog,
): Promise<Backend> {
  const stateFolder = join(dataFolder, 'backends', config.name);
  await mkdir(stateFolder, { recursive: true, mode: 0o700 });
  const ownLog = backendLog(log, config.name);
  const loaded = await loadDriver(config, baseFolder, {
    backendName: config.name,
    stateFolder,
    log: ownLog,
  });
  return new Backend({
    name: config.name,
    driver: loaded.driver,
    definition: { name: loaded.definition.name, capabilities: loaded.capabilities },
    timeoutMs: driverTimeoutMs,
    abortGraceMs: abortGraceMs ?? DEFAULT_ABORT_GRACE_MS,
    log: ownLog,
    secrets: collectSecrets(loaded.options),
    queue,
  });
}

function checkNames(config: RegistryConfig): void {
  const names = config.backends.map((backend) => backend.name);
  for (const [index, name] of names.entries()) {
    if (!BACKEND_NAME.test(name)) {
      throw new Error(
        `Backend "${name}": a name starts with a letter or digit and goes on with letters, digits, ` +
          'dots, dashes and underscores, at most 63 in all. Rename it.',
      );
    }
    if (names.indexOf(name) !== index) throw new Error(`Backend "${name}" is configured twice. Rename one.`);
  }
  if (!names.includes(config.defaultBackend)) throw new Error(unknownDefault(config));
}

function unknownDefault(config: RegistryConfig): string {
  const names = config.backends.map((backend) => backend.name).join(', ') || 'none';
  return `The default backend "${config.defaultBackend}" is not among the configured ones: ${names}.`;
}

/** One error for all that failed, so that an operator mends them in one go. */
function throwFaults(outcomes: readonly PromiseSettledResult<unknown>[]): void {
  const reasons = outcomes.flatMap((outcome): unknown[] =>
    outcome.status === 'rejected' ? [outcome.reason] : [],
  );
  if (reasons.length > 0) {
    throw new Error(reasons.map(explain).join('\n'), { cause: reasons.length > 1 ? reasons : reasons[0] });
  }
}

/** The message, and what it hides from clients: here it is the operator who reads it. */
function explain(reason: unknown): string {
  if (!(reason instanceof Error)) return String(reason);
  const { message, cause } = reason;
  return cause instanceof Error && !message.includes(cause.message) ? `${message} ${cause.message}` : message;
}

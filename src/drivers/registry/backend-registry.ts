import { join } from 'node:path';
import { makeFolder } from '../../platform/make-folder.js';
import { BackendNotConfigured } from '../../platform/errors.js';
import type { DriverLog } from '../contract/index.js';
import { BackendDirectory } from './backend-directory.js';
import { backendLog } from './backend-log.js';
import type { QueueLimits } from './backend-queue.js';
import { Backend, type CallListener } from './backend.js';
import type { AnyDriver } from './backend-session.js';
import { BackendsUnusable } from './backends-unusable.js';
import { DriverLoadError, OptionsInvalid } from './driver-load-error.js';
import { type BackendConfig, loadDriver } from './driver-loader.js';
import { UNKNOWN_CAPABILITIES, unusableDriver } from './unusable-driver.js';

/** Names that are safe as folder names and readable in messages. */
const BACKEND_NAME = /^[a-z0-9][a-z0-9._-]{0,62}$/i;

const DEFAULT_ABORT_GRACE_MS = 5_000;

/** Number of characters compared to find a cause inside a message. */
const TELLING_LENGTH = 100;

/** Returns a driver that does what the given one does, and more. `secrets` are those of the backend's options. */
export type DriverWrapper = (driver: AnyDriver, secrets: readonly string[]) => AnyDriver;

export interface RegistryConfig {
  readonly backends: readonly BackendConfig[];
  /** Name of the backend for volumes whose type names none. */
  readonly defaultBackend: string;
  /** Timeout of one driver call in milliseconds. */
  readonly driverTimeoutMs: number;
  /** Milliseconds that an aborted call may still hold its volume; default 5000. */
  readonly abortGraceMs?: number;
  /** Queue limits of each backend. */
  readonly queue?: Partial<QueueLimits>;
  /** Folder of the server's state; each backend gets its subfolder `backends/<name>`. */
  readonly dataFolder: string;
  /** Folder from which driver packages and relative paths are resolved. */
  readonly baseFolder: string;
  /** Hears of each driver call that was answered or given up. */
  readonly onCall?: CallListener;
  /** Returns what is called in the driver's place; for `clinker dev`. */
  readonly around?: DriverWrapper | undefined;
}

/** The backends whose drivers this process runs. Those that answer are set up. */
export class BackendRegistry extends BackendDirectory {
  private readonly faultLines = new Map<string, string>();

  private constructor(
    private readonly backends: ReadonlyMap<string, Backend>,
    private readonly fallback: Backend | null,
    private readonly log: DriverLog,
  ) {
    super();
  }

  /** For a process that runs no driver. */
  static none(log: DriverLog): BackendRegistry {
    return new BackendRegistry(new Map(), null, log);
  }

  /**
   * Loads and sets up every backend. One that does not answer is set up later, once it does. One whose driver cannot be used
   * stays down; the others are served without it.
   * @throws BackendsUnusable if no backend can be used, or the settings are wrong. The message has a line for each fault.
   */
  static async load(config: RegistryConfig, log: DriverLog): Promise<BackendRegistry> {
    checkNames(config);
    const loads = await Promise.allSettled(
      config.backends.map((backend) => loadBackend(backend, config, log)),
    );
    const loaded = loads.flatMap((load) => (load.status === 'fulfilled' ? [load.value] : []));
    if (loaded.length < loads.length) throw allFaults(loads);
    const backends = new Map(loaded.map(({ backend }) => [backend.name, backend]));
    const fallback = backends.get(config.defaultBackend);
    if (fallback === undefined) throw new BackendsUnusable(unknownDefault(config));
    const registry = new BackendRegistry(backends, fallback, log);
    await registry.setup(config.backends);
    return registry;
  }

  get default(): Backend {
    if (this.fallback === null) throw new BackendsUnusable('This process runs no backends.');
    return this.fallback;
  }

  get(name: string): Backend {
    const backend = this.backends.get(name);
    if (backend === undefined) throw new BackendNotConfigured(name);
    return backend;
  }

  find(name: string | null): Backend | undefined {
    return name === null ? undefined : this.backends.get(name);
  }

  all(): readonly Backend[] {
    return [...this.backends.values()];
  }

  /** Why the drivers of backends cannot be used, and what to do: a line for the operator, by the backend's name. */
  get faults(): ReadonlyMap<string, string> {
    return this.faultLines;
  }

  /** Calls `listener` with each backend that did not answer at start, as soon as it is set up. */
  onLateSetup(listener: (backend: Backend) => void): void {
    for (const backend of this.all()) backend.onLateSetup(() => listener(backend));
  }

  /** Tears down every driver. A failure is logged and does not affect the other drivers. */
  async teardown(): Promise<void> {
    await this.release(this.all());
  }

  private async setup(configs: readonly BackendConfig[]): Promise<void> {
    const faults = await Promise.all(configs.map((config) => this.setupFault(config)));
    if (faults.includes(null)) return;
    const lines = configs.map(({ name }) => this.faultLines.get(name));
    throw new BackendsUnusable(lines.join('\n'), { cause: faults.length > 1 ? faults : faults[0] });
  }

  /** Sets up a backend. Returns why its driver cannot be used; null if it can. */
  private async setupFault({ name, driver }: BackendConfig): Promise<unknown> {
    try {
      await this.get(name).setup();
      return null;
    } catch (error) {
      const mend = `Correct the "options" of its driver "${driver}" in the setting backends, or what they name.`;
      const line = explain(error);
      this.faultLines.set(name, error instanceof DriverLoadError ? line : `${line} ${mend}`);
      return error;
    }
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

interface LoadedBackend {
  readonly backend: Backend;
  /** Why its driver cannot be used. */
  readonly fault: DriverLoadError | null;
}

async function loadBackend(
  config: BackendConfig,
  { dataFolder, baseFolder, driverTimeoutMs, abortGraceMs, queue, onCall, around }: RegistryConfig,
  log: DriverLog,
): Promise<LoadedBackend> {
  const stateFolder = join(dataFolder, 'backends', config.name);
  await makeFolder(stateFolder, 0o700).catch((cause: unknown) => {
    throw new BackendsUnusable(
      `Backend "${config.name}": its folder ${stateFolder} cannot be created: ${(cause as Error).message}. Make data_folder writable, or set another one.`,
      { cause },
    );
  });
  const shared = {
    name: config.name,
    timeoutMs: driverTimeoutMs,
    abortGraceMs: abortGraceMs ?? DEFAULT_ABORT_GRACE_MS,
    queue,
    onCall,
  };
  const host = { backendName: config.name, stateFolder, log };
  const loaded = await loadDriver(config, baseFolder, host).catch(driverFault);
  if (loaded instanceof DriverLoadError) {
    const backend = new Backend({
      ...shared,
      driver: unusableDriver(loaded),
      definition: { name: config.driver, capabilities: UNKNOWN_CAPABILITIES },
      log: backendLog(log, config.name, []),
    });
    return { backend, fault: loaded };
  }
  const backend = new Backend({
    ...shared,
    driverPackage: config.driver,
    driver: around === undefined ? loaded.driver : around(loaded.driver, loaded.secrets),
    definition: { name: loaded.definition.name, capabilities: loaded.capabilities },
    log: backendLog(log, config.name, loaded.secrets),
    secrets: loaded.secrets,
  });
  return { backend, fault: null };
}

/** Returns the fault of a driver. @throws what is a mistake in the settings, which stops the start. */
function driverFault(error: unknown): DriverLoadError {
  if (error instanceof DriverLoadError && !(error instanceof OptionsInvalid)) return error;
  throw error;
}

function checkNames(config: RegistryConfig): void {
  const names = config.backends.map((backend) => backend.name);
  for (const [index, name] of names.entries()) {
    if (!BACKEND_NAME.test(name)) {
      throw new BackendsUnusable(
        `Backend "${name}": a name starts with a letter or digit and goes on with letters, digits, ` +
          'dots, dashes and underscores, at most 63 in all. Rename it.',
      );
    }
    if (names.indexOf(name) !== index)
      throw new BackendsUnusable(`Backend "${name}" is configured twice. Rename one.`);
  }
  if (!names.includes(config.defaultBackend)) throw new BackendsUnusable(unknownDefault(config));
}

function unknownDefault(config: RegistryConfig): string {
  const names = config.backends.map((backend) => backend.name).join(', ') || 'none';
  return `The default backend "${config.defaultBackend}" is not among the configured ones: ${names}.`;
}

/** Returns one error for all faults, so that an operator can correct them in one go. */
function allFaults(loads: readonly PromiseSettledResult<LoadedBackend>[]): BackendsUnusable {
  const reasons = loads
    .map((load): unknown => (load.status === 'rejected' ? load.reason : load.value.fault))
    .filter((reason) => reason !== null);
  return new BackendsUnusable(reasons.map(explain).join('\n'), {
    cause: reasons.length > 1 ? reasons : reasons[0],
  });
}

/** Returns the message and its cause in one line. Clients never see the cause, but this text is for the operator. */
function explain(reason: unknown): string {
  if (!(reason instanceof Error)) return oneLine(String(reason));
  const message = sentence(oneLine(reason.message));
  const isComplete = reason instanceof DriverLoadError || reason instanceof BackendsUnusable;
  if (isComplete || !(reason.cause instanceof Error)) return message;
  const cause = oneLine(reason.cause.message);
  // The message may contain a long cause only in part.
  return message.includes(cause.slice(0, TELLING_LENGTH)) ? message : `${message} ${sentence(cause)}`;
}

const sentence = (line: string): string => (/[.!?]$/.test(line) ? line : `${line}.`);

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

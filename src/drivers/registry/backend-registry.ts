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
import { DriverLoadError } from './driver-load-error.js';
import { loadDriver, type BackendConfig } from './driver-loader.js';

/** Names that are safe as folder names and readable in messages. */
const BACKEND_NAME = /^[a-z0-9][a-z0-9._-]{0,62}$/i;

const DEFAULT_ABORT_GRACE_MS = 5_000;

const MEND_OF_SETUP = 'Correct its "options" in the setting backends, or what they name.';

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
   * Loads and sets up every backend. All or nothing: if one is unusable as configured, those already set up are torn
   * down again. A backend that does not answer is set up later, once it does.
   * @throws BackendsUnusable with a message that lists every unusable backend and the reason.
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
    if (fallback === undefined) throw new BackendsUnusable(unknownDefault(config));
    const registry = new BackendRegistry(backends, fallback, log);
    await registry.setup();
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

  /** Calls `listener` with each backend that did not answer at start, as soon as it is set up. */
  onLateSetup(listener: (backend: Backend) => void): void {
    for (const backend of this.all()) backend.onLateSetup(() => listener(backend));
  }

  /** Tears down every driver. A failure is logged and does not affect the other drivers. */
  async teardown(): Promise<void> {
    await this.release(this.all());
  }

  private async setup(): Promise<void> {
    const backends = this.all();
    const setups = await Promise.allSettled(backends.map((backend) => backend.setup()));
    const ready = backends.filter((_, index) => setups[index]?.status === 'fulfilled');
    if (ready.length < backends.length) await this.release(ready);
    throwFaults(setups, MEND_OF_SETUP);
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
  { dataFolder, baseFolder, driverTimeoutMs, abortGraceMs, queue, onCall, around }: RegistryConfig,
  log: DriverLog,
): Promise<Backend> {
  const stateFolder = join(dataFolder, 'backends', config.name);
  await makeFolder(stateFolder, 0o700).catch((cause: unknown) => {
    throw new BackendsUnusable(
      `Backend "${config.name}": its folder ${stateFolder} cannot be created: ${(cause as Error).message}. Make data_folder writable, or set another one.`,
      { cause },
    );
  });
  const loaded = await loadDriver(config, baseFolder, {
    backendName: config.name,
    stateFolder,
    log,
  });
  return new Backend({
    name: config.name,
    driver: around === undefined ? loaded.driver : around(loaded.driver, loaded.secrets),
    definition: { name: loaded.definition.name, capabilities: loaded.capabilities },
    timeoutMs: driverTimeoutMs,
    abortGraceMs: abortGraceMs ?? DEFAULT_ABORT_GRACE_MS,
    log: backendLog(log, config.name, loaded.secrets),
    secrets: loaded.secrets,
    queue,
    onCall,
  });
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

/** Throws one error for all failures, so that an operator can fix them in one go. */
function throwFaults(outcomes: readonly PromiseSettledResult<unknown>[], mend?: string): void {
  const reasons = outcomes.flatMap((outcome): unknown[] =>
    outcome.status === 'rejected' ? [outcome.reason] : [],
  );
  if (reasons.length > 0) {
    const lines = reasons.map(explain).map((line) => (mend === undefined ? line : `${line} ${mend}`));
    throw new BackendsUnusable(lines.join('\n'), {
      cause: reasons.length > 1 ? reasons : reasons[0],
    });
  }
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

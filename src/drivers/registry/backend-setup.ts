import type { DriverLog } from '../contract/index.js';
import { isOutage } from './driver-failure.js';
import { CallTimedOut, guardedCall } from './guarded-call.js';
import type { NotSetUp } from './not-set-up.js';

/** Maximum time that the start waits for one backend, in milliseconds. */
const LONGEST_WAIT_MS = 10_000;

/** Milliseconds before the first retry. Each later pause is twice as long, up to the longest one. */
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;

const NOT_YET = 'the backend is not set up yet: requests for it are refused';

/** What to do about a setup that takes long. Only its end tells whether it would have succeeded. */
const IF_NEVER =
  'Start what the options of its driver name, or correct them, and restart the server. A setup that never ends is a fault of the driver: report it to its author.';

/** Retry-After while an attempt is running, in seconds. */
const RETRY_SOON_S = 5;

export interface SetupOptions {
  /** Built-in name, package or path of the driver. */
  readonly driver: string;
  /** The driver's own `setup`. */
  readonly setup: () => Promise<void>;
  readonly timeoutMs: number;
  /** Converts an error of `setup` into one that may be shown. */
  readonly explain: (thrown: unknown) => Error;
  readonly log: DriverLog;
}

/**
 * Sets up a driver. While the backend does not answer, `setup` is retried with growing pauses. Only one call runs at a
 * time, however long it takes.
 */
export class BackendSetup {
  private reason: string | null = null;
  private pauseMs = FIRST_PAUSE_MS;
  private nextTryAt = 0;
  private timer: NodeJS.Timeout | undefined;
  private isStopped = false;
  private isFinal = false;
  private readonly listeners: (() => void)[] = [];

  constructor(private readonly options: SetupOptions) {}

  /** Null once the driver is set up, and before the first attempt has failed. */
  get missing(): NotSetUp | null {
    if (this.reason === null) return null;
    if (this.isFinal) return { reason: this.reason, retryAfterS: LONGEST_PAUSE_MS / 1000, isFinal: true };
    const restMs = this.nextTryAt - Date.now();
    return { reason: this.reason, retryAfterS: restMs > 0 ? Math.ceil(restMs / 1000) : RETRY_SOON_S };
  }

  /** Calls `listener` when a backend that did not answer at start has been set up. */
  onLate(listener: () => void): void {
    this.listeners.push(listener);
  }

  /**
   * Resolves when the driver is set up, or when setup is left to retries because the backend does not answer.
   * @throws the explained error when a retry cannot help: the driver stays without setup until a restart.
   */
  async begin(): Promise<void> {
    const { setup, explain } = this.options;
    const timeoutMs = Math.min(this.options.timeoutMs, LONGEST_WAIT_MS);
    const trying = (async () => setup())();
    try {
      await guardedCall({ timeoutMs, abortGraceMs: 0 }, () => trying).answer;
    } catch (thrown) {
      const explained = explain(thrown);
      this.reason = explained.message;
      this.isFinal = !isOutage(thrown);
      if (this.isFinal) throw explained;
      if (thrown instanceof CallTimedOut)
        this.options.log.warn(NOT_YET, {
          reason: this.reason,
          driver: this.options.driver,
          remedy: IF_NEVER,
        });
      // A call that timed out may still succeed.
      this.follow(trying);
    }
  }

  /** Stops the retries. */
  stop(): void {
    this.isStopped = true;
    clearTimeout(this.timer);
  }

  private follow(trying: Promise<void>): void {
    trying.then(
      () => this.succeed(),
      (thrown: unknown) => this.tryLater(thrown),
    );
  }

  private succeed(): void {
    if (this.isStopped) return;
    this.reason = null;
    this.options.log.info('the backend is set up');
    for (const listener of this.listeners) listener();
  }

  private tryLater(thrown: unknown): void {
    if (this.isStopped) return;
    const { setup, explain, log } = this.options;
    this.reason = explain(thrown).message;
    this.nextTryAt = Date.now() + this.pauseMs;
    log.warn(NOT_YET, { reason: this.reason, retryInMs: this.pauseMs });
    this.timer = setTimeout(() => this.follow((async () => setup())()), this.pauseMs);
    this.timer.unref();
    this.pauseMs = Math.min(2 * this.pauseMs, LONGEST_PAUSE_MS);
  }
}

import type { DriverLog } from '../contract/index.js';

export interface CircuitLimits {
  /** Number of consecutive failed jobs that open the circuit; 0 disables it. */
  readonly failures: number;
  /** Milliseconds before one job may try again. */
  readonly pauseMs: number;
}

/** Receives the outcomes of a job's driver calls. */
export interface CallObserver {
  /** The driver answered, possibly with a refusal. */
  answered(): void;
  /** The driver did not answer, or reported that its backend does not. */
  missed(): void;
  /** The job is finished. */
  end(): void;
}

const NOBODY: CallObserver = { answered: () => undefined, missed: () => undefined, end: () => undefined };

/**
 * - `closed`: requests reach the backend.
 * - `open`: requests are refused; once the pause is over, the next one is the probe.
 * - `probing`: one request asks the backend, all others are refused.
 */
export type CircuitState = 'closed' | 'open' | 'probing';

/** Circuit breaker of a backend, driven by the outcomes of its driver calls (docs/adr/0005-backend-admission.md). */
export class Circuit {
  private state: CircuitState = 'closed';
  /** In milliseconds of the monotonic clock, since the system clock may be set back by hours. */
  private pausedUntil = 0;
  /** Jobs without an answer since the last answered one, and their volumes. */
  private misses = 0;
  private readonly silent = new Set<string>();
  private isAsking = false;

  /**
   * @param ask calls the backend for something that concerns no volume; resolves to true if it answered.
   * @param onOpen is called each time the circuit opens.
   */
  constructor(
    private readonly limits: CircuitLimits,
    private readonly log: DriverLog,
    private readonly ask: () => Promise<boolean>,
    private readonly onOpen: () => void,
  ) {}

  /** True while the circuit is closed. */
  get isClosed(): boolean {
    return this.state === 'closed';
  }

  get current(): CircuitState {
    return this.state;
  }

  /** Seconds until a retry makes sense, at least 1; null if there is no need to wait. */
  get retryAfterS(): number | null {
    const restMs = this.pausedUntil - performance.now();
    if (this.state === 'closed' || (this.state === 'open' && restMs <= 0)) return null;
    return Math.max(1, Math.ceil(restMs / 1000));
  }

  /** Observes a job that starts now. The first job after a pause is the probe that closes or reopens the circuit. */
  watch(volumeId: string): CallObserver {
    if (this.limits.failures === 0) return NOBODY;
    if (this.isClosed) return this.count(volumeId);
    return this.retryAfterS === null ? this.probe() : NOBODY;
  }

  private count(volumeId: string): CallObserver {
    let outcome: 'unknown' | 'answered' | 'missed' = 'unknown';
    return {
      answered: () => {
        if (outcome === 'unknown') outcome = 'answered';
      },
      // Count it at once: the rollback that follows may take just as long.
      missed: () => {
        if (outcome !== 'missed') this.note(volumeId);
        outcome = 'missed';
      },
      end: () => {
        if (outcome === 'answered') this.forget();
      },
    };
  }

  private note(volumeId: string): void {
    this.misses += 1;
    this.silent.add(volumeId);
    if (this.misses < this.limits.failures) return;
    if (this.silent.size > 1) this.openFromClosed();
    else void this.judge(volumeId);
  }

  /** Calls the backend itself, since a single hanging volume that is retried must not open the circuit for all others. */
  private async judge(volumeId: string): Promise<void> {
    if (this.isAsking) return;
    this.isAsking = true;
    const isAnswering = await this.ask();
    this.isAsking = false;
    if (isAnswering)
      this.log.warn('calls for a volume get no answer, although its backend answers', { volumeId });
    else if (this.misses >= this.limits.failures) this.openFromClosed();
  }

  private forget(): void {
    this.misses = 0;
    this.silent.clear();
  }

  private openFromClosed(): void {
    // A job that began before the circuit opened is no probe.
    if (this.isClosed) this.open(this.limits.pauseMs);
  }

  private open(pauseMs: number): void {
    this.state = 'open';
    this.pausedUntil = performance.now() + pauseMs;
    // Do not log inconclusive probes.
    if (pauseMs > 0) this.log.warn('the backend does not answer: requests for it are refused', { pauseMs });
    this.onOpen();
  }

  private close(): void {
    this.state = 'closed';
    this.forget();
    this.log.info('the backend answers again');
  }

  /** The first outcome counts. A probe that ends without one never reached the driver, so the next job may probe at once. */
  private probe(): CallObserver {
    this.state = 'probing';
    let isDecided = false;
    const decide = (next: () => void) => () => {
      if (isDecided) return;
      isDecided = true;
      next();
    };
    return {
      answered: decide(() => this.close()),
      missed: decide(() => this.open(this.limits.pauseMs)),
      end: decide(() => this.open(0)),
    };
  }
}

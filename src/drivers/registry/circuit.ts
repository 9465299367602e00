import { circuitBreaker, CircuitState, ConsecutiveBreaker, handleAll, type IBackoff } from 'cockatiel';
import type { DriverLog } from '../contract/index.js';

export interface CircuitLimits {
  /** Failed works in a row after which the backend is left alone; 0 for never. */
  readonly failures: number;
  /** Milliseconds until one work may try again. */
  readonly pauseMs: number;
}

/** Hears how the driver's calls of one work end. */
export interface Witness {
  /** The driver answered, be it with a refusal. */
  answered(): void;
  /** The driver did not answer, or said that its backend does not. */
  missed(): void;
  /** The work is through. */
  end(): void;
}

/** The probe ended before it reached the driver: nothing is known, and the next work may try at once. */
class Untested extends Error {}

const NOBODY: Witness = { answered: () => undefined, missed: () => undefined, end: () => undefined };

/** Whether a backend answers, judged by the works done on it (docs/adr/0005-backend-admission.md). */
export class Circuit {
  private readonly policy;
  private pausedUntil = 0;
  /** Works without an answer since the last one that had one, and their volumes. */
  private misses = 0;
  private readonly silent = new Set<string>();
  private isAsking = false;

  /** @param ask asks the backend for something that is about no volume; tells whether it answered. */
  constructor(
    private readonly limits: CircuitLimits,
    private readonly log: DriverLog,
    private readonly ask: () => Promise<boolean>,
    onOpen: () => void,
  ) {
    let pauseMs = limits.pauseMs;
    const pause = (duration: number): IBackoff<{ result: object }> => ({
      duration,
      next: ({ result }) => {
        pauseMs = 'error' in result && result.error instanceof Untested ? 0 : limits.pauseMs;
        return pause(pauseMs);
      },
    });
    this.policy = circuitBreaker(handleAll, {
      // What is a failure of the backend is decided here.
      breaker: new ConsecutiveBreaker(1),
      halfOpenAfter: { next: () => pause((pauseMs = limits.pauseMs)) },
    });
    this.policy.onBreak(() => {
      this.pausedUntil = Date.now() + pauseMs;
      // Set apart from the probe that proved nothing, which is no news.
      if (pauseMs > 0) log.warn('the backend does not answer: requests for it are refused', { pauseMs });
      onOpen();
    });
    this.policy.onReset(() => {
      this.forget();
      log.info('the backend answers again');
    });
  }

  /** Whether the last that was heard of the backend was an answer. */
  get isClosed(): boolean {
    return this.policy.state === CircuitState.Closed;
  }

  /** Seconds after which another try is worthwhile, at least 1; null when there is no reason to wait. */
  get retryAfterS(): number | null {
    if (this.isClosed) return null;
    const restMs = this.pausedUntil - Date.now();
    if (this.policy.state === CircuitState.Open && restMs <= 0) return null;
    return Math.max(1, Math.ceil(restMs / 1000));
  }

  /** Watches a work on a volume that begins now. After a pause it is the probe that decides. */
  watch(volumeId: string): Witness {
    if (this.limits.failures === 0) return NOBODY;
    if (this.isClosed) return this.count(volumeId);
    return this.retryAfterS === null ? this.probe() : NOBODY;
  }

  private count(volumeId: string): Witness {
    let outcome: 'unknown' | 'answered' | 'missed' = 'unknown';
    return {
      answered: () => {
        if (outcome === 'unknown') outcome = 'answered';
      },
      // Told at once: the undoing that follows may take as long again.
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
    if (this.silent.size > 1) this.open();
    else void this.judge(volumeId);
  }

  /** One volume that hangs, and is tried over and over, is not to take the backend from all others. */
  private async judge(volumeId: string): Promise<void> {
    if (this.isAsking) return;
    this.isAsking = true;
    const isAnswering = await this.ask();
    this.isAsking = false;
    if (isAnswering) this.log.warn('a volume does not answer, its backend does', { volumeId });
    else if (this.misses >= this.limits.failures) this.open();
  }

  private forget(): void {
    this.misses = 0;
    this.silent.clear();
  }

  private open(): void {
    // A work that began before the circuit opened is no probe.
    if (!this.isClosed) return;
    void this.policy.execute(() => Promise.reject(new Error('no answer'))).catch(() => undefined);
  }

  private probe(): Witness {
    const { promise, resolve, reject } = verdict();
    void this.policy.execute(() => promise).catch(() => undefined);
    return {
      answered: resolve,
      missed: () => reject(new Error('no answer')),
      end: () => reject(new Untested()),
    };
  }
}

function verdict() {
  let resolve!: () => void;
  let reject!: (reason: Error) => void;
  const promise = new Promise<void>((accept, refuse) => {
    resolve = accept;
    reject = refuse;
  });
  return { promise, resolve, reject };
}

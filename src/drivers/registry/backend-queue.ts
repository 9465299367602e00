import { Semaphore } from 'async-mutex';
import { BackendFailure, Unavailable } from '../../platform/errors.js';
import { KeyedMutex } from '../../platform/keyed-mutex.js';
import { afterRunning } from '../../platform/running-time.js';
import type { DriverLog } from '../contract/index.js';
import { Circuit, type CircuitLimits, type CircuitState, type CallObserver } from './circuit.js';
import type { GuardedCall } from './guarded-call.js';

/** Limits of a backend's queue. */
export interface QueueLimits extends CircuitLimits {
  /** Maximum number of jobs that run at the same time. */
  readonly concurrency: number;
  /** Maximum number of jobs that wait for a slot; further requests are refused. */
  readonly queueLength: number;
}

/** Default queue limits. */
export const QUEUE_DEFAULTS: QueueLimits = {
  concurrency: 32,
  queueLength: 1000,
  failures: 5,
  pauseMs: 30_000,
};

/**
 * A `request` may be refused, since nothing about it is recorded yet. `recorded` work was already accepted: it is never
 * refused, and never given up while it waits for a slot.
 */
export type WorkKind = 'request' | 'recorded';

const FULL_RETRY_S = 5;

/** Queue of one backend's jobs: one at a time per volume, with limits for all running and all waiting jobs. */
export class BackendQueue {
  private readonly locks = new KeyedMutex();
  private readonly slots: Semaphore;
  private readonly circuit: Circuit;
  /** Functions that reject the waiting requests. */
  private readonly waiting = new Set<(reason: Error) => void>();
  private entered = 0;

  constructor(
    private readonly backend: string,
    private readonly timeoutMs: number,
    private readonly limits: QueueLimits,
    log: DriverLog,
    ask: () => Promise<boolean>,
  ) {
    this.slots = new Semaphore(limits.concurrency);
    this.circuit = new Circuit(limits, log, ask, () => this.turnAway());
  }

  get isAnswering(): boolean {
    return this.circuit.isClosed;
  }

  get circuitState(): CircuitState {
    return this.circuit.current;
  }

  /** Number of jobs that run. */
  get running(): number {
    return this.limits.concurrency - Math.max(0, this.slots.getValue());
  }

  /** Number of jobs that wait for their volume or a slot. */
  get waitingJobs(): number {
    return Math.max(0, this.entered - this.running);
  }

  /** True while work on the volume is running or waiting. */
  isBusyWith(volumeId: string): boolean {
    return this.locks.isTaken(volumeId);
  }

  /** Returns the error for requests that arrive now; null if they are accepted. */
  refusal(): Unavailable | null {
    const retryAfterS = this.circuit.retryAfterS;
    if (retryAfterS !== null) return this.notAnswering(retryAfterS);
    if (this.entered < this.limits.concurrency + this.limits.queueLength) return null;
    return new Unavailable(`Backend ${this.backend} is overloaded. Try again later.`, FULL_RETRY_S);
  }

  /**
   * Runs the work once its volume and a slot are free, and returns its answer. Holds both until the work is over.
   * @throws Unavailable for a request, before the work has begun; BackendFailure when the volume stays busy.
   */
  run<T>(volumeId: string, kind: WorkKind, work: (observer: CallObserver) => GuardedCall<T>): Promise<T> {
    const refusal = kind === 'request' ? this.refusal() : null;
    if (refusal !== null) return Promise.reject(refusal);
    return new Promise<T>((resolve, reject) => {
      let gaveUp = false;
      const giveUp = (reason: Error) => {
        gaveUp = true;
        timer.cancel();
        this.waiting.delete(giveUp);
        this.entered -= 1;
        reject(reason);
      };
      const timer = afterRunning(this.timeoutMs, () =>
        giveUp(new BackendFailure(`Backend ${this.backend} is busy with volume ${volumeId}.`)),
      );
      this.entered += 1;
      if (kind === 'request') this.waiting.add(giveUp);
      void this.locks.run(volumeId, async () => {
        if (gaveUp) return;
        if (kind === 'recorded') timer.cancel();
        await this.slots.runExclusive(async () => {
          if (gaveUp) return;
          // The circuit may have opened meanwhile, or another job may be the probe.
          const retryAfterS = kind === 'request' ? this.circuit.retryAfterS : null;
          if (retryAfterS !== null) {
            giveUp(this.notAnswering(retryAfterS));
            return;
          }
          timer.cancel();
          this.waiting.delete(giveUp);
          const observer = this.circuit.watch(volumeId);
          const { answer, over } = work(observer);
          await answer.finally(() => observer.end()).then(resolve, reject);
          await over;
          this.entered -= 1;
        });
      });
    });
  }

  private turnAway(): void {
    const retryAfterS = this.circuit.retryAfterS;
    if (retryAfterS === null) return;
    for (const giveUp of [...this.waiting]) giveUp(this.notAnswering(retryAfterS));
  }

  private notAnswering(retryAfterS: number): Unavailable {
    return new Unavailable(`Backend ${this.backend} does not answer. Try again later.`, retryAfterS);
  }
}

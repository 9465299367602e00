import { Semaphore } from 'async-mutex';
import { BackendFailure, Unavailable } from '../../common/errors.js';
import { KeyedMutex } from '../../common/keyed-mutex.js';
import type { DriverLog } from '../contract/index.js';
import { Circuit, type CircuitLimits, type Witness } from './circuit.js';
import type { GuardedCall } from './guarded-call.js';

/** How much work a backend gets. */
export interface QueueLimits extends CircuitLimits {
  /** Works at once. */
  readonly concurrency: number;
  /** Works that may wait beyond those; requests on top of them are refused. */
  readonly queueLength: number;
}

/** What holds unless it is configured. */
export const QUEUE_DEFAULTS: QueueLimits = {
  concurrency: 32,
  queueLength: 1000,
  failures: 5,
  pauseMs: 30_000,
};

/**
 * Whose work it is: a `request` may be refused, since nothing of it is recorded; `recorded` work has been promised
 * and is neither refused nor given up for want of a place.
 */
export type WorkKind = 'request' | 'recorded';

const FULL_RETRY_S = 5;

/** Lines up the works of one backend: one at a time for a volume, some at a time in all, few waiting. */
export class BackendQueue {
  private readonly locks = new KeyedMutex();
  private readonly slots: Semaphore;
  private readonly circuit: Circuit;
  /** How the requests that wait are turned away. */
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

  /** Whether work on the volume is under way or waiting. */
  isBusyWith(volumeId: string): boolean {
    return this.locks.isTaken(volumeId);
  }

  /** Why a request is refused at present, or null. */
  refusal(): Unavailable | null {
    const retryAfterS = this.circuit.retryAfterS;
    if (retryAfterS !== null) return this.notAnswering(retryAfterS);
    if (this.entered < this.limits.concurrency + this.limits.queueLength) return null;
    return new Unavailable(`Backend ${this.backend} has too much to do. Try again later.`, FULL_RETRY_S);
  }

  /**
   * Does the work when its volume is free and a place too; gives back its answer. Both are kept until it is over.
   * @throws Unavailable, for a request, before the work has begun; BackendFailure when the volume stays busy.
   */
  run<T>(volumeId: string, kind: WorkKind, work: (witness: Witness) => GuardedCall<T>): Promise<T> {
    const refusal = kind === 'request' ? this.refusal() : null;
    if (refusal !== null) return Promise.reject(refusal);
    return new Promise<T>((resolve, reject) => {
      let gaveUp = false;
      const giveUp = (reason: Error) => {
        gaveUp = true;
        clearTimeout(timer);
        this.waiting.delete(giveUp);
        this.entered -= 1;
        reject(reason);
      };
      const timer = setTimeout(
        () => giveUp(new BackendFailure(`Backend ${this.backend} is busy with volume ${volumeId}.`)),
        this.timeoutMs,
      );
      this.entered += 1;
      if (kind === 'request') this.waiting.add(giveUp);
      void this.locks.run(volumeId, async () => {
        if (gaveUp) return;
        if (kind === 'recorded') clearTimeout(timer);
        await this.slots.runExclusive(async () => {
          if (gaveUp) return;
          // Others may have found out meanwhile that the backend is away, or one of them is the probe.
          const retryAfterS = kind === 'request' ? this.circuit.retryAfterS : null;
          if (retryAfterS !== null) {
            giveUp(this.notAnswering(retryAfterS));
            return;
          }
          clearTimeout(timer);
          this.waiting.delete(giveUp);
          const witness = this.circuit.watch(volumeId);
          const { answer, over } = work(witness);
          await answer.finally(() => witness.end()).then(resolve, reject);
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

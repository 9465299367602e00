import { Mutex } from 'async-mutex';

/** One first-come-first-served lock per key; an unused key costs nothing. */
export class KeyedMutex {
  private readonly mutexes = new Map<string, { mutex: Mutex; users: number }>();

  /** Returns whether the key's lock is held or awaited. */
  isTaken(key: string): boolean {
    return this.mutexes.has(key);
  }

  /** Runs `work` while no other work runs under the same key; returns its result. */
  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const entry = this.mutexes.get(key) ?? { mutex: new Mutex(), users: 0 };
    this.mutexes.set(key, entry);
    entry.users += 1;
    try {
      return await entry.mutex.runExclusive(work);
    } finally {
      entry.users -= 1;
      if (entry.users === 0) this.mutexes.delete(key);
    }
  }

  /**
   * As {@link run}, unless the key's turn does not come in time: `work` is never called then.
   * @throws what `tooLate` returns.
   */
  async runWithin<T>(key: string, limitMs: number, work: () => Promise<T>, tooLate: () => Error): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      let isLate = false;
      const timer = setTimeout(() => {
        isLate = true;
        reject(tooLate());
      }, limitMs);
      this.run(key, async () => {
        clearTimeout(timer);
        return isLate ? null : { result: await work() };
      }).then((done) => {
        if (done !== null) resolve(done.result);
      }, reject);
    });
  }
}

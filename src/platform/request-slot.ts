/** A value that one stage of a request stores for later stages. */
export class RequestSlot<T> {
  /** A property of the request: entries of a WeakMap would cost each garbage collection a look at all of them. */
  private readonly key: symbol;

  /** @param stage name of the stage that fills the slot, for the error message. */
  constructor(private readonly stage: string) {
    this.key = Symbol(stage);
  }

  fill(request: object, value: T): void {
    (request as Record<symbol, T | undefined>)[this.key] = value;
  }

  /** Returns the value, or undefined if the stage was not passed. */
  find(request: object): T | undefined {
    return (request as Record<symbol, T | undefined>)[this.key];
  }

  /** @throws Error if the stage was not passed. */
  of(request: object): T {
    const value = this.find(request);
    if (value === undefined) throw new Error(`the request has not passed ${this.stage}`);
    return value;
  }
}

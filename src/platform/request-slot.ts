/** A value that one stage of a request stores for later stages. */
export class RequestSlot<T> {
  private readonly values = new WeakMap<object, T>();

  /** @param stage name of the stage that fills the slot, for the error message. */
  constructor(private readonly stage: string) {}

  fill(request: object, value: T): void {
    this.values.set(request, value);
  }

  /** Returns the value, or undefined if the stage was not passed. */
  find(request: object): T | undefined {
    return this.values.get(request);
  }

  /** @throws Error if the stage was not passed. */
  of(request: object): T {
    const value = this.find(request);
    if (value === undefined) throw new Error(`the request has not passed ${this.stage}`);
    return value;
  }
}

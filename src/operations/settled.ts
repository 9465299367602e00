/** Outcome of a plan that needs no backend: the unit that planned has done everything. */
export class Settled<R> {
  constructor(readonly result: R) {}
}

/** A fault on demand: the call fails, does not answer until it is aborted, or the server dies after its success. */
export type FaultKind = 'fail' | 'hang' | 'die';

export const FAULT_KINDS: readonly FaultKind[] = ['fail', 'hang', 'die'];

/** Calls that change something. Only they get a fault that is for any call: statistics are read all the time. */
export const CHANGING_CALLS: readonly string[] = [
  'createVolume',
  'deleteVolume',
  'extendVolume',
  'createExport',
  'ensureExport',
  'removeExport',
  'initializeConnection',
  'terminateConnection',
  'fenceConnection',
];

/** Calls that a fault can be planned for by name. */
export const FAULTY_CALLS: readonly string[] = [...CHANGING_CALLS, 'inspect', 'listExports', 'getStats'];

export interface PlannedFault {
  readonly kind: FaultKind;
  /** Name of the method; null for the next call that changes something. */
  readonly call: string | null;
}

/** The one fault that is planned. Another one replaces it. */
export class FaultPlan {
  private planned: PlannedFault | null = null;

  plan(fault: PlannedFault): void {
    this.planned = fault;
  }

  /** Returns the fault of a call that begins now, which is then over; null if there is none for it. */
  take(call: string): FaultKind | null {
    if (this.planned === null) return null;
    const isMeant = this.planned.call === null ? CHANGING_CALLS.includes(call) : this.planned.call === call;
    if (!isMeant) return null;
    const { kind } = this.planned;
    this.planned = null;
    return kind;
  }
}

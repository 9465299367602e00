import type { Trouble } from '../../../src/drivers/conformance/index.js';

/** The trouble that one step of a simulated tool runs into. */
export class AwaitedTrouble {
  private awaited: { left: number; readonly trouble: Trouble } | null = null;

  /** Implements the conformance kit's hook of that name. */
  readonly interrupt = (step: number, trouble: Trouble): (() => boolean) => {
    const awaited = { left: step, trouble };
    this.awaited = awaited;
    return () => {
      this.awaited = null;
      return awaited.left < 0;
    };
  };

  /** The trouble of the next step; null if it works. */
  next(): Trouble | null {
    return this.awaited !== null && this.awaited.left-- === 0 ? this.awaited.trouble : null;
  }
}

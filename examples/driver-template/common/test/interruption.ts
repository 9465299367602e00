import { DriverError } from 'clinker-driver';
import type { Trouble } from 'clinker-driver/testing';
import type { Transport } from '../src/transport.js';

/** Lets one step of the driver's work fail, hang, or lose its answer. */
export class Interruption {
  private stepsLeft = -1;
  private trouble: Trouble = 'fails';

  /** @returns a function that ends the trouble and returns true if the step was reached. */
  plan(step: number, trouble: Trouble): () => boolean {
    this.stepsLeft = step;
    this.trouble = trouble;
    return () => {
      const wasReached = this.stepsLeft < 0;
      this.stepsLeft = -1;
      return wasReached;
    };
  }

  /** Returns the transport with the planned trouble. A step that hangs ends as if its time was up. */
  around<Sent, Answer>(transport: Transport<Sent, Answer>): Transport<Sent, Answer> {
    return async (sent, signal) => {
      const isTroubled = this.stepsLeft === 0;
      if (this.stepsLeft >= 0) this.stepsLeft -= 1;
      if (!isTroubled) return transport(sent, signal);
      if (this.trouble === 'dies after success') await transport(sent, signal);
      throw new DriverError('UNAVAILABLE', 'the storage does not answer');
    };
  }
}

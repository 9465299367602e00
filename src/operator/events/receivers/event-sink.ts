import type { StreamEvent } from '../stream/stream-event.js';

/** Why an event was not taken. */
export interface Refusal {
  /** Without secrets. */
  readonly reason: string;
  /** True if another try cannot change it. */
  readonly isFinal: boolean;
}

/** What became of events that were sent. */
export interface Sent {
  /** Number of events, from the first, that need not be sent any more. */
  readonly taken: number;
  /** Number of those that the receiver got: the others are not for it. */
  readonly delivered: number;
  /** Why the next one was not taken; null if none was refused. */
  readonly refusal: Refusal | null;
}

/** A way to send events to a receiver. */
export interface EventSink {
  /**
   * Sends events, in their order, as many as it likes.
   * @param events at least one.
   * @param signal ends it early.
   */
  send(events: readonly StreamEvent[], signal: AbortSignal): Promise<Sent>;
  /** Gives up connections. */
  close(): void;
}

import type { OperationEntity } from './operation.entity.js';

/** A journal entry that this process recorded for the process that runs the backend's driver. */
export interface AskedWork extends Pick<OperationEntity, 'id' | 'volumeId' | 'requestId'> {
  /** Name of the volume's backend. */
  readonly backend: string;
}

/** Work at backends whose drivers other processes run; provided in API replicas (docs/adr/0043). */
export abstract class RemoteWork {
  /** Tells the backend's process of an entry. Nothing is lost if it does not hear it: it looks for entries, too. */
  abstract ring(work: AskedWork): void;

  /**
   * Has the backend's process do the work of an entry, and returns the result as the journal has it.
   * @param endMs when to give up, by `performance.now()`.
   * @throws the failure of the work; Unavailable if the process does not answer: the entry is taken back then.
   */
  abstract perform(work: AskedWork, endMs: number): Promise<unknown>;
}

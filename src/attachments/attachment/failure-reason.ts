import { BackendFailure } from '../../platform/errors.js';
import { DatabaseTrouble } from '../../platform/database/database-failure.js';

/** Failure reason of a connect whose process died. */
export const INTERRUPTED = 'Connecting was interrupted and has been undone.';

/** Fate of journalled work if the database fails before the outcome is stored. */
export const UNDONE = 'The server undoes what was done at the backend.';
export const FINISHED_LATER =
  'The request is recorded: the server carries it out as soon as the database answers.';

/** The failure of journalled work. A database failure also says what becomes of the work. */
export function ofRecorded(failure: unknown, becomes: string): unknown {
  return failure instanceof DatabaseTrouble ? failure.after(becomes) : failure;
}

/** Wraps a backend failure in Cinder's text for the request; returns other failures unchanged. */
export function withContext(what: string, failure: unknown): unknown {
  if (!(failure instanceof BackendFailure)) return failure;
  return new BackendFailure(`${what} (${failure.message.replace(/\.$/, '')}).`, { cause: failure });
}

import { CommandFailed } from '../command/command-runner.js';
import { DriverError, type DriverErrorCode } from '../contract/index.js';

/** Maps a pattern on standard error to an error code, and to advice for the operator. */
export type KnownFailure = readonly [text: RegExp, code: DriverErrorCode, advice?: string];

const RIGHTS: KnownFailure = [
  /permission denied|operation not permitted|must be root|a password is required|not allowed to execute/i,
  'INTERNAL',
  'run the server as root, or set the option "sudo" and allow its commands in sudoers',
];

/** Converts a CommandFailed by the first known failure that matches, else to `INTERNAL`; returns other errors unchanged. */
export function withContext(thrown: unknown, known: readonly KnownFailure[]): unknown {
  if (!(thrown instanceof CommandFailed)) return thrown;
  const [, code, advice] = [...known, RIGHTS].find(([text]) => text.test(thrown.stderr)) ?? [
    null,
    'INTERNAL',
  ];
  const message = advice === undefined ? thrown.message : `${thrown.message} (${advice})`;
  return new DriverError(code, message, { cause: thrown });
}

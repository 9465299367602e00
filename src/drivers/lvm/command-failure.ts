import { CommandFailed } from '../command/command-runner.js';
import { DriverError, type DriverErrorCode } from '../contract/index.js';

/** What a text on standard error means, and what to tell the operator about it. */
export type KnownFailure = readonly [text: RegExp, code: DriverErrorCode, advice?: string];

const RIGHTS: KnownFailure = [
  /permission denied|operation not permitted|must be root|a password is required|not allowed to execute/i,
  'UNAVAILABLE',
  'run the server as root, or set the option "sudo" and allow its commands in sudoers',
];

/** The first known failure that matches what the command said, else `INTERNAL`; other errors stay as they are. */
export function explained(thrown: unknown, known: readonly KnownFailure[]): unknown {
  if (!(thrown instanceof CommandFailed)) return thrown;
  const [, code, advice] = [...known, RIGHTS].find(([text]) => text.test(thrown.stderr)) ?? [
    null,
    'INTERNAL',
  ];
  const message = advice === undefined ? thrown.message : `${thrown.message} (${advice})`;
  return new DriverError(code, message, { cause: thrown });
}

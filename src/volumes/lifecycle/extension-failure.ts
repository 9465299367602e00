import { Conflict, NoRoom, NotSupported } from '../../platform/errors.js';
import type { FailureDetail } from '../messages/index.js';
import { reasonOf, storedReason } from '../../platform/failure-reason.js';

/** The failure of an extension. */
export interface ExtensionFailure {
  /** Safe to show to clients. */
  readonly reason: string;
  readonly detail: FailureDetail;
  /** True if the volume is unchanged and remains usable. */
  readonly isRefusal: boolean;
}

/** The effect of an error on the volume. @param isBegun true if the driver was called, now or by a process that died. */
export function extensionFailure(error: unknown, isBegun: boolean): ExtensionFailure {
  const isRefusal = !isBegun || [NoRoom, Conflict, NotSupported].some((kind) => error instanceof kind);
  const isForWantOfBackend = !isBegun || error instanceof NoRoom;
  return {
    reason: storedReason(reasonOf(error)),
    detail: isForWantOfBackend ? 'noBackend' : 'extendFailed',
    isRefusal,
  };
}

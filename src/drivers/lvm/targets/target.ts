import type { AccessMode } from '../../contract/index.js';

/** What a host proves its identity with (CHAP, RFC 1994); made anew for every export. */
export interface ChapCredentials {
  readonly username: string;
  readonly password: string;
}

/** A host that a target admits. */
export interface AdmittedHost {
  readonly initiator: string;
  readonly mode: AccessMode;
}

/** What the target software itself says about one target. */
export interface TargetState {
  /** Name of the volume, which the target's name ends with. */
  readonly name: string;
  /** The device behind it; null when the target is not finished. */
  readonly device: string | null;
  readonly hosts: readonly AdmittedHost[];
  /** Initiators with an open session. */
  readonly sessions: readonly string[];
}

/** Which hosts are to be admitted, seen from those that are. */
export type HostChange = (admitted: readonly AdmittedHost[]) => readonly AdmittedHost[];

/**
 * Software that shows block devices to hosts by iSCSI: one target for each volume. A target admits a host only by its
 * initiator's name together with CHAP, and nobody before {@link Target.changeHosts} says so.
 */
export interface Target {
  /** The volume's logical unit number in its target. */
  readonly lun: number;
  setup(signal: AbortSignal): Promise<void>;
  iqnOf(name: string): string;
  find(name: string, signal: AbortSignal): Promise<TargetState | null>;
  list(signal: AbortSignal): Promise<readonly TargetState[]>;
  /**
   * Makes the target, or mends what is missing of it. An intact one stays as it is.
   * @param known credentials that hosts may have been given already.
   */
  ensure(
    name: string,
    device: string,
    known: ChapCredentials | null,
    signal: AbortSignal,
  ): Promise<ChapCredentials>;
  /**
   * Makes the target admit what `change` says and nobody else, and ends the sessions of everybody else.
   * @returns the credentials, or null when there is no such target.
   */
  changeHosts(
    name: string,
    change: HostChange,
    known: ChapCredentials | null,
    signal: AbortSignal,
  ): Promise<ChapCredentials | null>;
  /** Ends every session and removes the target. An absent one counts as removed. */
  remove(name: string, signal: AbortSignal): Promise<void>;
  /** Makes the target, if there is one, show that the device has at least this size. */
  resized(name: string, sizeGib: number, signal: AbortSignal): Promise<void>;
}

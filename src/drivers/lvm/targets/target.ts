import type { AccessMode } from '../../contract/index.js';
import type { ChapCredentials, TargetAccess } from '../../iscsi/iscsi-connection.js';

/** A host admitted to a target. */
export interface AdmittedHost {
  readonly initiator: string;
  readonly mode: AccessMode;
}

/** A target as reported by the target software. */
export interface TargetState {
  /** Name of the volume; the target's name ends with it. */
  readonly name: string;
  /** The device behind it; null while the target is incomplete. */
  readonly device: string | null;
  readonly hosts: readonly AdmittedHost[];
  /** Initiators with an open session. */
  readonly sessions: readonly string[];
}

/** Name and credentials that hosts were given for an export earlier; null where unknown. */
export interface RecordedExport {
  readonly iqn: string | null;
  readonly credentials: ChapCredentials | null;
}

/** Maps the admitted hosts to those that should be admitted. */
export type HostChange = (admitted: readonly AdmittedHost[]) => readonly AdmittedHost[];

/**
 * Software that exports block devices over iSCSI: one target per volume. A target admits a host only by its initiator
 * name and CHAP, and no host before {@link Target.changeHosts} admits it. A volume's targets are found by its name, with
 * which every target name ends, whatever prefix it was created with.
 */
export interface Target {
  setup(signal: AbortSignal): Promise<void>;
  find(name: string, signal: AbortSignal): Promise<TargetState | null>;
  list(signal: AbortSignal): Promise<readonly TargetState[]>;
  /** Resolves to true if it exports no volume of this backend, now or after a restart. */
  isUnused(signal: AbortSignal): Promise<boolean>;
  /** Creates the target or repairs it. An intact one stays as it is. */
  ensure(name: string, device: string, recorded: RecordedExport, signal: AbortSignal): Promise<TargetAccess>;
  /**
   * Makes the target admit exactly the hosts that `change` returns, and ends the sessions of all others.
   * @returns null when there is no such target.
   */
  changeHosts(
    name: string,
    change: HostChange,
    recorded: RecordedExport,
    signal: AbortSignal,
  ): Promise<TargetAccess | null>;
  /** Ends all sessions and removes the target. A missing one counts as removed. */
  remove(name: string, signal: AbortSignal): Promise<void>;
  /** Makes the target, if there is one, present at least this size of the device. */
  resized(name: string, sizeGib: number, signal: AbortSignal): Promise<void>;
}

/** Returns the volume name at the end of a target's name, or null. */
export function volumeNameIn(iqn: string): string | null {
  return /volume-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.exec(iqn)?.[0] ?? null;
}

/** Merges a volume's targets into one. A change of the option `target_prefix` may have left two. */
export function merged(states: readonly TargetState[]): TargetState | null {
  const [first, ...more] = states;
  if (first === undefined || more.length === 0) return first ?? null;
  return {
    ...first,
    hosts: states.flatMap(({ hosts }) => hosts),
    sessions: states.flatMap(({ sessions }) => sessions),
  };
}

/** Merges the targets of each volume into one. */
export function mergedByName(states: readonly TargetState[]): readonly TargetState[] {
  const byName = new Map<string, TargetState[]>();
  for (const state of states) byName.set(state.name, [...(byName.get(state.name) ?? []), state]);
  return [...byName.values()].flatMap((same) => merged(same) ?? []);
}

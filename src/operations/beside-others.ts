import {
  keyConflict,
  processName,
  type ProcessRow,
  type ProcessSettings,
  readSettings,
} from './process-settings.js';

/** Another living process is the volume node of that name. */
export class NodeNameTaken extends Error {
  override readonly name = 'NodeNameTaken';

  constructor(node: string) {
    super(
      `The volume node ${node} is running already. Stop that process, or give this one another node_name.`,
    );
  }
}

/** A living process on the database could not read what this one stores, or the reverse. */
export class SecretKeysDiffer extends Error {
  override readonly name = 'SecretKeysDiffer';

  /** @param other which process it is. @param conflict a clause whose subject is that process. */
  constructor(other: string, conflict: string) {
    super(`The ${other}, which uses the same database, ${conflict}.`);
  }
}

/** A process, as far as it may be in the way of another one. */
interface Own {
  /** Name of the volume node that it is; null if it is none. */
  readonly node: string | null;
  readonly settings: ProcessSettings;
}

/** Why a process must not run beside another one that lives, or null. */
export function conflictWith(own: Own, other: ProcessRow): NodeNameTaken | SecretKeysDiffer | null {
  if (other.node !== null && other.node === own.node) return new NodeNameTaken(other.node);
  const theirs = readSettings(other.settings);
  const conflict = theirs === null ? null : keyConflict(own.settings, theirs);
  return conflict === null ? null : new SecretKeysDiffer(processName(other), conflict);
}

/** @throws what {@link conflictWith} finds. */
export function assertFits(own: Own, others: readonly ProcessRow[]): void {
  for (const other of others) {
    const conflict = conflictWith(own, other);
    if (conflict !== null) throw conflict;
  }
}

import { InvalidInput } from '../platform/errors.js';
import { pythonRepr } from '../api/http/python-repr.js';
import { VOLUME_STATUSES, type VolumeStatus } from '../volumes/index.js';

/** Statuses that an admin wants to set; an absent, null or empty one stays unchanged. */
export interface StatusReset {
  readonly status?: string | null;
  readonly attach_status?: string | null;
  readonly migration_status?: string | null;
}

const ATTACH_STATUSES: readonly string[] = ['attached', 'detached'];
const MIGRATION_STATUSES: readonly string[] = [
  'migrating',
  'error',
  'success',
  'completing',
  'none',
  'starting',
];

/** States that only work under way may set. Cinder means to refuse all three, but by mistake refuses only the first. */
const REFUSED: readonly string[] = ['deleting', 'error_deleting', 'detaching'];

/** The columns that a reset sets. */
export interface ResetChanges {
  readonly status?: VolumeStatus;
  readonly attachStatus?: string;
  readonly migrationStatus?: string | null;
}

const SHOWN_LENGTH = 200;

/** Translates a reset. @throws InvalidInput for unknown or forbidden statuses, and for none. */
export function resetChanges({
  status,
  attach_status: attachStatus,
  migration_status: migrationStatus,
}: StatusReset): ResetChanges {
  if (!status && !attachStatus && !migrationStatus) {
    throw new InvalidInput("Must specify 'status', 'attach_status' or 'migration_status' for update.");
  }
  const changes = {
    ...(status ? { status: volumeStatus(status) } : {}),
    ...(attachStatus
      ? {
          attachStatus: oneOf(ATTACH_STATUSES, attachStatus, 'Volume attach status', (all) =>
            pythonRepr(all),
          ),
        }
      : {}),
    ...(migrationStatus ? { migrationStatus: migrationOf(migrationStatus) } : {}),
  };
  if (REFUSED.includes(changes.status ?? ''))
    throw new InvalidInput(`Cannot reset-state to ${changes.status ?? ''}`);
  return changes;
}

function volumeStatus(status: string): VolumeStatus {
  return oneOf(VOLUME_STATUSES, status, 'Volume status', tuple) as VolumeStatus;
}

function migrationOf(status: string): string | null {
  const known = oneOf(MIGRATION_STATUSES, status, 'Volume migration status', tuple);
  return known === 'none' ? null : known;
}

function oneOf(
  known: readonly string[],
  given: string,
  what: string,
  list: (known: readonly string[]) => string,
): string {
  const status = given.toLowerCase();
  if (known.includes(status)) return status;
  throw new InvalidInput(
    `${what}: ${given.slice(0, SHOWN_LENGTH)} is invalid, valid statuses are: ${list(known)}.`,
  );
}

/** Formats a tuple as Python prints it. */
function tuple(values: readonly string[]): string {
  return `(${values.map(pythonRepr).join(', ')})`;
}

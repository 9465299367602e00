/** What can be wrong between the database and the backends, or within the database. */
export const FINDING_KINDS = {
  'open-work': 'work that was begun and is not ended yet',
  'missing-export':
    'a volume is connected by the database, and its backend does not export it to all its hosts',
  'orphan-export': 'a volume is exported although nothing is connected to it',
  'unjustified-access': 'a host is admitted to a volume that it has no connection to',
  'unknown-export': 'a volume is exported that the database does not know, or knows on another backend',
  'lost-volume': 'a volume has attachments or connections, and its backend does not have it',
  'wrong-status': "a volume's status is not what its attachments imply",
  'stuck-status': 'a volume is being made, removed or extended, and nobody is about to do it',
} as const;

export type FindingKind = keyof typeof FINDING_KINDS;

/**
 * What becomes of a finding: `manual` has no repair that could not destroy something, `possible` has one,
 * `done` and `failed` had one.
 */
export type RepairState = 'manual' | 'possible' | 'done' | 'failed';

/** One inconsistency. */
export interface Finding {
  readonly kind: FindingKind;
  readonly volumeId: string;
  /** Name of the backend concerned; null for what is in the database alone. */
  readonly backend: string | null;
  /** What was found, without secrets. */
  readonly text: string;
  readonly repair: RepairState;
}

/** A part of the check that could not be made. */
export interface Unchecked {
  readonly backend: string;
  readonly reason: string;
}

export interface Report {
  readonly findings: readonly Finding[];
  readonly unchecked: readonly Unchecked[];
}

/**
 * What may be repaired: nothing; what only gives hosts back what they should have (`restore`); or everything that has
 * a repair. None deletes a volume.
 */
export type RepairLevel = 'none' | 'restore' | 'all';

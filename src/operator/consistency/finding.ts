/** Kinds of inconsistency between the database and the backends, or within the database. */
export const FINDING_KINDS = {
  'open-work': 'unfinished work',
  'missing-export':
    'a volume is connected according to the database, but its backend does not export it to all its hosts',
  'orphan-export': 'a volume is exported although it has no connection',
  'unjustified-access': 'a host has access to a volume without a connection',
  'unknown-export': 'a volume is exported that is not in the database, or is on another backend there',
  'unknown-backend': 'a volume is on a backend that is not configured',
  'lost-volume': 'a volume with attachments or connections does not exist on its backend',
  'wrong-status': "a volume's status does not match its attachments",
  'missing-attachment': 'according to Nova, a server uses a volume through an attachment that does not exist',
  'unused-attachment': 'according to Nova, the server of an attachment does not use it',
  'stuck-status': 'a volume is being created, deleted or extended, but no work for it is recorded',
} as const;

export type FindingKind = keyof typeof FINDING_KINDS;

/**
 * Repair state of a finding: `manual` has no repair that could not destroy something, `possible` has one, `done` and
 * `failed` had one.
 */
export const REPAIR_STATES = ['manual', 'possible', 'done', 'failed'] as const;

export type RepairState = (typeof REPAIR_STATES)[number];

/** One inconsistency. */
export interface Finding {
  readonly kind: FindingKind;
  readonly volumeId: string;
  /** Name of the backend concerned; null for an inconsistency within the database. */
  readonly backend: string | null;
  /** Description of the finding, without secrets. */
  readonly text: string;
  readonly repair: RepairState;
}

/** A part of the check that was not possible. */
export interface Unchecked {
  /** Name of the backend; `nova` if Nova could not be asked. */
  readonly backend: string;
  readonly reason: string;
}

/** A backend whose volume node compares its exports. */
export interface CheckedElsewhere {
  readonly backend: string;
  readonly node: string;
}

export interface Report {
  readonly findings: readonly Finding[];
  readonly unchecked: readonly Unchecked[];
}

/** A part of the report. */
export interface ReportPart extends Report {
  readonly elsewhere: readonly CheckedElsewhere[];
  /** Start of the next part; null after the last one. */
  readonly next: string | null;
}

/** Permitted repairs: none; only those that give hosts back their access (`restore`); or all. No repair deletes a volume. */
export type RepairLevel = 'none' | 'restore' | 'all';

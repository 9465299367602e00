import { DriverError } from '../contract/index.js';

export interface LogicalVolume {
  readonly name: string;
  readonly bytes: number;
  /** `lv_attr` of lvs(8): one letter per attribute. */
  readonly attributes: string;
  /** Used space of a thin pool in percent, 0 to 100; null for other volumes. */
  readonly dataPercent: number | null;
  readonly tags: readonly string[];
}

export interface VolumeGroup {
  readonly name: string;
  readonly bytes: number;
  readonly freeBytes: number;
}

type Row = Readonly<Record<string, unknown>>;

/** Parses the logical volumes in the output of `lvs --reportformat json`. */
export function logicalVolumesIn(output: string): readonly LogicalVolume[] {
  return rowsIn(output, 'lv').map((row) => ({
    name: textOf(row, 'lv_name'),
    bytes: numberOf(row, 'lv_size'),
    attributes: textOf(row, 'lv_attr'),
    tags: typeof row.lv_tags === 'string' ? row.lv_tags.split(',').filter((tag) => tag !== '') : [],
    dataPercent:
      row.data_percent === '' || row.data_percent === undefined ? null : numberOf(row, 'data_percent'),
  }));
}

/** Parses the names in the output of `lvs --reportformat json`. */
export function namesIn(output: string): readonly string[] {
  return rowsIn(output, 'lv').map((row) => textOf(row, 'lv_name'));
}

/** Parses the volume groups in the output of `vgs --reportformat json`. */
export function volumeGroupsIn(output: string): readonly VolumeGroup[] {
  return rowsIn(output, 'vg').map((row) => ({
    name: textOf(row, 'vg_name'),
    bytes: numberOf(row, 'vg_size'),
    freeBytes: numberOf(row, 'vg_free'),
  }));
}

/** Returns true if a thin pool zeroes new blocks (the eighth letter of `lv_attr`). */
export function zeroesBlocks({ attributes }: LogicalVolume): boolean {
  return attributes[7] === 'z';
}

export function isThinPool({ attributes }: LogicalVolume): boolean {
  return attributes.startsWith('t');
}

/** Returns true for a volume in a thin pool. */
export function isThin({ attributes }: LogicalVolume): boolean {
  return attributes.startsWith('V');
}

function rowsIn(output: string, kind: 'lv' | 'vg'): readonly Row[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(output);
  } catch (cause) {
    throw new DriverError('INTERNAL', `LVM's report is not JSON: is lvm2 older than 2.02.158?`, { cause });
  }
  const { report } = parsed as { report?: readonly Readonly<Record<string, unknown>>[] };
  const rows = report?.[0]?.[kind];
  if (!Array.isArray(rows)) throw new DriverError('INTERNAL', `LVM's report has no list "${kind}"`);
  return rows as readonly Row[];
}

function textOf(row: Row, field: string): string {
  const value = row[field];
  if (typeof value !== 'string') throw new DriverError('INTERNAL', `LVM's report has no ${field}`);
  return value;
}

function numberOf(row: Row, field: string): number {
  const value = Number(textOf(row, field));
  if (!Number.isFinite(value)) throw new DriverError('INTERNAL', `LVM's report has no number as ${field}`);
  return value;
}

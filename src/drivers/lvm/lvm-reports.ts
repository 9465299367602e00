import { DriverError } from '../contract/index.js';

export interface LogicalVolume {
  readonly name: string;
  readonly bytes: number;
  /** `lv_attr` of lvs(8): one letter per trait. */
  readonly attributes: string;
  /** How full a thin pool is, 0 to 100; null for other volumes. */
  readonly dataPercent: number | null;
}

export interface VolumeGroup {
  readonly name: string;
  readonly bytes: number;
  readonly freeBytes: number;
}

type Row = Readonly<Record<string, unknown>>;

/** The logical volumes of an `lvs --reportformat json`. */
export function logicalVolumesIn(output: string): readonly LogicalVolume[] {
  return rowsIn(output, 'lv').map((row) => ({
    name: textOf(row, 'lv_name'),
    bytes: numberOf(row, 'lv_size'),
    attributes: textOf(row, 'lv_attr'),
    dataPercent:
      row.data_percent === '' || row.data_percent === undefined ? null : numberOf(row, 'data_percent'),
  }));
}

/** The volume groups of a `vgs --reportformat json`. */
export function volumeGroupsIn(output: string): readonly VolumeGroup[] {
  return rowsIn(output, 'vg').map((row) => ({
    name: textOf(row, 'vg_name'),
    bytes: numberOf(row, 'vg_size'),
    freeBytes: numberOf(row, 'vg_free'),
  }));
}

/** Whether a thin pool hands out zeroed blocks only (the eighth letter of `lv_attr`). */
export function zeroesBlocks({ attributes }: LogicalVolume): boolean {
  return attributes[7] === 'z';
}

export function isThinPool({ attributes }: LogicalVolume): boolean {
  return attributes.startsWith('t');
}

function rowsIn(output: string, kind: 'lv' | 'vg'): readonly Row[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(output);
  } catch (cause) {
    throw new DriverError('INTERNAL', `LVM's report is no JSON: is lvm2 older than 2.02.158?`, { cause });
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

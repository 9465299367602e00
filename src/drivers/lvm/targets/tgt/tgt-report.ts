import type { DiskIdentity } from '../disk-identity.js';
import { TGT_LUN } from './tgt-commands.js';
import { NOBODY } from './tgt-file.js';

export interface TgtSession {
  readonly initiator: string;
  readonly session: number;
  readonly connection: number;
}

/** One target in the output of `tgtadm --mode target --op show`. */
export interface TgtTargetReport {
  readonly tid: number;
  readonly iqn: string;
  /** The device of the volume's LUN; null when there is no such LUN. */
  readonly device: string | null;
  /** Size of that LUN in MB (10^6 bytes), rounded; 0 when there is none. */
  readonly megabytes: number;
  readonly readOnly: boolean;
  /** Identity of that LUN for hosts; null when there is none. */
  readonly identity: DiskIdentity | null;
  readonly accounts: readonly string[];
  /** Initiator names and addresses that may log in. */
  readonly rules: readonly string[];
  readonly sessions: readonly TgtSession[];
}

const TARGET = /^Target (\d+): (\S+)$/gm;
const SECTION = /^ {4}(\S.*):$/;

/**
 * Parses the targets of the report, in order; only those with a wanted name, as thousands take as long as a request. The
 * indentation determines the section of a line.
 */
export function targetsIn(
  output: string,
  isWanted: (iqn: string) => boolean = () => true,
): readonly TgtTargetReport[] {
  const heads = [...output.matchAll(TARGET)];
  return heads.flatMap(({ 0: head, 1: tid, 2: iqn = '', index }, number) =>
    isWanted(iqn)
      ? [targetOf(Number(tid), iqn, output.slice(index + head.length, heads[number + 1]?.index))]
      : [],
  );
}

function targetOf(tid: number, iqn: string, text: string): TgtTargetReport {
  const sections = sectionsOf(text.split('\n'));
  const lines = (title: string): readonly string[] => sections.get(title) ?? [];
  const lun = volumeLun(lines('LUN information'));
  return {
    tid,
    iqn,
    device: lun.path,
    megabytes: lun.megabytes,
    readOnly: lun.readOnly,
    identity: lun.identity,
    accounts: wordsOf(lines('Account information')),
    rules: wordsOf(lines('ACL information')).filter((rule) => rule !== NOBODY),
    sessions: sessionsIn(lines('I_T nexus information')),
  };
}

/** Parses the portals in the output of `tgtadm --mode portal --op show`: lines such as "Portal: 192.0.2.1:3260,1". */
export function portalsIn(output: string): readonly string[] {
  return [...output.matchAll(/^Portal: (\S+),\d+$/gm)].map(([, portal]) => portal ?? '');
}

/** Returns the lines of each section; if two have a title, those of the first. */
function sectionsOf(lines: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const sections = new Map<string, string[]>();
  let current: string[] | undefined;
  for (const line of lines) {
    const title = SECTION.exec(line)?.[1];
    if (title === undefined) {
      current?.push(line);
      continue;
    }
    current = [];
    if (!sections.has(title)) sections.set(title, current);
  }
  return sections;
}

function wordsOf(lines: readonly string[]): readonly string[] {
  return lines.map((line) => line.trim()).filter((line) => line !== '');
}

type VolumeLun = Pick<TgtTargetReport, 'megabytes' | 'readOnly' | 'identity'> & {
  readonly path: string | null;
};

function volumeLun(lines: readonly string[]): VolumeLun {
  const fields = new Map<string, string>();
  let lun = -1;
  for (const line of lines) {
    const [key = '', value = ''] = line.trim().split(/: (.*)/s);
    if (key === 'LUN') lun = Number(value);
    else if (lun === TGT_LUN) fields.set(key, value);
  }
  const path = fields.get('Backing store path');
  const [id, serial] = [fields.get('SCSI ID'), fields.get('SCSI SN')];
  return {
    path: path === undefined || path === 'None' ? null : path,
    megabytes: Number.parseInt(fields.get('Size') ?? '0', 10),
    readOnly: fields.get('Readonly') === 'Yes',
    identity: id === undefined || serial === undefined ? null : { id, serial },
  };
}

function sessionsIn(lines: readonly string[]): readonly TgtSession[] {
  const sessions: TgtSession[] = [];
  let session = -1;
  let initiator = '';
  for (const line of lines) {
    const [key, value = ''] = line.trim().split(/: (.*)/s);
    if (key === 'I_T nexus') session = Number(value);
    else if (key === 'Initiator') initiator = value.split(' ')[0] ?? '';
    else if (key === 'Connection') sessions.push({ initiator, session, connection: Number(value) });
  }
  return sessions;
}

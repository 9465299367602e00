import { TGT_LUN } from './tgt-commands.js';
import { NOBODY } from './tgt-file.js';

export interface TgtSession {
  readonly initiator: string;
  readonly session: number;
  readonly connection: number;
}

/** One target as `tgtadm --mode target --op show` prints it. */
export interface TgtTargetReport {
  readonly tid: number;
  readonly iqn: string;
  /** The device of the volume's LUN; null when there is no such LUN. */
  readonly device: string | null;
  /** Size of that LUN in millions of bytes, rounded; 0 when there is none. */
  readonly megabytes: number;
  readonly readOnly: boolean;
  readonly accounts: readonly string[];
  /** Initiator names and addresses that may log in. */
  readonly rules: readonly string[];
  readonly sessions: readonly TgtSession[];
}

const TARGET = /^Target (\d+): (\S+)$/;
const SECTION = /^ {4}(\S.*):$/;

/** The targets of the report, in its order. The indentation tells which list a line belongs to. */
export function targetsIn(output: string): readonly TgtTargetReport[] {
  const blocks: { tid: number; iqn: string; lines: string[] }[] = [];
  for (const line of output.split('\n')) {
    const head = TARGET.exec(line);
    if (head !== null) blocks.push({ tid: Number(head[1]), iqn: head[2] ?? '', lines: [] });
    else blocks.at(-1)?.lines.push(line);
  }
  return blocks.map(({ tid, iqn, lines }) => {
    const lun = volumeLun(section(lines, 'LUN information'));
    return {
      tid,
      iqn,
      device: lun.path,
      megabytes: lun.megabytes,
      readOnly: lun.readOnly,
      accounts: wordsOf(section(lines, 'Account information')),
      rules: wordsOf(section(lines, 'ACL information')).filter((rule) => rule !== NOBODY),
      sessions: sessionsIn(section(lines, 'I_T nexus information')),
    };
  });
}

/** Addresses and ports of the report of `tgtadm --mode portal --op show`: "Portal: 192.0.2.1:3260,1", a line each. */
export function portalsIn(output: string): readonly string[] {
  return [...output.matchAll(/^Portal: (\S+),\d+$/gm)].map(([, portal]) => portal ?? '');
}

function section(lines: readonly string[], title: string): readonly string[] {
  const start = lines.findIndex((line) => SECTION.exec(line)?.[1] === title);
  if (start < 0) return [];
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => SECTION.test(line));
  return end < 0 ? rest : rest.slice(0, end);
}

function wordsOf(lines: readonly string[]): readonly string[] {
  return lines.map((line) => line.trim()).filter((line) => line !== '');
}

function volumeLun(lines: readonly string[]): { path: string | null; megabytes: number; readOnly: boolean } {
  let lun = -1;
  let path: string | null = null;
  let megabytes = 0;
  let readOnly = false;
  for (const line of lines) {
    const [key, value = ''] = line.trim().split(/: (.*)/s);
    if (key === 'LUN') lun = Number(value);
    else if (lun !== TGT_LUN) continue;
    else if (key === 'Backing store path' && value !== 'None') path = value;
    else if (key === 'Size') megabytes = Number.parseInt(value, 10);
    else if (key === 'Readonly') readOnly = value === 'Yes';
  }
  return { path, megabytes, readOnly };
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

import { readFileSync, readlinkSync } from 'node:fs';

/** Start time of a process: field 22 of /proc/PID/stat, as an index into the fields after the command name. */
const START_TIME = 19;

/**
 * Location of this process: boot id, PID namespace, PID, and start time, which distinguishes it from a later process with
 * the same PID. Null without /proc.
 */
export function ownPlace(): string | null {
  const here = system();
  const stat = statOf(process.pid);
  return here === null || stat === null ? null : `${here} ${process.pid} ${stat.startTime}`;
}

/** True if the process at that place has certainly ended. Nothing is certain about another machine, container or boot. */
export function isGone(place: string | null): boolean {
  const here = system();
  if (place === null || here === null || !place.startsWith(`${here} `)) return false;
  const [pid, startTime] = place.slice(here.length + 1).split(' ');
  // Other users' processes may be hidden from /proc; they count as living.
  if (!exists(Number(pid))) return true;
  const stat = statOf(Number(pid));
  return stat !== null && (stat.startTime !== startTime || stat.hasEnded);
}

function system(): string | null {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return null;
  }
}

function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

function statOf(pid: number): { startTime: string; hasEnded: boolean } | null {
  try {
    // The command name is in parentheses, and may itself contain spaces and parentheses.
    const [, fields = ''] = /^.*\) (.*)$/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
    const [state, ...rest] = fields.trim().split(' ');
    const startTime = rest[START_TIME - 1];
    // Z is a process that has ended but was not reaped by its parent yet.
    return startTime === undefined ? null : { startTime, hasEnded: state === 'Z' || state === 'X' };
  } catch {
    return null;
  }
}

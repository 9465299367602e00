import { readFile } from 'node:fs/promises';
import type { Argv } from '../command/command-runner.js';
import { DriverError, type CallContext } from '../contract/index.js';
import * as lvm from './lvm-commands.js';
import type { LogicalVolume } from './lvm-reports.js';

/** The parts of a call's context that wiping needs. */
export type WipingCall = Pick<CallContext, 'signal' | 'progress'>;

export interface WipingParts {
  readonly group: string;
  /** Overwrite with zeros, or discard on disks that read zeros afterwards. */
  readonly kind: 'zero' | 'discard';
  /** Timeout for a whole volume in milliseconds; undefined: none. */
  readonly timeoutMs: number | undefined;
  /** Returns an id of the machine's current boot. */
  readonly bootId: () => Promise<string>;
  readonly run: (argv: Argv, signal: AbortSignal) => Promise<unknown>;
}

const MIB = 2 ** 20;

/** Range wiped by one command; small enough that every disk finishes it before the call times out. */
const STEP_MIB = 256;

/** Interval between progress notes; each one costs a change of LVM's metadata. */
const NOTE_EVERY_MS = 5_000;

const TAG = /^clinker\.wiped\.([0-9]+)\.([0-9a-f]+)$/;

/** Returns a volume's tags that record its wiping progress. They are void once a host may have written to it. */
export function wipingTags({ tags }: LogicalVolume): readonly string[] {
  return tags.filter((tag) => TAG.test(tag));
}

/** Returns the kernel's id of the current boot, in a form valid in a tag. */
export async function thisBoot(): Promise<string> {
  const id = await readFile('/proc/sys/kernel/random/boot_id', 'utf8');
  return id.replace(/[^0-9a-f]/g, '').slice(0, 16);
}

/**
 * Wipes a volume step by step and records the progress in a tag on the volume. Repeated after an interruption, it resumes
 * there, but not after a reboot of the machine, which may have lost data in a disk's cache.
 */
export async function wipe(
  volume: LogicalVolume,
  device: string,
  parts: WipingParts,
  { signal, progress }: WipingCall,
): Promise<void> {
  const { group, kind, timeoutMs, run } = parts;
  const timeUp = timeoutMs === undefined ? null : AbortSignal.timeout(timeoutMs);
  const boot = await parts.bootId();
  let noted = wipingTags(volume);
  let notedAt = Date.now();
  const end = Math.ceil(volume.bytes / MIB);
  for (let begin = wipedMib(noted, boot); begin < end; begin += STEP_MIB) {
    if (timeUp?.aborted === true) throw tooLong(volume.name, timeoutMs);
    const length = Math.min(STEP_MIB * MIB, volume.bytes - begin * MIB);
    await run(lvm.wipeRange(kind, device, begin * MIB, length), signal);
    progress?.();
    if (Date.now() - notedAt < NOTE_EVERY_MS) continue;
    const tag = `clinker.wiped.${begin + STEP_MIB}.${boot}`;
    await run(lvm.retag(group, volume.name, noted, [tag]), signal);
    [noted, notedAt] = [[tag], Date.now()];
  }
}

/** Returns the smallest progress recorded during this boot, in MiB. */
function wipedMib(tags: readonly string[], boot: string): number {
  const mib = tags.flatMap((tag) => {
    const [, done, at] = TAG.exec(tag) ?? [];
    return at === boot ? [Number(done)] : [];
  });
  return mib.length === 0 ? 0 : Math.min(...mib);
}

function tooLong(name: string, timeoutMs: number | undefined): DriverError {
  return new DriverError(
    'BUSY',
    `${name} could not be wiped within ${timeoutMs} ms (wipe_timeout_ms); deleting it again continues from there`,
  );
}

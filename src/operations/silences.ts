/** What is known of a process that renews its row. */
export interface Heard {
  readonly id: string;
  /** Changes with each renewal. */
  readonly renewedAt: string;
  /** Seconds without a renewal after which the process counts as dead. */
  readonly leaseS: number;
}

/** How long a process has been silent. */
export interface Silence extends Heard {
  readonly ms: number;
}

/** A look at all other processes. */
export interface Look {
  /** Milliseconds since the last look, and as planned. */
  readonly sinceMs: number;
  readonly plannedMs: number;
}

/** Renewals of a process per lease. */
const BEATS = 3;

/** Milliseconds between two renewals of a process. */
export const periodMs = (leaseS: number): number => (leaseS * 1000) / BEATS;

/**
 * Adds a look to what earlier looks have heard. Silence is counted while this process listens: a pause in which the others could
 * not renew their rows either, because this process or the database stood still, begins the count anew, and a look counts no more
 * than one renewal that did not come. So it takes three looks at least to find a process dead.
 */
export function listened(
  before: ReadonlyMap<string, Silence>,
  heard: readonly Heard[],
  { sinceMs, plannedMs }: Look,
): ReadonlyMap<string, Silence> {
  return new Map(
    heard.map((now) => {
      const last = before.get(now.id);
      const theirMs = periodMs(now.leaseS);
      const hasListened = sinceMs <= 2 * Math.max(plannedMs, theirMs);
      const isSilent = last?.renewedAt === now.renewedAt && hasListened;
      return [now.id, { ...now, ms: isSilent ? last.ms + Math.min(sinceMs, theirMs) : 0 }];
    }),
  );
}

export const isDead = ({ ms, leaseS }: Silence): boolean => ms >= leaseS * 1000;

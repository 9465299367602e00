import { performance } from 'node:perf_hooks';

/**
 * A UTC instant as the API shows it and the database stores it: `2026-01-31T12:00:00.000000`. Fixed width, so that text
 * order is time order; no zone suffix, as gophercloud requires (docs/specification.md#times-and-identifiers).
 */
export type Instant = string;

/** Starts a stopwatch; each call of it returns the elapsed milliseconds. */
export function stopwatch(): () => number {
  const start = performance.now();
  return () => performance.now() - start;
}

/** Returns the instant `ms` milliseconds after another; before it when negative. */
export function shiftInstant(instant: Instant, ms: number): Instant {
  const shifted = new Date(milliseconds(instant) + ms);
  return shifted.toISOString().slice(0, -1) + instant.slice(23);
}

/** Returns the seconds from an instant to a later one; 0 if it is not later, as clocks of several hosts may say. */
export function ageInSeconds(since: Instant, now: Instant): number {
  return Math.max(0, (milliseconds(now) - milliseconds(since)) / 1000);
}

function milliseconds(instant: Instant): number {
  return Date.parse(`${instant.slice(0, 23)}Z`);
}

/** Largest apparent difference between the system's two clocks caused by reading them one after the other. */
const READING_ERROR_MS = 2;

/** A clock set back by less than this was corrected; one set back further was wrong. */
const CORRECTION_MICROS = 1_000_000;

/**
 * This host's time in microseconds. It follows the host's clock when that is set, and after a suspend (docs/adr/0017).
 * Strictly increasing, unless the clock is set back by a second or more.
 */
export class Clock {
  private lastMicros = 0;
  private offsetMs = 0;

  now(): Instant {
    const measured = Math.round(this.readMs() * 1000);
    const isNext = measured > this.lastMicros || measured <= this.lastMicros - CORRECTION_MICROS;
    this.lastMicros = isNext ? measured : this.lastMicros + 1;
    const millis = Math.floor(this.lastMicros / 1000);
    const micros = (this.lastMicros % 1000).toString().padStart(3, '0');
    return new Date(millis).toISOString().slice(0, -1) + micros;
  }

  /** The wall clock has millisecond resolution; the monotonic clock adds the rest while both agree. */
  private readMs(): number {
    const steadyMs = performance.timeOrigin + performance.now();
    const wallMs = Date.now();
    if (Math.abs(wallMs - steadyMs - this.offsetMs) > READING_ERROR_MS) this.offsetMs = wallMs - steadyMs;
    return steadyMs + this.offsetMs;
  }
}

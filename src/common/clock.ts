import { performance } from 'node:perf_hooks';

/**
 * A UTC instant as the API shows it and the database keeps it: `2026-01-31T12:00:00.000000`. Fixed width, so
 * that text order is time order; no zone suffix, which gophercloud requires (SPEC 14).
 */
export type Instant = string;

/** Milliseconds since the call, each time it is asked. */
export function stopwatch(): () => number {
  const start = performance.now();
  return () => performance.now() - start;
}

/** The instant that lies `ms` milliseconds after another; before it when negative. */
export function shiftInstant(instant: Instant, ms: number): Instant {
  const shifted = new Date(Date.parse(`${instant.slice(0, 23)}Z`) + ms);
  return shifted.toISOString().slice(0, -1) + instant.slice(23);
}

/** The time, in microseconds, never the same twice and never backwards within this process. */
export class Clock {
  private lastMicros = 0n;

  now(): Instant {
    const measured = BigInt(Math.round((performance.timeOrigin + performance.now()) * 1000));
    this.lastMicros = measured > this.lastMicros ? measured : this.lastMicros + 1n;
    const millis = this.lastMicros / 1000n;
    const micros = (this.lastMicros % 1000n).toString().padStart(3, '0');
    return new Date(Number(millis)).toISOString().slice(0, -1) + micros;
  }
}

import { type Feature, HISTORY } from './history.js';

/** An API version such as 3.44; ordered by major, then minor number. */
export class Microversion {
  private constructor(
    readonly major: number,
    readonly minor: number,
  ) {}

  /** Parses a text such as `3.44`; null when it is not a version. */
  static parse(text: string): Microversion | null {
    const match = /^([1-9]\d{0,8})\.(0|[1-9]\d{0,8})$/.exec(text);
    return match === null ? null : new Microversion(Number(match[1]), Number(match[2]));
  }

  /** Returns a negative number, zero or a positive number if this version is older than, equal to or newer than the other. */
  compare(other: Microversion): number {
    return this.major - other.major || this.minor - other.minor;
  }

  /** Returns whether this version includes a feature. */
  has(feature: Feature): boolean {
    return this.compare(versionOf(feature)) >= 0;
  }

  toString(): string {
    return `${this.major}.${this.minor}`;
  }
}

const versions = new Map<string, Microversion>();
for (const { id, version } of HISTORY) {
  const parsed = Microversion.parse(version);
  if (parsed === null || versions.has(id))
    throw new Error(`history.ts: ${id} ${version} is malformed or repeated`);
  versions.set(id, parsed);
}

/** Returns the version that introduced a feature. */
export function versionOf(feature: Feature): Microversion {
  const version = versions.get(feature);
  if (version === undefined) throw new Error(`there is no feature ${feature}`);
  return version;
}

const all = [...versions.values()];

/** Oldest supported version. */
export const MINIMUM = all.reduce((least, version) => (version.compare(least) < 0 ? version : least));

/** Newest supported version, named `latest`. */
export const MAXIMUM = all.reduce((most, version) => (version.compare(most) > 0 ? version : most));

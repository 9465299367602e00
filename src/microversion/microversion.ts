import { type Feature, HISTORY } from './history.js';

/** A version of the API such as 3.44; versions are ordered by major, then minor number. */
export class Microversion {
  private constructor(
    readonly major: number,
    readonly minor: number,
  ) {}

  /** The version that a text such as `3.44` names, or null when it names none. */
  static parse(text: string): Microversion | null {
    const match = /^([1-9]\d{0,8})\.(0|[1-9]\d{0,8})$/.exec(text);
    return match === null ? null : new Microversion(Number(match[1]), Number(match[2]));
  }

  /** Negative, zero or positive as this version is older than, equal to or newer than the other. */
  compare(other: Microversion): number {
    return this.major - other.major || this.minor - other.minor;
  }

  /** Whether this version includes a feature. */
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

/** The version that brought a feature. */
export function versionOf(feature: Feature): Microversion {
  const version = versions.get(feature);
  if (version === undefined) throw new Error(`there is no feature ${feature}`);
  return version;
}

const all = [...versions.values()];

/** Oldest version served. */
export const MINIMUM = all.reduce((least, version) => (version.compare(least) < 0 ? version : least));

/** Newest version served; what `latest` means. */
export const MAXIMUM = all.reduce((most, version) => (version.compare(most) > 0 ? version : most));

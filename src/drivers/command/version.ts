/** Returns the first version number in a program's output, for instance [1, 0, 85]; null if there is none. */
export function versionIn(output: string): readonly number[] | null {
  const version = output.split(/[^0-9.]+/).find((word) => /^\d+(?:\.\d+)+$/.test(word));
  return version?.split('.').map(Number) ?? null;
}

/** Returns true if `version` is older than `least`. */
export function isOlder(version: readonly number[], least: readonly number[]): boolean {
  for (let part = 0; part < least.length; part += 1) {
    const [own = 0, wanted = 0] = [version[part], least[part]];
    if (own !== wanted) return own < wanted;
  }
  return false;
}

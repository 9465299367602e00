/** Remembers since when things have been found repeatedly. */
export class Sightings {
  private first = new Map<string, number>();

  /**
   * Records what was found now; forgets everything else.
   * @param now milliseconds of a monotonic clock.
   */
  note(keys: Iterable<string>, now: number): void {
    this.first = new Map([...keys].map((key) => [key, this.first.get(key) ?? now]));
  }

  /** True if the key was first found at least `ms` ago, and in every look since. */
  isOlderThan(key: string, ms: number, now: number): boolean {
    const first = this.first.get(key);
    return first !== undefined && now - first >= ms;
  }
}

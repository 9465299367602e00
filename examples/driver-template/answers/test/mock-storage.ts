import type { Chap, Target } from '../src/storage.js';

const CAPACITY_GIB = 100_000;

export interface MockVolume {
  sizeGib: number;
  target: Target | null;
  initiators: string[];
}

/** The volumes of a storage that exists only in memory. */
export class MockStorage {
  readonly volumes = new Map<string, MockVolume>();

  /** Everything as plain data, for a mock that is a program and ends after each command. */
  static from(saved: readonly (readonly [string, MockVolume])[]): MockStorage {
    const storage = new MockStorage();
    for (const [volumeId, volume] of saved) storage.volumes.set(volumeId, volume);
    return storage;
  }

  get capacity(): { readonly total_gib: number; readonly free_gib: number } {
    const used = [...this.volumes.values()].reduce((sum, { sizeGib }) => sum + sizeGib, 0);
    return { total_gib: CAPACITY_GIB, free_gib: Math.max(0, CAPACITY_GIB - used) };
  }

  /** Creates or grows a volume. @returns false if there is no room. */
  set(volumeId: string, sizeGib: number): boolean {
    const volume = this.volumes.get(volumeId);
    if (sizeGib - (volume?.sizeGib ?? 0) > this.capacity.free_gib) return false;
    if (volume === undefined) this.volumes.set(volumeId, { sizeGib, target: null, initiators: [] });
    else volume.sizeGib = Math.max(volume.sizeGib, sizeGib);
    return true;
  }

  export(volumeId: string, chap: Chap): Target | null {
    const volume = this.volumes.get(volumeId);
    if (volume === undefined) return null;
    volume.target ??= {
      iqn: `iqn.2026-01.com.example:${volumeId}`,
      portal: '192.0.2.10:3260',
      lun: 1,
      wwn: `36001405${volumeId.replaceAll('-', '').slice(0, 25)}`,
      chap,
    };
    return volume.target;
  }

  unexport(volumeId: string): void {
    const volume = this.volumes.get(volumeId);
    if (volume === undefined) return;
    volume.target = null;
    volume.initiators = [];
  }

  admit(volumeId: string, initiator: string): boolean {
    const volume = this.volumes.get(volumeId);
    if (volume === undefined || volume.target === null) return false;
    if (!volume.initiators.includes(initiator)) volume.initiators.push(initiator);
    return true;
  }

  evict(volumeId: string, initiator: string): void {
    const volume = this.volumes.get(volumeId);
    if (volume === undefined) return;
    volume.initiators = volume.initiators.filter((admitted) => admitted !== initiator);
  }

  /** A page of the exported volumes, ordered by id. */
  exports(
    after: string,
    limit: number,
  ): readonly { readonly id: string; readonly initiators: readonly string[] }[] {
    return [...this.volumes]
      .filter(([id, { target }]) => target !== null && id > after)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .slice(0, limit)
      .map(([id, { initiators }]) => ({ id, initiators }));
  }
}

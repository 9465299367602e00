import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DriverError, type AccessMode } from '../contract/index.js';

export interface AdmittedHost {
  readonly initiator: string;
  readonly mode: AccessMode;
}

export interface FakeExport {
  readonly targetIqn: string;
  readonly username: string;
  readonly password: string;
  readonly admitted: readonly AdmittedHost[];
}

export interface FakeVolume {
  readonly sizeGib: number;
  readonly export: FakeExport | null;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const FILE = /^([0-9a-f-]{36})\.json$/i;

/** Files hold CHAP passwords. */
const OWNER_ONLY = 0o600;

/** The backend's volumes: one JSON file each, written whole or not at all; or in memory only. */
export class FakeStore {
  private readonly volumes = new Map<string, FakeVolume>();

  /** @param folder where the files are; null keeps the volumes in memory. */
  constructor(private readonly folder: string | null) {}

  /** Reads what an earlier run left behind. */
  async load(): Promise<void> {
    if (this.folder === null) return;
    for (const name of await readdir(this.folder)) {
      const id = FILE.exec(name)?.[1];
      if (id !== undefined) this.volumes.set(id, await readVolume(join(this.folder, name)));
    }
  }

  find(id: string): FakeVolume | undefined {
    return this.volumes.get(id);
  }

  /** @throws NOT_FOUND */
  get(id: string): FakeVolume {
    const volume = this.volumes.get(id);
    if (volume === undefined) throw new DriverError('NOT_FOUND', `volume ${id} does not exist`);
    return volume;
  }

  all(): readonly (readonly [id: string, volume: FakeVolume])[] {
    return [...this.volumes];
  }

  usedGib(): number {
    return this.all().reduce((sum, [, volume]) => sum + volume.sizeGib, 0);
  }

  /** Adds or replaces a volume. It counts from the start of the call, so that two of them cannot share the last GiB. */
  async put(id: string, volume: FakeVolume): Promise<void> {
    const file = this.fileOf(id);
    const earlier = this.volumes.get(id);
    this.volumes.set(id, volume);
    if (file === null) return;
    try {
      await writeFile(`${file}.tmp`, JSON.stringify(volume), { mode: OWNER_ONLY });
      await rename(`${file}.tmp`, file);
    } catch (cause) {
      if (earlier === undefined) this.volumes.delete(id);
      else this.volumes.set(id, earlier);
      throw new DriverError('INTERNAL', `the state of volume ${id} could not be written`, { cause });
    }
  }

  async delete(id: string): Promise<void> {
    const file = this.fileOf(id);
    if (file !== null) await rm(file, { force: true });
    this.volumes.delete(id);
  }

  private fileOf(id: string): string | null {
    // The id becomes a file name, and must not lead out of the folder.
    if (!UUID.test(id)) throw new DriverError('INTERNAL', 'the id of the volume is no UUID');
    return this.folder === null ? null : join(this.folder, `${id}.json`);
  }
}

async function readVolume(file: string): Promise<FakeVolume> {
  try {
    // Only this store writes such files.
    return JSON.parse(await readFile(file, 'utf8')) as FakeVolume;
  } catch (cause) {
    throw new DriverError(
      'INTERNAL',
      `${file} cannot be read; restore it, or remove it to forget the volume`,
      {
        cause,
      },
    );
  }
}

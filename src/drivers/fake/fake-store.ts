import { DriverError } from '../contract/index.js';
import { openFakeDatabase, type FakeDatabase } from './fake-database.js';
import type { ExportedVolume, FakeExport, FakeVolume } from './fake-volume.js';

interface VolumeRow {
  readonly size_gib: number;
  readonly target: string | null;
}

interface ExportRow {
  readonly volume_id: string;
  readonly target: string;
}

/** The backend's volumes in a database. Each call reads or changes only the rows it needs, with one statement. */
export class FakeStore {
  private database: Promise<FakeDatabase> | undefined;

  /**
   * @param folder the database's folder; null keeps it in memory.
   * @param capacityGib total capacity for all volumes.
   */
  constructor(
    private readonly folder: string | null,
    private readonly capacityGib: number,
  ) {}

  /** Opens the database, with the data of an earlier run. */
  async open(): Promise<void> {
    await this.opened();
  }

  /** Closes the database; later calls fail. */
  async close(): Promise<void> {
    const database = await this.database?.catch(() => undefined);
    await database?.close();
  }

  async find(id: string): Promise<FakeVolume | undefined> {
    const rows = await this.read(`volume ${id}`, ({ find }) => find.rows<VolumeRow>(id));
    return rows.map(volumeOf)[0];
  }

  /** @throws NOT_FOUND */
  async get(id: string): Promise<FakeVolume> {
    const volume = await this.find(id);
    if (volume === undefined) throw notFound(id);
    return volume;
  }

  /** Returns at most `limit` exported volumes with an id greater than `after`, ordered by id. */
  async exports(after: string | null, limit: number): Promise<readonly ExportedVolume[]> {
    const rows = await this.read('the exports', ({ exports }) => exports.rows<ExportRow>(after ?? '', limit));
    return rows.map(({ volume_id: volumeId, target }) => ({ volumeId, export: exportOf(target) }));
  }

  async freeGib(): Promise<number> {
    const rows = await this.read('the backend', ({ usedGib }) => usedGib.rows<{ used_gib: number }>());
    return this.capacityGib - (rows[0]?.used_gib ?? 0);
  }

  /**
   * Creates the volume unless it exists.
   * @throws RESOURCE_EXHAUSTED
   */
  async create(id: string, sizeGib: number): Promise<void> {
    const { capacityGib } = this;
    const made = await this.write(id, ({ create }) => create.change(id, sizeGib, capacityGib));
    if (made === 0 && (await this.find(id)) === undefined) throw await this.exhausted(sizeGib);
  }

  /**
   * Extends the volume unless it is already that large.
   * @throws NOT_FOUND, RESOURCE_EXHAUSTED
   */
  async extend(id: string, sizeGib: number): Promise<void> {
    const { capacityGib } = this;
    const grown = await this.write(id, ({ extend }) => extend.change(id, sizeGib, capacityGib));
    if (grown > 0) return;
    const stored = await this.get(id);
    if (stored.sizeGib < sizeGib) throw await this.exhausted(sizeGib - stored.sizeGib);
  }

  /** Removes the volume and its export. */
  async delete(id: string): Promise<void> {
    await this.write(id, (database) => database.delete.change(id));
  }

  /**
   * Exports the volume unless it is already exported.
   * @returns the volume's export.
   * @throws NOT_FOUND
   */
  async addExport(id: string, target: FakeExport): Promise<FakeExport> {
    const text = JSON.stringify(target);
    const rows = await this.write(id, ({ addExport }) => addExport.rows<Pick<ExportRow, 'target'>>(id, text));
    const [stored] = rows;
    if (stored === undefined) throw notFound(id);
    return exportOf(stored.target);
  }

  /**
   * Sets or replaces the volume's export.
   * @throws NOT_FOUND
   */
  async putExport(id: string, target: FakeExport): Promise<void> {
    const put = await this.write(id, ({ putExport }) => putExport.change(id, JSON.stringify(target)));
    if (put === 0) throw notFound(id);
  }

  /** @returns whether there was an export to change. */
  async changeExport(id: string, target: FakeExport): Promise<boolean> {
    const text = JSON.stringify(target);
    return (await this.write(id, ({ changeExport }) => changeExport.change(id, text))) > 0;
  }

  async removeExport(id: string): Promise<void> {
    await this.write(id, ({ removeExport }) => removeExport.change(id));
  }

  /** Opens the database on the first call if `setup` was not called. */
  private opened(): Promise<FakeDatabase> {
    return (this.database ??= openFakeDatabase(this.folder));
  }

  private async read<T>(what: string, query: (database: FakeDatabase) => Promise<T>): Promise<T> {
    const database = await this.opened();
    try {
      return await query(database);
    } catch (cause) {
      throw new DriverError('INTERNAL', `the state of ${what} could not be read`, { cause });
    }
  }

  private async write<T>(id: string, change: (database: FakeDatabase) => Promise<T>): Promise<T> {
    const database = await this.opened();
    try {
      return await change(database);
    } catch (cause) {
      throw new DriverError('INTERNAL', `the state of volume ${id} could not be written`, { cause });
    }
  }

  private async exhausted(neededGib: number): Promise<DriverError> {
    const freeGib = await this.freeGib();
    return new DriverError('RESOURCE_EXHAUSTED', `${neededGib} GiB are needed and ${freeGib} GiB are free`);
  }
}

function volumeOf({ size_gib: sizeGib, target }: VolumeRow): FakeVolume {
  return { sizeGib, export: target === null ? null : exportOf(target) };
}

/** Parses without checks, since only this store writes the column. */
function exportOf(target: string): FakeExport {
  return JSON.parse(target) as FakeExport;
}

function notFound(id: string): DriverError {
  return new DriverError('NOT_FOUND', `volume ${id} does not exist`);
}

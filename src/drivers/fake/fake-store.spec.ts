import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openFakeDatabase } from './fake-database.js';
import { FakeStore } from './fake-store.js';
import { newExport } from './fake-target.js';
import { Sqlite } from './sqlite.js';

const CAPACITY = 1_000_000;

let folder: string;
let stores: FakeStore[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clinker-store-'));
  stores = [];
});
afterEach(async () => {
  for (const store of stores) await store.close();
  await rm(folder, { recursive: true });
});

/** A new store over the test's folder. Each one stands for another server. */
function aStore(capacityGib = CAPACITY, where: string | null = folder): FakeStore {
  const store = new FakeStore(where, capacityGib);
  stores.push(store);
  return store;
}

async function opened(...given: Parameters<typeof aStore>): Promise<FakeStore> {
  const store = aStore(...given);
  await store.open();
  return store;
}

/** Changes the database file without the store. */
async function behind(sql: string): Promise<void> {
  const database = await Sqlite.open(join(folder, 'volumes.sqlite'), 1000);
  await database.run(sql);
  await database.close();
}

/** Counts the outcomes of each kind. */
async function outcomesOf(works: readonly Promise<unknown>[]): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const outcome of await Promise.allSettled(works)) {
    const kind = outcome.status === 'fulfilled' ? 'done' : (outcome.reason as { code: string }).code;
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
}

describe.each<[string, () => string | null]>([
  ['in a file', () => folder],
  ['in memory', () => null],
])('exports %s', (_where, place) => {
  /** Creates `count` volumes, exports two of every three, and returns the sorted ids of the exported ones. */
  async function filled(store: FakeStore, count: number): Promise<readonly string[]> {
    const ids = Array.from({ length: count }, () => randomUUID());
    for (const [index, id] of ids.entries()) {
      await store.create(id, 1);
      if (index % 3 > 0) await store.addExport(id, newExport(id));
    }
    return ids.filter((_id, index) => index % 3 > 0).sort();
  }

  it('are listed in the order of their ids, a page at a time', async () => {
    const store = await opened(CAPACITY, place());
    const ids = await filled(store, 20);
    const pages: string[][] = [];
    for (let after: string | null = null; pages.at(-1)?.length !== 0; after = pages.at(-1)?.at(-1) ?? null) {
      pages.push((await store.exports(after, 5)).map(({ volumeId }) => volumeId));
    }
    expect(pages.map(({ length }) => length)).toEqual([5, 5, 3, 0]);
    expect(pages.flat()).toEqual(ids);
  });

  it('are listed from behind an id that is not there any more', async () => {
    const store = await opened(CAPACITY, place());
    const [first = '', second = '', third] = await filled(store, 6);
    await store.delete(first);
    await store.removeExport(second);
    expect((await store.exports(first, 1)).map(({ volumeId }) => volumeId)).toEqual([third]);
    expect((await store.exports(null, 1)).map(({ volumeId }) => volumeId)).toEqual([third]);
  });

  it('go with their volume', async () => {
    const store = await opened(CAPACITY, place());
    const [id = ''] = await filled(store, 2);
    await store.delete(id);
    await store.create(id, 1);
    expect(await store.find(id)).toEqual({ sizeGib: 1, export: null });
    expect(await store.exports(null, 5)).toEqual([]);
  });

  it('are not made for a volume that is not there, nor changed where there is none', async () => {
    const store = await opened(CAPACITY, place());
    const id = randomUUID();
    await expect(store.addExport(id, newExport(id))).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(store.putExport(id, newExport(id))).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await store.create(id, 1);
    expect(await store.changeExport(id, newExport(id))).toBe(false);
    expect(await store.find(id)).toEqual({ sizeGib: 1, export: null });
  });

  it('stay as they are when they are made again', async () => {
    const store = await opened(CAPACITY, place());
    const id = randomUUID();
    await store.create(id, 1);
    const made = await store.addExport(id, newExport(id));
    expect(await store.addExport(id, newExport(id))).toEqual(made);
    expect(await store.find(id)).toEqual({ sizeGib: 1, export: made });
  });
});

describe('two servers on one folder', () => {
  it('open it at once, although neither finds it made', async () => {
    const both = Array.from({ length: 8 }, () => aStore());
    await Promise.all(both.map((store) => store.open()));
    const ids = both.map(() => randomUUID());
    await Promise.all(both.map((store, index) => store.create(ids[index] ?? '', 2)));
    for (const id of ids) expect(await both[0]?.find(id)).toEqual({ sizeGib: 2, export: null });
  });

  it('wait for each other to turn the log on, for which SQLite itself does not', async () => {
    const other = await Sqlite.open(join(folder, 'volumes.sqlite'), 1000);
    await other.run('BEGIN; SELECT * FROM sqlite_schema');
    const opening = openFakeDatabase(folder, 1);
    // Long enough for a first attempt. If it were too short, the test would only prove less.
    await sleep(200);
    await other.run('COMMIT');
    await (await opening).close();
    await other.close();
    expect(await readdir(folder)).toEqual(['volumes.sqlite']);
  });

  it('do not share the last GiB: creates', async () => {
    const [one, other] = [await opened(5), await opened(5)];
    const creates = [one, other, one, other].map((store) => store.create(randomUUID(), 2));
    expect(await outcomesOf(creates)).toEqual({ done: 2, RESOURCE_EXHAUSTED: 2 });
    expect(await one.freeGib()).toBe(1);
  });

  it('do not share the last GiB: extensions', async () => {
    const [one, other] = [await opened(5), await opened(5)];
    const [mine, yours] = [randomUUID(), randomUUID()];
    await one.create(mine, 1);
    await one.create(yours, 1);
    expect(await outcomesOf([one.extend(mine, 4), other.extend(yours, 4)])).toEqual({
      done: 1,
      RESOURCE_EXHAUSTED: 1,
    });
    expect(await other.freeGib()).toBe(0);
  });

  it('make and remove one volume once', async () => {
    const [one, other] = [await opened(5), await opened(5)];
    const id = randomUUID();
    expect(await outcomesOf([one, other, one].map((store) => store.create(id, 3)))).toEqual({ done: 3 });
    expect(await one.freeGib()).toBe(2);
    expect(await outcomesOf([one, other, one].map((store) => store.delete(id)))).toEqual({ done: 3 });
    expect(await one.freeGib()).toBe(5);
  });
});

describe('a file', () => {
  it('is its owner’s alone, as are the ones beside it, and is closed whole', async () => {
    const store = await opened();
    await store.create(randomUUID(), 1);
    const names = (await readdir(folder)).sort();
    expect(names).toEqual(['volumes.sqlite', 'volumes.sqlite-shm', 'volumes.sqlite-wal']);
    for (const name of names) expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
    await store.close();
    expect(await readdir(folder)).toEqual(['volumes.sqlite']);
    await expect(store.find(randomUUID())).rejects.toMatchObject({ code: 'INTERNAL' });
  });

  it('that is no database is refused by name', async () => {
    await writeFile(join(folder, 'volumes.sqlite'), 'no database, '.repeat(100));
    await expect(aStore().open()).rejects.toMatchObject({
      code: 'INTERNAL',
      message: expect.stringContaining(join(folder, 'volumes.sqlite')),
    });
  });

  it('that takes no change keeps what was there', async () => {
    const store = await opened();
    const id = randomUUID();
    await store.create(id, 1);
    const refuse = "BEGIN SELECT RAISE(ABORT, 'the disk is full'); END";
    await behind(`CREATE TRIGGER full_disk BEFORE UPDATE ON capacity ${refuse};
      CREATE TRIGGER full_disk_too BEFORE INSERT ON exports ${refuse};`);
    const message = (of: string) => `the state of volume ${of} could not be written`;
    const further = randomUUID();
    await expect(store.create(further, 1)).rejects.toMatchObject({
      code: 'INTERNAL',
      message: message(further),
    });
    await expect(store.extend(id, 2)).rejects.toMatchObject({ code: 'INTERNAL', message: message(id) });
    await expect(store.addExport(id, newExport(id))).rejects.toMatchObject({ code: 'INTERNAL' });
    expect(await store.find(id)).toEqual({ sizeGib: 1, export: null });
    expect(await store.find(further)).toBeUndefined();
    expect(await store.freeGib()).toBe(CAPACITY - 1);
  });
});

describe('the files of an earlier release', () => {
  /** Writes `count` files of 2 GiB volumes, every other one exported, and returns their contents by id. */
  async function left(count: number) {
    const volumes = Array.from({ length: count }, (_, index) => {
      const id = randomUUID();
      return [id, { sizeGib: 2, export: index % 2 === 0 ? newExport(id) : null }] as const;
    });
    for (const [id, volume] of volumes) await writeFile(fileOf(id), JSON.stringify(volume));
    return volumes;
  }

  const fileOf = (id: string) => join(folder, `${id}.json`);

  async function expectTakenOver(store: FakeStore, volumes: Awaited<ReturnType<typeof left>>) {
    for (const [id, volume] of volumes) expect(await store.find(id)).toEqual(volume);
    expect(await store.freeGib()).toBe(CAPACITY - 2 * volumes.length);
    expect((await readdir(folder)).filter((name) => name.includes('json'))).toEqual([]);
  }

  it('are migrated and removed, even an unfinished one', async () => {
    const volumes = await left(300);
    const [unfinished] = volumes[0] ?? [];
    await writeFile(`${fileOf(unfinished ?? '')}.tmp`, '{"half');
    await expectTakenOver(await opened(), volumes);
  });

  it('are migrated once, wherever the migration was interrupted', async () => {
    const volumes = await left(3);
    const texts = await Promise.all(volumes.map(([id]) => readFile(fileOf(id), 'utf8')));
    await (await opened()).close();
    // As if the process had died between the commit and the removal.
    for (const [index, [id]] of volumes.entries()) await writeFile(fileOf(id), texts[index] ?? '');
    await expectTakenOver(await opened(), volumes);
  });

  it('are migrated once by servers that start at the same time', async () => {
    const volumes = await left(300);
    const both = [aStore(), aStore()];
    await Promise.all(both.map((store) => store.open()));
    await expectTakenOver(both[1] ?? aStore(), volumes);
  });

  it.each(['{"half', '{}', 'null', ''])(
    'that say %j are refused by name, and nothing is lost',
    async (text) => {
      const volumes = await left(300);
      const [id, volume] = volumes[260] ?? [''];
      await writeFile(fileOf(id), text);
      const message = `${fileOf(id)} cannot be read; restore it, or remove it to forget the volume`;
      await expect(aStore().open()).rejects.toMatchObject({ code: 'INTERNAL', message });
      await writeFile(fileOf(id), JSON.stringify(volume));
      await expectTakenOver(await opened(), volumes);
    },
  );

  it('that cannot be opened are refused by name', async () => {
    const id = randomUUID();
    await mkdir(fileOf(id));
    await expect(aStore().open()).rejects.toMatchObject({
      message: expect.stringContaining(fileOf(id)),
    });
  });
});

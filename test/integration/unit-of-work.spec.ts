import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Config } from '../../src/platform/config/config.schema.js';
import { ENTITIES } from '../../src/app/entities.js';
import { loadConfig } from '../../src/platform/config/load-config.js';
import { createWriter } from '../../src/platform/database/data-source.js';
import { Database } from '../../src/platform/database/database.module.js';
import { SqliteUnitOfWork } from '../../src/platform/database/sqlite-unit-of-work.js';
import type { Tx } from '../../src/platform/database/unit-of-work.js';
import { VolumeTypeEntity } from '../../src/volumes/types/volume-type.entity.js';
import { emptyDatabaseUrl, onSqlite } from '../support/databases.js';

const aType = (name: string): VolumeTypeEntity => ({
  id: name,
  name,
  description: null,
  isPublic: true,
  extraSpecs: {},
  createdAt: '2026-01-01T00:00:00.000000',
  updatedAt: null,
});

const insert = (tx: Tx, name: string): Promise<unknown> => tx.manager.insert(VolumeTypeEntity, aType(name));

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

let folder: string;
let config: Config;
let database: Database;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clinker-uow-'));
  const url = await emptyDatabaseUrl(join(folder, 'clinker.sqlite'));
  config = loadConfig({ DATABASE_URL: url, CLINKER_DATA_FOLDER: folder }, folder);
  database = await Database.open(config, ENTITIES);
});

afterEach(async () => {
  await database.close();
  await rm(folder, { recursive: true, force: true });
});

async function names(): Promise<string[]> {
  const rows = await database.reader.rows<{ name: string }>(
    'SELECT name FROM volume_types ORDER BY name',
    [],
  );
  return rows.map(({ name }) => name);
}

describe('the unit of work', () => {
  it('keeps what was acknowledged when units beside it fail', async () => {
    const outcomes = await Promise.allSettled(
      Array.from({ length: 200 }, (_, index) =>
        database.unitOfWork.run(async (tx) => {
          await insert(tx, `type-${index.toString().padStart(3, '0')}`);
          await nextTurn();
          if (index % 3 === 0) throw new Error('this unit fails');
        }),
      ),
    );
    const acknowledged = outcomes.flatMap(({ status }, index) =>
      status === 'fulfilled' ? [`type-${index.toString().padStart(3, '0')}`] : [],
    );
    expect(acknowledged).toHaveLength(133);
    expect(await names()).toEqual(acknowledged);
  });

  it('keeps it also when writers go around the queue into save(), which would open a transaction of its own', async () => {
    const outcomes = await Promise.allSettled(
      Array.from({ length: 60 }, (_, index) =>
        database.unitOfWork.run(async (tx) => {
          await tx.manager.save(VolumeTypeEntity, aType(`saved-${index.toString().padStart(2, '0')}`));
          if (index % 2 === 0) throw new Error('this unit fails');
        }),
      ),
    );
    expect(await names()).toHaveLength(outcomes.filter(({ status }) => status === 'fulfilled').length);
  });

  it('shows readers nothing that is not committed', async () => {
    let seen: string[] = ['not looked'];
    await database.unitOfWork.run(async (tx) => {
      await insert(tx, 'pending');
      seen = await names();
    });
    expect(seen).toEqual([]);
    expect(await names()).toEqual(['pending']);
  });

  it('passes on what the work throws and goes on with the next unit', async () => {
    await expect(database.unitOfWork.run(() => Promise.reject(new Error('mine')))).rejects.toThrow('mine');
    await database.unitOfWork.run((tx) => insert(tx, 'after'));
    expect(await names()).toEqual(['after']);
  });

  // Pools guarantee no order; SQLite's queue does.
  onSqlite(it)('runs units that were queued at once in their order', async () => {
    const order: number[] = [];
    await Promise.all(
      [1, 2, 3, 4].map((number) =>
        database.unitOfWork.run(async () => {
          await nextTurn();
          order.push(number);
        }),
      ),
    );
    expect(order).toEqual([1, 2, 3, 4]);
  });
});

onSqlite(describe)("TypeORM's shared SQLite connection", () => {
  it('loses acknowledged writes without the unit of work: why there is one', async () => {
    const bare = await createWriter(config, ENTITIES).initialize();
    try {
      let failing: Promise<unknown> | undefined;
      await bare
        .transaction(async (manager) => {
          await manager.insert(VolumeTypeEntity, aType('in-the-transaction'));
          // A foreign write, acknowledged while this transaction is open…
          failing = bare.manager.insert(VolumeTypeEntity, aType('acknowledged'));
          await failing;
          throw new Error('roll back');
        })
        .catch(() => undefined);
      await expect(failing).resolves.toMatchObject({ identifiers: [{ id: 'acknowledged' }] });
      // …is lost with it.
      expect(await names()).toEqual([]);
    } finally {
      await bare.destroy();
    }
  });

  it('has the write lock from the beginning of a unit: what it read is still true when it writes', async () => {
    const stranger = await createWriter(config, ENTITIES).initialize();
    try {
      await stranger.query('PRAGMA busy_timeout = 0');
      const write = () => stranger.manager.insert(VolumeTypeEntity, aType('between'));
      await database.unitOfWork.run(async (tx) => {
        await tx.manager.count(VolumeTypeEntity);
        await expect(write()).rejects.toThrow('SQLITE_BUSY');
        await insert(tx, 'first');
      });
      await write();
      expect(await names()).toEqual(['between', 'first']);
    } finally {
      await stranger.destroy();
    }
  });

  it('is opened durable, in WAL mode, with a reader that cannot write', async () => {
    const pragmas = await database.unitOfWork.run(async (tx) => ({
      journal: await tx.manager.query<unknown>('PRAGMA journal_mode'),
      synchronous: await tx.manager.query<unknown>('PRAGMA synchronous'),
    }));
    expect(pragmas).toEqual({ journal: [{ journal_mode: 'wal' }], synchronous: [{ synchronous: 2 }] });
    await expect(database.reader.rows("DELETE FROM volume_types WHERE name = 'x'", [])).rejects.toThrow(
      /read-only/,
    );
  });

  it('lets two processes write by turns', async () => {
    // A command beside the server, such as rotate-keys; a second server would be refused.
    const writer = await createWriter(config, ENTITIES).initialize();
    const other = new SqliteUnitOfWork(writer, { waitMs: 10_000 });
    try {
      await Promise.all(
        Array.from({ length: 100 }, (_, index) =>
          (index % 2 === 0 ? database.unitOfWork : other).run((tx) => insert(tx, `shared-${index}`)),
        ),
      );
      expect(await names()).toHaveLength(100);
    } finally {
      await writer.destroy();
    }
  });
});

describe('the schema', () => {
  it('refuses a database of a newer release', async () => {
    await database.unitOfWork.run((tx) =>
      tx.manager.query(
        "INSERT INTO migrations (timestamp, name) VALUES (9999999999999, 'FromTheFuture9999999999999')",
      ),
    );
    await database.close();
    await expect(Database.open(config, ENTITIES)).rejects.toThrow(/newer release.*FromTheFuture/);
  });

  it('opens a second time without changing anything', async () => {
    await database.unitOfWork.run((tx) => insert(tx, 'kept'));
    await database.close();
    database = await Database.open(config, ENTITIES);
    expect(await names()).toEqual(['kept']);
  });
});

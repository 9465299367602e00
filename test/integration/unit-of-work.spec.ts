import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Config } from '../../src/config/config.schema.js';
import { loadConfig } from '../../src/config/load-config.js';
import { createWriter } from '../../src/database/data-source.js';
import { Database } from '../../src/database/database.module.js';
import { createUnitOfWork, type Tx } from '../../src/database/unit-of-work.js';
import { VolumeTypeEntity } from '../../src/volume-types/volume-type.entity.js';
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
  database = await Database.open(config);
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

  // Pools order nothing; SQLite's queue promises it.
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
    const bare = await createWriter(config).initialize();
    try {
      let failing: Promise<unknown> | undefined;
      await bare
        .transaction(async (manager) => {
          await manager.insert(VolumeTypeEntity, aType('in-the-transaction'));
          // A stranger's write, acknowledged while this transaction is open…
          failing = bare.manager.insert(VolumeTypeEntity, aType('acknowledged'));
          await failing;
          throw new Error('roll back');
        })
        .catch(() => undefined);
      await expect(failing).resolves.toBeDefined();
      // …is gone with it.
      expect(await names()).toEqual([]);
    } finally {
      await bare.destroy();
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
    // A command beside the server, such as rotate-keys; a second server is refused.
    const writer = await createWriter(config).initialize();
    const other = createUnitOfWork('sqlite', writer);
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
    await expect(Database.open(config)).rejects.toThrow(/newer release.*FromTheFuture/);
  });

  it('opens a second time without changing anything', async () => {
    await database.unitOfWork.run((tx) => insert(tx, 'kept'));
    await database.close();
    database = await Database.open(config);
    expect(await names()).toEqual(['kept']);
  });
});

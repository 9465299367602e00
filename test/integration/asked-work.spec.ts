import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { AskedWorkHandlers } from '../../src/operations/asked-work-handlers.js';
import { OperationJournal } from '../../src/operations/operation-journal.js';
import { AskedWorkRepository } from '../../src/operations/asked-work.repository.js';
import { ThisProcess } from '../../src/operations/this-process.js';
import { type Tx, UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { onServers } from '../support/databases.js';
import { seedAttached } from '../support/seed.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

const VOLUMES = 2000;
const ENTRIES_OF_EACH = 10;
const CHUNK = 500;
/** This server leaves it alone. */
const KIND = 'of-a-newer-release';
const ASKABLE = { backends: ['fake'], kinds: [KIND] };

onServers(describe)('work that API replicas ask for', () => {
  let server: TestApp;
  beforeEach(async () => {
    server = await createTestApp();
  });
  afterEach(() => server.close());

  const inUnit = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => server.app.get(UnitOfWork).run(work);

  async function openEntries(
    volumes: readonly string[],
    owner: string,
    asker: string | null,
    kind = KIND,
  ): Promise<string[]> {
    const ids = volumes.map(() => randomUUID());
    for (let begin = 0; begin < volumes.length; begin += CHUNK) {
      const rows = volumes
        .slice(begin, begin + CHUNK)
        .map((volume, index) => [
          ids[begin + index] ?? '',
          kind,
          volume,
          'req-1',
          owner,
          asker,
          '{}',
          '2026-01-01T00:00:00.000000',
        ]);
      const places = rows.map((row) => `(${row.map(() => '?').join(', ')})`).join(', ');
      await inUnit(({ statements }) =>
        statements.rows(
          `INSERT INTO operations (id, kind, volume_id, request_id, owner, asker, details, started_at) VALUES ${places}`,
          rows.flat(),
        ),
      );
    }
    return ids;
  }

  it('is found by its askers, whatever else is open', async () => {
    const volumes = await seedAttached(server, VOLUMES);
    await openEntries(Array.from({ length: ENTRIES_OF_EACH }, () => volumes).flat(), '', null);
    const asker = server.app.get(ThisProcess).id;
    const asked = await openEntries(volumes.slice(0, 1), asker, asker);
    // Its process has ended.
    await openEntries(volumes.slice(1, 2), 'gone', 'gone');
    const isPostgres = server.config.database_url?.startsWith('postgres') === true;
    const tables = ['operations', 'volumes', 'processes'].join(', ');
    await inUnit(({ manager }) => manager.query(isPostgres ? 'ANALYZE' : `ANALYZE TABLE ${tables}`));

    const [found, plan] = await inUnit(async (tx) => {
      const query = jest.spyOn(tx.manager.queryRunner!, 'query');
      const ids = await server.app.get(AskedWorkRepository).waiting(tx, ASKABLE, 100);
      const [sql, parameters] = query.mock.calls.at(-1)!;
      query.mockRestore();
      return [ids, await tx.manager.query<Record<string, string>[]>(`EXPLAIN ${sql}`, parameters)] as const;
    });

    expect(found).toEqual(asked);
    const steps = isPostgres
      ? plan.map((row) => row['QUERY PLAN'])
      : plan.map(({ table, key }) => `${table} by ${key}`);
    expect(steps.join('\n')).toMatch(
      isPostgres ? /Scan .*operations_asked/ : /^operation by operations_asked$/m,
    );
  });

  it('can be taken while its asker lives', async () => {
    const volumes = await seedAttached(server, 2);
    const asker = server.app.get(ThisProcess).id;
    const [asked] = await openEntries(volumes.slice(0, 1), asker, asker);
    const [orphaned] = await openEntries(volumes.slice(1), 'gone', 'gone');
    const isWaiting = (id = ''): Promise<boolean> =>
      inUnit((tx) => server.app.get(AskedWorkRepository).isWaiting(tx, ASKABLE, id));
    expect([await isWaiting(asked), await isWaiting(orphaned)]).toEqual([true, false]);
  });

  it('is not taken back from a node that has just taken it', async () => {
    const volumes = await seedAttached(server, 1);
    const self = server.app.get(ThisProcess).id;
    const [id = ''] = await openEntries(volumes, self, self, 'disconnect');
    const journal = server.app.get(OperationJournal);
    const operation = await inUnit((tx) => journal.find(tx, id));
    const takeFrom = journal.takeFrom.bind(journal);
    jest.spyOn(journal, 'takeFrom').mockImplementation(async (tx, seen) => {
      const isTaken = await takeFrom(tx, seen);
      // Between two statements, in a transaction of its own.
      await inUnit(({ statements }) =>
        statements.change('UPDATE operations SET owner = ? WHERE id = ? AND owner = ?', ['node', id, self]),
      );
      return isTaken;
    });
    const why = { reason: 'The volume node does not answer.', hasBegun: false };
    const isTaken = await inUnit((tx) => server.app.get(AskedWorkHandlers).takeBack(tx, operation!, why));
    expect(isTaken).toBe(false);
    expect(await inUnit((tx) => journal.find(tx, id))).toMatchObject({ owner: 'node' });
  });
});

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { AttachmentEventsRepository } from '../../src/attachments/history/attachment-events.repository.js';
import { IdempotencyKeysRepository } from '../../src/attachments/reservations/idempotency-keys.repository.js';
import { idempotencyKey } from '../../src/attachments/reservations/idempotency-key.js';
import { Reader } from '../../src/platform/database/reader.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { MessagesRepository } from '../../src/volumes/messages/messages.repository.js';
import { BATCH, ExpiredRows } from '../../src/operations/expired-rows.js';
import { aConnector, type Api } from '../support/api.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

const LONG_AGO = '2026-01-01T00:00:00.000000';
const FAR_AWAY = '2999-01-01T00:00:00.000000';

/** Seeded messages, keys, and deleted attachments with two events each: 100,000 rows in total. */
const SEEDED = 25_000;

/** Time limit for removing them on a busy machine. */
const LONG_MS = 600_000;

/** Events of an attachment that was updated many times before its deletion. */
const STEPS = 1001;

/** Reserved, connecting, connect-failed, deleted. */
const EVENTS_OF_A_FAILURE = 4;

/** Creating, created. */
const EVENTS_OF_A_VOLUME = 2;

const TABLES = { messages: SEEDED, idempotency_keys: SEEDED, attachment_events: 2 * SEEDED + STEPS };

type Table = keyof typeof TABLES;

const realPurge = Object.getOwnPropertyDescriptor(ExpiredRows.prototype, 'purge')?.value as (
  this: ExpiredRows,
) => Promise<void>;

/** Removes expired rows; the server's own periodic run is disabled in these tests. */
const purge = (): Promise<void> => realPurge.call(server.app.get(ExpiredRows));

let server: TestApp;
let api: Api;

/** Numbers from 0, as `n`, in SQL that every database accepts. */
function numbers(count: number): string {
  const places = [1, 10, 100, 1000, 10_000];
  const digits = Array.from({ length: 10 }, (_, digit) => `SELECT ${String(digit)} AS d`).join(' UNION ALL ');
  const tables = places.map((place) => `(${digits}) p${String(place)}`).join(' CROSS JOIN ');
  const n = places.map((place) => `p${String(place)}.d * ${String(place)}`).join(' + ');
  return `(SELECT ${n} AS n FROM ${tables}) numbers WHERE n < ${String(count)}`;
}

const write = (sql: string): Promise<unknown> =>
  server.app.get(UnitOfWork).run(({ manager }) => manager.query(sql));

async function seed(): Promise<void> {
  await write(`INSERT INTO messages
    SELECT CONCAT('old-', n), '${api.project}', 'req-1', 'VOLUME_1', 'ERROR', 'it broke', 'VOLUME', 'v', '${LONG_AGO}', '${LONG_AGO}'
    FROM ${numbers(SEEDED)}`);
  await write(`INSERT INTO idempotency_keys
    SELECT CONCAT('old-', n), 'print', 'a', '${LONG_AGO}' FROM ${numbers(SEEDED)}`);
  const event = (
    id: string,
    seq: string,
    kind: string,
    from: string,
  ): string => `INSERT INTO attachment_events
    SELECT ${id}, ${seq}, 'v', '${api.project}', '${kind}', NULL, '${kind}', NULL, NULL, 'req-1', NULL, NULL, '${LONG_AGO}', NULL, NULL, NULL, NULL, NULL FROM ${from}`;
  await write(event("CONCAT('old-', n)", '1', 'reserved', numbers(SEEDED)));
  await write(event("CONCAT('old-', n)", '2', 'deleted', numbers(SEEDED)));
  await write(event("'much'", 'n + 1', 'connected', numbers(STEPS - 1)));
  await write(event("'much'", String(STEPS), 'deleted', numbers(1)));
}

async function countOf(table: Table): Promise<number> {
  const [row] = await server.app
    .get(Reader)
    .rows<{ rows: number | string }>(`SELECT COUNT(*) AS "rows" FROM ${table}`, []);
  return Number(row?.rows);
}

async function counts(): Promise<Record<Table, number>> {
  const [messages, keys, events] = await Promise.all(
    (Object.keys(TABLES) as Table[]).map((table) => countOf(table)),
  );
  return {
    messages: Number(messages),
    idempotency_keys: Number(keys),
    attachment_events: Number(events),
  };
}

const create = (key: string, volume: string): ReturnType<Api['send']> =>
  api.send('POST', '/v3/attachments', { attachment: { volume_uuid: volume } }, { 'Idempotency-Key': key });

/** A failed create, about which the project gets a message. */
async function fail(): Promise<string> {
  const volume = await api.volume();
  const answer = await api.create(volume, { connector: aConnector('bad') });
  expect(answer.status).toBe(500);
  return volume;
}

beforeAll(async () => {
  jest.spyOn(ExpiredRows.prototype, 'purge').mockResolvedValue();
  server = await createTestApp({ fake: { faults: [{ call: 'createExport', connector: { host: 'bad' } }] } });
  ({ api } = server);
  await seed();
}, LONG_MS);
afterAll(() => server.close());

describe('what is expired and not removed yet', () => {
  it('no request removes, however much it is', async () => {
    const before = await counts();
    expect(before).toEqual(TABLES);
    await fail();
    const volume = await api.volume();
    const { body } = await create(randomUUID(), volume);
    await api.delete(body.attachment.id);
    const after = await counts();
    expect(after).toEqual({
      messages: before.messages + 1,
      idempotency_keys: before.idempotency_keys + 1,
      attachment_events: before.attachment_events + EVENTS_OF_A_FAILURE + 2 + 2 * EVENTS_OF_A_VOLUME,
    });
  });

  it('is not shown: messages, by no list and no id', async () => {
    const volume = await fail();
    const { messages } = (await api.get('/v3/messages?limit=1000')).body;
    expect(messages.length).toBeLessThan(10);
    expect(messages.map(({ resource_uuid: id }: any) => id)).toContain(volume);
    const paths = ['/v3/messages/old-1', '/v3/messages?marker=old-1'];
    expect(await Promise.all(paths.map(async (path) => (await api.get(path)).status))).toEqual([404, 404]);
    expect((await api.send('DELETE', '/v3/messages/old-1')).status).toBe(404);
  });

  it('is not heeded: a key makes its create anew, and is kept again', async () => {
    const [volume, other] = await Promise.all([api.volume(), api.volume()]);
    const key = randomUUID();
    await create(key, volume);
    const id = idempotencyKey(key, api.project, {})?.id ?? '';
    await write(`UPDATE idempotency_keys SET expires_at = '${LONG_AGO}' WHERE id = '${id}'`);
    const again = await create(key, other);
    expect([again.status, again.body.attachment?.volume_id]).toEqual([200, other]);
    expect((await create(key, other)).body).toEqual(again.body);
  });
});

describe('the removal of what is expired', () => {
  const removed: number[] = [];

  /** Counts what each transaction removes. */
  function watch<Repository extends object>(repository: Repository, name: keyof Repository): void {
    const real = (repository[name] as (...args: unknown[]) => Promise<number>).bind(repository);
    jest.spyOn(repository as any, name as any).mockImplementation(async (...args: any[]) => {
      const rows = await real(...args);
      removed.push(rows);
      return rows;
    });
  }

  it(
    'ends, in small batches between which others write, and takes nothing else',
    async () => {
      watch(server.app.get(MessagesRepository), 'removeExpired');
      watch(server.app.get(IdempotencyKeysRepository), 'removeExpired');
      watch(server.app.get(AttachmentEventsRepository), 'removeOfGone');
      const before = await counts();
      const key = randomUUID();
      const kept = (await create(key, await api.volume())).body.attachment.id;
      await write(`UPDATE attachment_events SET occurred_at = '${LONG_AGO}' WHERE attachment_id = '${kept}'`);
      await write(`UPDATE idempotency_keys SET expires_at = '${FAR_AWAY}' WHERE attachment_id = '${kept}'`);

      const over: string[] = [];
      const purging = purge().finally(() => over.push('purge'));
      for (let count = 0; count < 10; count += 1) await fail();
      over.push('requests');
      await purging;
      expect(over).toEqual(['requests', 'purge']);

      expect(Math.max(...removed)).toBe(BATCH);
      // Exactly the counted rows were removed, and all expired ones.
      const after = await counts();
      const gone = (table: Table): number => before[table] - after[table];
      const events = 10 * EVENTS_OF_A_FAILURE + 1 + 11 * EVENTS_OF_A_VOLUME;
      const added = { messages: 10, idempotency_keys: 1, attachment_events: events };
      for (const table of Object.keys(TABLES) as Table[])
        expect([table, gone(table)]).toEqual([table, TABLES[table] - added[table]]);
      expect(removed.reduce((sum, rows) => sum + rows, 0)).toBe(
        TABLES.messages + TABLES.idempotency_keys + TABLES.attachment_events,
      );
      expect((await api.get(`/v3/attachments/${kept}/history`)).body.history.events).toHaveLength(1);
    },
    LONG_MS,
  );

  it('takes the last event of an attachment not before its others', async () => {
    const events = server.app.get(AttachmentEventsRepository);
    await write(`INSERT INTO attachment_events
      SELECT 'few', n + 1, 'v', 'p', 'connected', NULL, 'attaching', NULL, NULL, 'req-1', NULL, NULL, '${LONG_AGO}', NULL, NULL, NULL, NULL, NULL FROM ${numbers(9)}`);
    await write(`UPDATE attachment_events SET kind = 'deleted' WHERE attachment_id = 'few' AND seq = 9`);
    const left: number[][] = [];
    for (let rows = 4; rows === 4;) {
      rows = await server.app.get(UnitOfWork).run((tx) => events.removeOfGone(tx, 86_400, 4));
      const found = await server.app
        .get(Reader)
        .rows<{ seq: number }>(
          "SELECT seq FROM attachment_events WHERE attachment_id = 'few' ORDER BY seq",
          [],
        );
      left.push(found.map(({ seq }) => seq));
    }
    expect(left).toEqual([[5, 6, 7, 8, 9], [9], []]);
  });

  it('is left to the eldest of the servers', async () => {
    await write(
      `INSERT INTO messages VALUES ('late', 'p', 'req-1', 'VOLUME_1', 'ERROR', 'x', 'VOLUME', 'v', '${LONG_AGO}', '${LONG_AGO}')`,
    );
    const elder = randomUUID();
    const isThere = async (): Promise<boolean> =>
      (await server.app.get(Reader).rows("SELECT id FROM messages WHERE id = 'late'", [])).length === 1;
    await write(
      `INSERT INTO processes (id, started_at, renewed_at) VALUES ('${elder}', '${LONG_AGO}', '${LONG_AGO}')`,
    );
    await purge();
    expect(await isThere()).toBe(true);
    await write(`DELETE FROM processes WHERE id = '${elder}'`);
    await purge();
    expect(await isThere()).toBe(false);
  });
});

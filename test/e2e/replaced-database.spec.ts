import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { AttachmentHistory } from '../../src/attachments/history/attachment-history.js';
import { systemActor } from '../../src/attachments/history/actor.js';
import { EventSequencer } from '../../src/operator/events/stream/event-sequencer.js';
import { ExpiredRows } from '../../src/operations/expired-rows.js';
import { Reader } from '../../src/platform/database/reader.js';
import { type Tx, UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { EventReader } from '../support/event-reader.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

const LONG_AGO = '2026-01-01T00:00:00.000000';

const realPurge = Object.getOwnPropertyDescriptor(ExpiredRows.prototype, 'purge')?.value as (
  this: ExpiredRows,
) => Promise<void>;

let server: TestApp;

beforeAll(async () => {
  jest.spyOn(ExpiredRows.prototype, 'purge').mockResolvedValue();
  server = await createTestApp({ settings: { CLINKER_EVENT_HEARTBEAT_MS: '50' } });
});
afterAll(() => server.close());

const change = (sql: string): Promise<unknown> =>
  server.app.get(UnitOfWork).run(({ manager }) => manager.query(sql));

const rows = <Row>(sql: string): Promise<Row[]> => server.app.get(Reader).rows<Row>(sql, []);

async function newest(): Promise<number> {
  await server.app.get(EventSequencer, { strict: false }).sequence();
  const [row] = await rows<{ newest: number | string }>(
    'SELECT MAX(position) AS newest FROM attachment_events',
  );
  return Number(row?.newest);
}

describe('a database that an older copy replaces while the server runs', () => {
  it('is told to open streams as a gap, and what happens then is streamed', async () => {
    const { api } = server;
    const reader = await EventReader.open(server.url, { token: `kim:${api.project}` });
    const kept = await api.attachment(await api.volume());
    await reader.until(() => reader.types.includes('attachment.reserved'));
    const older = await newest();
    const lost = await api.attachment(await api.volume());
    await reader.until(() => reader.events.some(({ data }) => data.attachment_id === lost));
    await change(`DELETE FROM attachment_events WHERE position > ${String(older)}`);
    await change(
      `UPDATE event_cursors SET position = ${String(older)} WHERE name = 'sequenced' AND position > 0`,
    );
    // It gets the place of an event that the reader has had.
    await api.delete(kept);
    await reader.until(() => reader.types.includes('gap'));
    expect(reader.events.find(({ type }) => type === 'gap')?.data).toMatchObject({ reason: 'unknown' });
    const last = await api.attachment(await api.volume());
    await reader.until(() => reader.events.some(({ data }) => data.attachment_id === last));
    reader.close();
  });
});

describe('events without an attachment', () => {
  it('expire, except the last one of a backend', async () => {
    const history = server.app.get(AttachmentHistory);
    const record = (work: (tx: Tx) => Promise<void>): Promise<void> => server.app.get(UnitOfWork).run(work);
    const volume = { id: randomUUID(), projectId: 'p', backend: 'fake', status: 'available' };
    await record((tx) => history.recordRepair(tx, volume, { by: systemActor('req-1'), reason: 'repaired' }));
    await record((tx) => history.recordBackend(tx, 'other', false, 'off'));
    await record((tx) => history.recordBackend(tx, 'other', true, null));
    const last = await newest();
    await change(
      `UPDATE attachment_events SET occurred_at = '${LONG_AGO}' WHERE kind IN ('repaired', 'backend-down', 'backend-up')`,
    );
    await realPurge.call(server.app.get(ExpiredRows));
    const left = await rows<{ kind: string; backend: string }>(
      "SELECT kind, backend FROM attachment_events WHERE kind IN ('repaired', 'backend-down', 'backend-up')",
    );
    expect(left).toEqual([{ kind: 'backend-up', backend: 'other' }]);
    const [cursor] = await rows<{ position: number | string }>(
      "SELECT position FROM event_cursors WHERE name = 'removed'",
    );
    expect(Number(cursor?.position)).toBe(last - 1);
  });
});

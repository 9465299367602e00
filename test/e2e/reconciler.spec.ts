import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { Reader } from '../../src/platform/database/reader.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { AttachmentEntity } from '../../src/attachments/attachment/attachment.entity.js';
import { OperationEntity } from '../../src/operations/operation.entity.js';
import { ProcessEntity } from '../../src/operations/process.entity.js';
import { type OpenOperation, OperationJournal } from '../../src/operations/operation-journal.js';
import { OperationRecovery } from '../../src/operations/operation-recovery.js';
import { Reconciler, type TaskOutcome } from '../../src/operations/reconciler.js';
import { aConnector } from '../support/api.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

const OLD = '2026-01-01T00:00:00.000000';

let server: TestApp;

afterEach(async () => {
  await server.close();
});

async function openOperations(): Promise<number> {
  const rows = await server.app
    .get(Reader)
    .rows<{ open: number | string }>('SELECT COUNT(*) AS open FROM operations', []);
  return Number(rows[0]?.open);
}

async function exportedVolumes(): Promise<string[]> {
  return Object.keys(await server.admitted());
}

const reconcile = (now = true): Promise<void> => server.app.get(Reconciler).run(now);

function linesWith(text: string): number {
  return server.log.filter((line) => line.includes(text)).length;
}

/** A period that does not pass while a test runs. */
const PERIOD_MS = 77_000_000;
const PERIOD = { CLINKER_RECONCILE_INTERVAL_S: String(PERIOD_MS / 1000) };

/** Milliseconds that the reconciler, whose period is that one, waits after each of `runs` runs. */
async function delaysAfterRuns(
  reconciler: Reconciler,
  runs: number,
  before: (run: number) => void = () => undefined,
): Promise<number[]> {
  const delays: number[] = [];
  const later = globalThis.setTimeout;
  const timeout = jest.spyOn(globalThis, 'setTimeout').mockImplementation(((
    call: () => void,
    delay: number,
  ) => {
    if (![0, PERIOD_MS].includes(delay)) return later(call, delay);
    delays.push(delay);
    return { unref: () => undefined };
  }) as never);
  try {
    for (let run = 0; run < runs; run += 1) {
      before(run);
      (reconciler as unknown as { startRun(): void }).startRun();
      while (delays.length === run) await new Promise((resolve) => later(resolve, 10));
    }
  } finally {
    timeout.mockRestore();
  }
  return delays;
}

describe('the reconciler', () => {
  it('waits for its period after a run that failed, also when the one before had more to do', async () => {
    server = await createTestApp({ settings: PERIOD });
    const reconciler = server.app.get(Reconciler);
    await reconciler.run(true);
    const { tasks } = reconciler as unknown as { tasks: Map<string, () => Promise<TaskOutcome>> };
    tasks.set('a task without end', () => Promise.resolve('more'));
    const units = server.app.get(UnitOfWork);
    const real = units.run.bind(units);
    const delays = await delaysAfterRuns(reconciler, 2, (run) => {
      if (run === 1) units.run = () => Promise.reject(new Error('the database is away'));
    });
    units.run = real;
    expect(delays).toEqual([0, PERIOD_MS]);
  });

  it('continues at once after the entries of a run, unless none of them could be finished', async () => {
    server = await createTestApp({ settings: PERIOD });
    const reconciler = server.app.get(Reconciler);
    await reconciler.run(true);
    const journal = server.app.get(OperationJournal);
    const recovery = server.app.get(OperationRecovery);
    const entry = (index: number): OpenOperation =>
      ({ operation: { id: String(index), kind: 'remove-export' }, backend: 'fake', isOwn: false }) as never;
    const all = Array.from({ length: 20_100 }, (_, index) => entry(index));
    journal.unfinished = (_, after, limit) => {
      const start = after === null ? 0 : Number(after.id) + 1;
      return Promise.resolve(all.slice(start, start + limit));
    };
    journal.claim = () => Promise.resolve(true);
    const ended: string[] = [];
    recovery.end = ({ id }) => Promise.resolve(void ended.push(id));
    expect(await delaysAfterRuns(reconciler, 3)).toEqual([0, 0, PERIOD_MS]);
    expect(ended).toEqual(all.map(({ operation }) => operation.id));
    recovery.end = () => Promise.reject(new Error('not now'));
    expect(await delaysAfterRuns(reconciler, 1)).toEqual([PERIOD_MS]);
    // Each of 40,200 claims is a transaction of its own.
  }, 300_000);

  it('tells notices behind one that another server has taken, none behind one that is refused', async () => {
    server = await createTestApp();
    await reconcile();
    const journal = server.app.get(OperationJournal);
    const recovery = server.app.get(OperationRecovery);
    const open = ['taken', 'told', 'refused', 'left'].map(
      (id) => ({ operation: { id, kind: 'announce-extension' }, backend: 'fake', isOwn: false }) as never,
    );
    journal.unfinished = () => Promise.resolve(open);
    journal.claim = (_, { id }) => Promise.resolve(id !== 'taken');
    const tried: string[] = [];
    recovery.end = ({ id }) => {
      tried.push(id);
      return id === 'refused' ? Promise.reject(new Error('not now')) : Promise.resolve();
    };
    await reconcile();
    expect(tried).toEqual(['told', 'refused']);
  });

  it('undoes the connection of an update that could not be undone at once', async () => {
    const faults = [
      { call: 'initializeConnection', error: 'INTERNAL', message: 'out of LUNs', phase: 'after', times: 1 },
      { call: 'terminateConnection', error: 'INTERNAL', message: 'deaf', times: 1 },
    ];
    server = await createTestApp({ fake: { faults } });
    const { api } = server;
    const volume = await api.volume();
    const id = await api.attachment(volume);
    expect((await api.update(id)).status).toBe(500);
    expect([await openOperations(), await exportedVolumes()]).toEqual([1, [volume]]);
    await reconcile();
    expect([await openOperations(), await exportedVolumes()]).toEqual([0, []]);
    expect((await api.show(id)).body.attachment.status).toBe('error_attaching');
    const { body } = await api.get('/v3/messages');
    expect(body.messages[0].user_message).toContain('out of LUNs');
    expect((await api.update(id)).status).toBe(200);
  });

  it('leaves a connection alone that a client has made since', async () => {
    const faults = [
      { call: 'initializeConnection', error: 'INTERNAL', phase: 'after', times: 1 },
      { call: 'terminateConnection', error: 'INTERNAL', times: 1 },
    ];
    server = await createTestApp({ fake: { faults } });
    const { api } = server;
    const volume = await api.volume();
    const id = await api.attachment(volume);
    expect((await api.update(id)).status).toBe(500);
    expect((await api.update(id)).status).toBe(200);
    await api.complete(id);
    await reconcile();
    expect([await openOperations(), await exportedVolumes()]).toEqual([0, [volume]]);
    expect((await api.show(id)).body.attachment.status).toBe('attached');
    expect((await api.get('/v3/messages')).body.messages).toEqual([]);
  });

  it('withdraws an export that a detach had to leave, again and again until it can', async () => {
    server = await createTestApp({ fake: { faults: [{ call: 'removeExport', times: 3 }] } });
    const { api } = server;
    const volume = await api.volume();
    const id = await api.attachment(volume, { connector: aConnector() });
    expect((await api.delete(id)).status).toBe(200);
    expect([await openOperations(), await exportedVolumes()]).toEqual([1, [volume]]);
    await reconcile(false);
    // The next try is put off by now.
    await reconcile(false);
    expect(linesWith('open work could not be finished yet')).toBe(1);
    await reconcile();
    await reconcile();
    expect([await openOperations(), await exportedVolumes()]).toEqual([0, []]);
  });

  it('comes by itself', async () => {
    server = await createTestApp({
      fake: { faults: [{ call: 'removeExport', times: 1 }] },
      settings: { CLINKER_RECONCILE_INTERVAL_S: '1' },
    });
    const { api } = server;
    const id = await api.attachment(await api.volume(), { connector: aConnector() });
    expect((await api.delete(id)).status).toBe(200);
    while ((await openOperations()) > 0) await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await exportedVolumes()).toEqual([]);
  });

  it('does not touch work that is under way', async () => {
    server = await createTestApp({ fake: { latency_ms: { initializeConnection: 300 } } });
    const { api } = server;
    const volume = await api.volume();
    const running = api.create(volume, { connector: aConnector() });
    await api.untilVolume(volume, ({ status }) => status === 'reserved');
    await reconcile();
    expect((await running).body.attachment.status).toBe('attaching');
    expect(await exportedVolumes()).toEqual([volume]);
  });

  it('ends the work of another server once that one is dead, not before', async () => {
    server = await createTestApp();
    const { api } = server;
    const volume = await api.volume();
    const id = await api.attachment(volume, { connector: aConnector() });
    const units = server.app.get(UnitOfWork);
    const other = crypto.randomUUID();
    await units.run(async ({ manager }) => {
      await manager.insert(ProcessEntity, { id: other, startedAt: OLD, renewedAt: OLD });
      await manager.insert(OperationEntity, {
        id: crypto.randomUUID(),
        kind: 'disconnect',
        volumeId: volume,
        attachmentId: id,
        requestId: 'req-of-the-other',
        owner: other,
        details: {},
        startedAt: OLD,
      });
    });
    await reconcile();
    expect([await openOperations(), (await api.show(id)).status]).toEqual([1, 200]);
    await units.run(({ manager }) => manager.delete(ProcessEntity, { id: other }));
    await reconcile();
    expect([await openOperations(), (await api.show(id)).status]).toEqual([0, 404]);
    expect(await api.volumeStatus(volume)).toBe('available');
  });

  it('leaves ownerless work to the oldest server, unless asked to finish it', async () => {
    server = await createTestApp();
    const { api } = server;
    const volume = await api.volume();
    await api.attachment(volume, { connector: aConnector() });
    await server.app.get(UnitOfWork).run(async ({ manager }) => {
      await manager.insert(ProcessEntity, { id: crypto.randomUUID(), startedAt: OLD, renewedAt: OLD });
      await manager.insert(OperationEntity, {
        id: crypto.randomUUID(),
        kind: 'remove-export',
        volumeId: volume,
        attachmentId: null,
        requestId: 'req-of-nobody',
        owner: '',
        details: {},
        startedAt: OLD,
      });
    });
    await reconcile(false);
    expect(await openOperations()).toBe(1);
    await reconcile();
    expect([await openOperations(), await exportedVolumes()]).toEqual([0, [volume]]);
  });

  it('tries a backend that does not answer once in a run', async () => {
    const faults = ['removeExport', 'getStats'].map((call) => ({ call, error: 'UNAVAILABLE' }));
    const settings = { CLINKER_BACKEND_BREAKER_FAILURES: '1' };
    server = await createTestApp({ settings });
    // A backend that does not tell its capacity gets no volumes.
    const volumes = [await server.api.volume(), await server.api.volume(), await server.api.volume()];
    await server.stop();
    server = await createTestApp({ fake: { faults }, settings, continueFrom: server });
    const { api } = server;
    for (const volume of volumes) {
      const id = await api.attachment(volume, { connector: aConnector() });
      await server.app.get(UnitOfWork).run(async ({ manager }) => {
        const { volume_id: volumeId } = (await api.show(id)).body.attachment;
        await manager.delete(AttachmentEntity, { id });
        await manager.insert(OperationEntity, {
          id: crypto.randomUUID(),
          kind: 'remove-export',
          volumeId,
          attachmentId: null,
          requestId: 'req-x',
          owner: '',
          details: {},
          startedAt: OLD,
        });
      });
    }
    await reconcile();
    expect(linesWith('open work could not be finished yet')).toBe(1);
    expect(linesWith('its open work is left for later')).toBe(1);
    expect(await openOperations()).toBe(3);
  });
});

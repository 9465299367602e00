import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Clock } from '../../src/common/clock.js';
import { SecretBox } from '../../src/database/secrets/secret-box.js';
import { UnitOfWork } from '../../src/database/unit-of-work.js';
import {
  OperationJournal,
  OperationOverruled,
  VolumeBusyElsewhere,
} from '../../src/operations/operation-journal.js';
import { ProcessWatch } from '../../src/operations/process-watch.js';
import { ThisProcess } from '../../src/operations/this-process.js';
import { onServers } from '../support/databases.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

const OLD = '2026-01-01T00:00:00.000000';

let server: TestApp;
let units: UnitOfWork;
let own: OperationJournal;
/** The journal as another server on the same database has it. */
let other: OperationJournal;
let otherId: string;
let volumeId: string;

beforeEach(async () => {
  server = await createTestApp({ settings: { CLINKER_PROCESS_LEASE_S: '3' } });
  units = server.app.get(UnitOfWork);
  own = server.app.get(OperationJournal);
  const process = new ThisProcess();
  otherId = process.id;
  other = new OperationJournal(process, server.app.get(Clock), server.app.get(SecretBox), server.config);
  await units.run(({ manager }) =>
    manager.insert('ProcessEntity', { id: otherId, startedAt: OLD, renewedAt: OLD }),
  );
  volumeId = await server.api.volume();
});
afterEach(() => server.close());

const intent = () => ({ kind: 'connect' as const, volumeId, attachmentId: randomUUID(), requestId: 'req-1' });
const buryOther = () => units.run(({ manager }) => manager.delete('ProcessEntity', { id: otherId }));
const claimAll = () =>
  units.run(async (tx) => {
    const found = await own.unfinished(tx);
    return Promise.all(found.map(({ operation }) => own.claim(tx, operation)));
  });

describe('an entry of the journal', () => {
  it('cannot be closed by an owner that was taken for dead, and nothing of its unit is kept', async () => {
    const id = await units.run((tx) => other.open(tx, intent()));
    expect(await claimAll()).toEqual([]);
    await buryOther();
    expect(await claimAll()).toEqual([true]);
    const apply = units.run(async (tx) => {
      await tx.manager.update('VolumeEntity', { id: volumeId }, { status: 'in-use' });
      await other.close(tx, id);
    });
    await expect(apply).rejects.toThrow(OperationOverruled);
    expect(await server.api.volumeStatus(volumeId)).toBe('available');
    await units.run((tx) => own.close(tx, id));
    expect(await claimAll()).toEqual([]);
  });

  it('is claimed by one of those who found it', async () => {
    await units.run((tx) => other.open(tx, intent()));
    await buryOther();
    const [found] = await units.run((tx) => own.unfinished(tx));
    const third = new OperationJournal(
      new ThisProcess(),
      server.app.get(Clock),
      server.app.get(SecretBox),
      server.config,
    );
    const claims = [own, third].map((journal) =>
      units.run(async (tx) => found !== undefined && journal.claim(tx, found.operation)),
    );
    expect((await Promise.all(claims)).sort()).toEqual([false, true]);
  });

  onServers(it)('of a living server keeps others off its volume until it is closed', async () => {
    const id = await units.run((tx) => other.open(tx, intent()));
    const open = () => units.run((tx) => own.open(tx, intent()));
    await expect(open()).rejects.toThrow(VolumeBusyElsewhere);
    const waiting = own.whenFree(open);
    await units.run((tx) => other.close(tx, id));
    expect(await waiting).not.toBe(id);
  });
});

onServers(describe)('work on one volume', () => {
  it('does not wait for that on another', async () => {
    const another = await server.api.volume();
    await units.run(async (tx) => {
      await own.open(tx, intent());
      await units.run(async (beside) => {
        await own.closeAllOf(beside, 'disconnect', randomUUID());
        await own.closeAll(beside, 'remove-export', another);
      });
    });
  });
});

describe('a server that shows no sign of life', () => {
  it('is counted as dead after its lease, as measured by one that watches', async () => {
    const watch = server.app.get(ProcessWatch);
    const isListed = () => units.run(({ manager }) => manager.existsBy('ProcessEntity', { id: otherId }));
    for (const now of [1000, 2000, 3000]) await watch.beat(now);
    // The watcher itself was away, which proves nothing.
    await watch.beat(3_000_000);
    for (const now of [3_001_000, 3_002_000]) await watch.beat(now);
    expect(await isListed()).toBe(true);
    await watch.beat(3_003_000);
    expect(await isListed()).toBe(false);
  });

  it('counts as living as long as it renews itself', async () => {
    const watch = server.app.get(ProcessWatch);
    for (let beat = 1; beat < 10; beat += 1) {
      const renewedAt = `2026-01-01T00:00:0${String(beat)}.000000`;
      await units.run(({ manager }) => manager.update('ProcessEntity', { id: otherId }, { renewedAt }));
      await watch.beat(beat * 1000);
    }
    expect(await units.run(({ manager }) => manager.existsBy('ProcessEntity', { id: otherId }))).toBe(true);
  });
});

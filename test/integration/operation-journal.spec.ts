import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Clock } from '../../src/platform/clock.js';
import { LockedRows } from '../../src/platform/database/locked-rows.js';
import { SecretBox } from '../../src/platform/database/secrets/secret-box.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { OperationJournal, OperationOverruled } from '../../src/operations/operation-journal.js';
import { ownPlace } from '../../src/operations/process-place.js';
import { ProcessWatch } from '../../src/operations/process-watch.js';
import { ProcessEntity } from '../../src/operations/process.entity.js';
import { ProcessesRepository } from '../../src/operations/processes.repository.js';
import { VolumeBusyElsewhere, whenFree } from '../../src/operations/volume-busy.js';
import { ThisProcess } from '../../src/operations/this-process.js';
import { VolumeEntity } from '../../src/volumes/volume/volume.entity.js';
import { onServers } from '../support/databases.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

const OLD = '2026-01-01T00:00:00.000000';

let server: TestApp;
let units: UnitOfWork;
let own: OperationJournal;
/** The journal as seen by another server on the same database. */
let other: OperationJournal;
let otherId: string;
let volumeId: string;

beforeEach(async () => {
  server = await createTestApp({ settings: { CLINKER_PROCESS_LEASE_S: '3' } });
  units = server.app.get(UnitOfWork);
  own = server.app.get(OperationJournal);
  const process = new ThisProcess();
  otherId = process.id;
  other = journalOf(process);
  await units.run(({ manager }) =>
    manager.insert(ProcessEntity, { id: otherId, startedAt: OLD, renewedAt: OLD }),
  );
  volumeId = await server.api.volume();
});
afterEach(() => server.close());

function journalOf(process: ThisProcess): OperationJournal {
  const { app, config } = server;
  return new OperationJournal(process, app.get(Clock), app.get(SecretBox), app.get(LockedRows), config);
}

const intent = () => ({ kind: 'connect' as const, volumeId, attachmentId: randomUUID(), requestId: 'req-1' });
const buryOther = () => units.run(({ manager }) => manager.delete(ProcessEntity, { id: otherId }));
const claimAll = () =>
  units.run(async (tx) => {
    const found = await own.unfinished(tx, null, 10);
    return Promise.all(found.map(({ operation }) => own.claim(tx, operation)));
  });

describe('an entry of the journal', () => {
  it('cannot be closed by an owner that was taken for dead, and nothing of its unit is kept', async () => {
    const id = await units.run((tx) => other.open(tx, intent()));
    expect(await claimAll()).toEqual([]);
    await buryOther();
    expect(await claimAll()).toEqual([true]);
    const apply = units.run(async (tx) => {
      await tx.manager.update(VolumeEntity, { id: volumeId }, { status: 'in-use' });
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
    const [found] = await units.run((tx) => own.unfinished(tx, null, 10));
    const third = journalOf(new ThisProcess());
    const claims = [own, third].map((journal) =>
      units.run(async (tx) => found !== undefined && journal.claim(tx, found.operation)),
    );
    expect((await Promise.all(claims)).sort()).toEqual([false, true]);
  });

  onServers(it)('of a dead server is not claimed while a living one works on its volume', async () => {
    const dead = journalOf(new ThisProcess());
    await units.run((tx) => dead.open(tx, intent()));
    const id = await units.run((tx) => other.open(tx, intent()));
    expect(await claimAll()).toEqual([false]);
    await units.run((tx) => other.close(tx, id));
    expect(await claimAll()).toEqual([true]);
  });

  onServers(it)('of a living server keeps others off its volume until it is closed', async () => {
    const id = await units.run((tx) => other.open(tx, intent()));
    const open = () => units.run((tx) => own.open(tx, intent()));
    await expect(open()).rejects.toThrow(VolumeBusyElsewhere);
    const waiting = whenFree(10_000, open);
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
        await own.closeAllOf(beside, 'disconnect', { volumeId: another, attachmentId: randomUUID() });
        await own.closeAll(beside, 'remove-export', another);
      });
    });
  });
});

describe('a server that shows no sign of life', () => {
  it('is counted as dead after its lease, as measured by one that watches', async () => {
    const watch = server.app.get(ProcessWatch);
    const isListed = () => units.run(({ manager }) => manager.existsBy(ProcessEntity, { id: otherId }));
    for (const now of [1000, 2000, 3000]) await watch.beat(now);
    // The watcher itself paused, which proves nothing.
    await watch.beat(3_000_000);
    for (const now of [3_001_000, 3_002_000]) await watch.beat(now);
    expect(await isListed()).toBe(true);
    await watch.beat(3_003_000);
    expect(await isListed()).toBe(false);
  });

  it('is counted as dead at once when it ran on this machine and has ended', async () => {
    const child = spawn(process.execPath, ['-e', '']);
    await once(child, 'exit');
    const place = (ownPlace() ?? '').replace(/ \d+ \d+$/, ` ${child.pid ?? 0} 1`);
    await units.run(({ manager }) => manager.update(ProcessEntity, { id: otherId }, { place }));
    await server.app.get(ProcessWatch).beat();
    expect(await units.run(({ manager }) => manager.existsBy(ProcessEntity, { id: otherId }))).toBe(false);
  });

  it('counts as living as long as it renews itself', async () => {
    const watch = server.app.get(ProcessWatch);
    for (let beat = 1; beat < 10; beat += 1) {
      const renewedAt = `2026-01-01T00:00:0${String(beat)}.000000`;
      await units.run(({ manager }) => manager.update(ProcessEntity, { id: otherId }, { renewedAt }));
      await watch.beat(beat * 1000);
    }
    expect(await units.run(({ manager }) => manager.existsBy(ProcessEntity, { id: otherId }))).toBe(true);
  });
});

describe('a server that signs off', () => {
  it('takes no other one off the list', async () => {
    await units.run((tx) => server.app.get(ProcessesRepository).remove(tx, otherId));
    const left = await units.run(({ manager }) => manager.find(ProcessEntity));
    expect(left.map(({ id }) => id)).toEqual([server.app.get(ThisProcess).id]);
  });
});

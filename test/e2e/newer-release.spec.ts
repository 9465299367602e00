import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { OperationEntity } from '../../src/operations/operation.entity.js';
import { Reconciler } from '../../src/operations/reconciler.js';
import { ThisProcess } from '../../src/operations/this-process.js';
import { aConnector } from '../support/api.js';
import { onServers } from '../support/databases.js';
import { type Fleet, startFleet } from '../support/fleet.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

const OLD = '2026-01-01T00:00:00.000000';
const KIND = 'rewind-volume';

/** Records work of a kind that only a newer release knows, as a server of that release does. */
async function recordNewWork({ app }: TestApp, volumeId: string, owner: string, asker: string | null) {
  const entry = { id: randomUUID(), kind: KIND, volumeId, attachmentId: null, requestId: 'req-newer' };
  await app
    .get(UnitOfWork)
    .run((tx) =>
      tx.manager.insert(OperationEntity, { ...entry, owner, asker, details: { to: 7 }, startedAt: OLD }),
    );
}

const journalOf = ({ app }: TestApp): Promise<unknown[]> =>
  app.get(UnitOfWork).run(({ statements }) => statements.rows('SELECT kind, owner FROM operations', []));

describe('work of a kind that only a newer release knows', () => {
  let server: TestApp;
  afterEach(() => server.close());

  it('is left to a server of that release: neither claimed nor failed, and all other work is done', async () => {
    const faults = [
      { call: 'initializeConnection', error: 'INTERNAL', message: 'out of LUNs', phase: 'after', times: 1 },
      { call: 'terminateConnection', error: 'INTERNAL', message: 'deaf', times: 1 },
    ];
    server = await createTestApp({ fake: { faults } });
    const { api } = server;
    const [volume, another] = [await api.volume(), await api.volume()];
    await recordNewWork(server, volume, 'a dead process', null);
    const id = await api.attachment(another);
    expect((await api.update(id)).status).toBe(500);
    expect(Object.keys(await server.admitted())).toEqual([another]);
    await server.app.get(Reconciler).run(true);
    await server.app.get(Reconciler).run(true);
    expect(await journalOf(server)).toEqual([{ kind: KIND, owner: 'a dead process' }]);
    expect(await server.admitted()).toEqual({});
    expect(server.log.filter((line) => line.includes('open work of a newer release is left'))).toHaveLength(
      1,
    );
    const { findings } = (await api.get('/v3/clinker-consistency')).body.consistency;
    const openWork = findings.filter(({ kind }: { kind: string }) => kind === 'open-work');
    expect(openWork.map(({ description }: { description: string }) => description)).toEqual([
      `Work of kind ${KIND} for volume ${volume}, started at ${OLD}, is waiting for a server of a newer release, which knows what it is.`,
    ]);
  });
});

onServers(describe)('a volume node that is asked for work of a newer release', () => {
  let fleet: Fleet;
  afterEach(() => fleet.close());

  it('leaves it to its asker, and does the work behind it', async () => {
    fleet = await startFleet({ broker: 'nats://127.0.0.1:9' });
    const { replica } = fleet;
    const [volume, another] = [await replica.api.volume(), await replica.api.volume()];
    const asker = replica.app.get(ThisProcess).id;
    await recordNewWork(replica, volume, asker, asker);
    const id = await replica.api.attachment(another, { connector: aConnector() });
    expect((await replica.api.delete(id)).status).toBe(200);
    expect(await journalOf(replica)).toEqual([{ kind: KIND, owner: asker }]);
    expect(fleet.node.log.filter((line) => line.includes('work failed'))).toEqual([]);
  });
});

import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { OperationEntity } from '../../src/operations/operation.entity.js';
import { Reconciler } from '../../src/operations/reconciler.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { aConnector, type Answer, type Api } from '../support/api.js';
import { onSqlite } from '../support/databases.js';
import { startServer } from '../support/server-process.js';
import { seedAttached } from '../support/seed.js';
import { createTestApp, type TestApp, type TestAppOptions } from '../support/test-app.js';
import { act } from '../support/volume-state.js';

let server: TestApp | undefined;

afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function start(options: TestAppOptions = {}): Promise<Api> {
  server = await createTestApp(options);
  return server.api;
}

const fence = (api: Api, host: unknown, marker: string | null = null): Promise<Answer> =>
  api.send('POST', '/v3/clinker-hosts/action', { fence: { host, marker } });

/** Fences to the end; returns the volumes that were cut off, and those that were not, with the reason. */
async function fenceAll(api: Api, host: string): Promise<{ cutOff: string[]; unconfirmed: string[][] }> {
  const cutOff: string[] = [];
  const unconfirmed: string[][] = [];
  for (let marker: string | null = null; ;) {
    const { status, body }: Answer = await fence(api, host, marker);
    expect(status).toBe(200);
    cutOff.push(...body.fence.cut_off.map((one: any) => one.volume_id));
    unconfirmed.push(...body.fence.unconfirmed.map((one: any) => [one.volume_id, one.reason]));
    marker = body.fence.next_marker;
    if (marker === null) return { cutOff, unconfirmed };
  }
}

async function attached(api: Api, volume: string, host: string, more: object = {}): Promise<string> {
  const id = await api.attachment(volume, { connector: aConnector(host, more), instance_uuid: randomUUID() });
  await api.complete(id);
  return id;
}

const iqn = (host: string): string => `iqn.1994-05.com.example:${host}`;
const initialize = (api: Api, id: string, host: string): Promise<Answer> =>
  act(api, id, 'os-initialize_connection', { connector: aConnector(host) });

describe('fencing a host', () => {
  it('cuts it off from every volume, and leaves the volumes to their servers', async () => {
    const api = await start();
    const volumes = [await api.volume(), await api.volume()];
    const ids = [await attached(api, volumes[0]!, 'dead'), await attached(api, volumes[1]!, 'dead')];
    expect((await fenceAll(api, 'dead')).cutOff.sort()).toEqual(volumes.sort());
    expect(await server?.admitted()).toEqual({});
    for (const id of ids) {
      const { attachment } = (await api.show(id)).body;
      expect([attachment.status, attachment.connection_info]).toEqual(['reserved', {}]);
      expect((await api.send('GET', `/v3/attachments/${id}/history`)).body.history.events[0]).toMatchObject({
        event: 'fenced',
        from: 'attached',
        to: 'reserved',
      });
    }
    expect(await api.volumeStatus(volumes[0]!)).toBe('reserved');
    expect(await fenceAll(api, 'dead')).toEqual({ cutOff: [], unconfirmed: [] });
    expect((await api.update(ids[0]!, aConnector('other'))).status).toBe(200);
    expect((await api.delete(ids[1]!)).status).toBe(200);
  });

  it('matches the name exactly, and leaves other hosts of a volume their access', async () => {
    const api = await start();
    const volume = await api.multiattachVolume();
    await attached(api, volume, 'dead');
    const other = await attached(api, volume, 'dead.example');
    for (const name of ['dea', 'DEAD', 'dead ', '<b>dead</b>', "' OR 1=1 --", '%'])
      expect(await fenceAll(api, name)).toEqual({ cutOff: [], unconfirmed: [] });
    expect((await fenceAll(api, 'dead')).cutOff).toEqual([volume]);
    expect((await server?.admitted())?.[volume]).toEqual([iqn('dead.example')]);
    expect((await api.show(other)).body.attachment.status).toBe('attached');
    expect(await api.volumeStatus(volume)).toBe('in-use');
  });

  it('ends connections without attachments too, but not those of others', async () => {
    const api = await start();
    const [alone, shared] = [await api.volume(), await api.multiattachVolume()];
    await initialize(api, alone, 'dead');
    await attached(api, shared, 'dead');
    await initialize(api, shared, 'alive');
    expect((await fenceAll(api, 'dead')).cutOff.sort()).toEqual([alone, shared].sort());
    expect(await server?.admitted()).toEqual({ [shared]: [iqn('alive')] });
  });

  it('names the volumes whose driver does not confirm it, and those of a backend that hangs', async () => {
    const faults = [
      { call: 'fenceConnection', error: 'FAILED_PRECONDITION', message: 'not sure', connector: { fail: 1 } },
      { call: 'fenceConnection', hang: true, connector: { fail: 2 } },
    ];
    const api = await start({ fake: { faults }, settings: { CLINKER_DRIVER_TIMEOUT_MS: '300' } });
    const [sure, unsure, hanging] = [await api.volume(), await api.volume(), await api.volume()];
    await attached(api, sure, 'dead');
    const kept = await attached(api, unsure, 'dead', { fail: 1 });
    await attached(api, hanging, 'dead', { fail: 2 });
    const { cutOff, unconfirmed } = await fenceAll(api, 'dead');
    expect(cutOff).toEqual([sure]);
    expect(unconfirmed).toEqual([
      [unsure, expect.stringContaining('not sure')],
      [hanging, expect.stringContaining('did not answer')],
    ]);
    expect((await api.show(kept)).body.attachment.status).toBe('attached');
  });

  it('waits for a connect that is under way, and cuts it off', async () => {
    const api = await start({ fake: { latency_ms: { initializeConnection: 1000 } } });
    const volume = await api.volume();
    const connecting = api.create(volume, { connector: aConnector('dead') });
    const isBegun = (): Promise<boolean> =>
      server!.app
        .get(UnitOfWork)
        .run(({ manager }) => manager.existsBy(OperationEntity, { kind: 'connect' }));
    while (!(await isBegun()));
    expect(await fenceAll(api, 'dead')).toEqual({ cutOff: [volume], unconfirmed: [] });
    expect((await connecting).status).toBe(200);
    expect(await server?.admitted()).toEqual({});
  });

  it('cuts off a host that may have access by a connect that could not be undone', async () => {
    const faults = [
      { call: 'initializeConnection', phase: 'after', connector: { host: 'dead' } },
      { call: 'terminateConnection' },
    ];
    const api = await start({ fake: { faults } });
    const volume = await api.volume();
    expect((await api.create(volume, { connector: aConnector('dead') })).status).toBe(500);
    expect(await server?.admitted()).toEqual({ [volume]: [iqn('dead')] });
    expect((await fenceAll(api, 'other')).cutOff).toEqual([]);
    expect(await fenceAll(api, 'dead')).toEqual({ cutOff: [volume], unconfirmed: [] });
    expect(await server?.admitted()).toEqual({});
    // The interrupted work is still to be undone, but gives the host nothing any more.
    expect(await fenceAll(api, 'dead')).toEqual({ cutOff: [], unconfirmed: [] });
  });

  it('covers many volumes in parts', async () => {
    const api = await start();
    const volumes = await seedAttached(server!, 700);
    const first = await fence(api, 'user');
    expect(first.body.fence.next_marker).toMatch(/^attachments /);
    const rest = await fenceAll(api, 'user');
    const cutOff = [...first.body.fence.cut_off.map((one: any) => one.volume_id), ...rest.cutOff];
    expect(cutOff.sort()).toEqual(volumes.sort());
    expect(await server?.admitted()).toEqual({});
  });

  it('finishes by the journal what was interrupted', async () => {
    const api = await start();
    const volume = await api.volume();
    const id = await attached(api, volume, 'dead');
    const app = server!.app;
    await app.get(UnitOfWork).run(({ manager }) =>
      manager.insert(OperationEntity, {
        ...{ id: randomUUID(), kind: 'fence-host', volumeId: volume, attachmentId: null, requestId: 'req-1' },
        ...{
          owner: 'a-process-that-died',
          details: { host: 'dead' },
          startedAt: '2026-01-01T00:00:00.000000',
        },
      }),
    );
    await app.get(Reconciler, { strict: false }).run(true);
    expect((await api.show(id)).body.attachment.status).toBe('reserved');
    expect(await server?.admitted()).toEqual({});
  });

  it('is for admins, and refuses what names no host', async () => {
    const api = await start({ personas: true });
    expect((await fence(api.as('member,reader'), 'dead')).status).toBe(403);
    for (const host of ['', null, 1, 'x'.repeat(256), 'a\u0000b'])
      expect((await fence(api, host)).status).toBe(400);
    expect((await fence(api, 'dead', 'nonsense')).status).toBe(400);
    expect((await api.at('3.26').send('POST', '/v3/clinker-hosts/action', {})).status).toBe(404);
  });
});

// These servers always use SQLite, whatever database the other tests use; run them once.
onSqlite(describe)('a server that is killed while it fences', () => {
  it('has nothing half done after the command is repeated', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'clinker-fence-'));
    const slow = (ms: number) => ({
      CLINKER_BACKENDS: JSON.stringify([
        { name: 'fake', driver: 'fake', options: { latency_ms: { fenceConnection: ms }, persist: true } },
      ]),
    });
    let running = await startServer(folder, slow(200));
    try {
      const volumes = await Promise.all(Array.from({ length: 24 }, () => running.api.volume()));
      const ids = await Promise.all(volumes.map((volume) => attached(running.api, volume, 'dead')));
      const statuses = async (): Promise<string[]> =>
        Promise.all(ids.map(async (id) => (await running.api.show(id)).body.attachment.status));
      const fencing = fence(running.api, 'dead').catch(() => null);
      while (!(await statuses()).includes('reserved'));
      await running.end('SIGKILL');
      await fencing;
      running = await startServer(folder, slow(0));
      await fenceAll(running.api, 'dead');
      // What the journal had open is finished beside it.
      for (;;) if ((await statuses()).every((status) => status === 'reserved')) break;
      const findings = async (): Promise<unknown[]> =>
        (await running.api.get('/v3/clinker-consistency')).body.consistency.findings;
      while ((await findings()).length > 0);
    } finally {
      await running.end('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    }
  });
});

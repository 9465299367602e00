import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import type { EntityTarget, ObjectLiteral } from 'typeorm';
import { AttachmentEntity } from '../../src/attachments/attachment/attachment.entity.js';
import { LegacyConnectionEntity } from '../../src/attachments/attachment/legacy-connection.entity.js';
import { BackendRegistry } from '../../src/drivers/registry/backend-registry.js';
import { BackgroundWork } from '../../src/operations/background-work.js';
import { OperationEntity } from '../../src/operations/operation.entity.js';
import { Reconciler } from '../../src/operations/reconciler.js';
import { aConnector, type Answer, Api } from '../support/api.js';
import { createTestApp, type TestApp, type TestAppOptions } from '../support/test-app.js';
import { act, setVolume, VOLUME_STATUSES } from '../support/volume-state.js';
import { NEWEST } from '../support/newest.js';

let server: TestApp;

afterEach(() => server.close());

async function start(options: TestAppOptions = {}): Promise<Api> {
  server = await createTestApp(options);
  return server.api;
}

const initialize = (api: Api, id: string, connector: unknown = aConnector()): Promise<Answer> =>
  act(api, id, 'os-initialize_connection', { connector });

const terminate = (api: Api, id: string, connector: unknown = aConnector()): Promise<Answer> =>
  act(api, id, 'os-terminate_connection', { connector });

const attach = (api: Api, id: string, instance: string = randomUUID()): Promise<Answer> =>
  act(api, id, 'os-attach', { instance_uuid: instance, mountpoint: '/dev/vdb' });

/** The hosts that the backend admits to a volume; null if it is not exported. */
async function admitted(id: string): Promise<readonly string[] | null> {
  return (await server.admitted())[id]?.toSorted() ?? null;
}

const iqn = (host: string): string => `iqn.1994-05.com.example:${host}`;

async function count(entity: EntityTarget<ObjectLiteral>): Promise<number> {
  return server.app.get(UnitOfWork).run((tx) => tx.manager.count(entity));
}

const failing = (call: string, code = 'INTERNAL') => ({
  fake: { faults: [{ call, error: code, message: 'scripted', connector: { fail: call } }] },
});

describe('os-initialize_connection', () => {
  it('answers what the host needs, nested, and exports the volume to it', async () => {
    const api = await start();
    const id = await api.volume();
    const { status, body } = await initialize(api, id, aConnector('host-a', { enforce_multipath: true }));
    expect(status).toBe(200);
    expect(body).toEqual({
      connection_info: {
        driver_volume_type: 'iscsi',
        enforce_multipath: true,
        data: expect.objectContaining({
          target_iqn: expect.any(String),
          auth_password: expect.any(String),
          access_mode: 'rw',
          qos_specs: null,
          enforce_multipath: true,
          encrypted: false,
        }),
      },
    });
    expect(body.connection_info.data).not.toHaveProperty('attachment_id');
    expect(await admitted(id)).toEqual([iqn('host-a')]);
    expect(await api.volumeStatus(id)).toBe('available');
    expect((await api.get('/v3/attachments')).body.attachments).toEqual([]);
    expect(await count(OperationEntity)).toBe(0);
    expect(server.log.join('')).not.toContain(body.connection_info.data.auth_password);
  });

  it('repeated for the same host gives back the same', async () => {
    const api = await start();
    const id = await api.volume();
    const first = await initialize(api, id);
    expect((await initialize(api, id)).body).toEqual(first.body);
    expect(await count(LegacyConnectionEntity)).toBe(1);
    await terminate(api, id);
    expect(await admitted(id)).toBeNull();
  });

  it('of a read-only volume is read-only, and otherwise as the connector says', async () => {
    const api = await start();
    const id = await api.volume();
    const modeOf = async (more: object) =>
      (await initialize(api, id, aConnector('host-a', more))).body.connection_info.data.access_mode;
    expect(await modeOf({ mode: 'ro' })).toBe('ro');
    await act(api, id, 'os-update_readonly_flag', { readonly: true });
    expect(await modeOf({ mode: 'rw' })).toBe('ro');
  });

  it('is refused while the volume is not there or in maintenance', async () => {
    const api = await start();
    const id = await api.volume();
    for (const status of VOLUME_STATUSES) {
      await setVolume(server, id, { status });
      const refused = ['maintenance', 'creating', 'deleting', 'error_deleting'].includes(status);
      expect([status, (await initialize(api, id)).status]).toEqual([status, refused ? 400 : 200]);
    }
  });

  it.each([
    ['a text', 'host-a'],
    ['no initiator', { host: 'host-a' }],
    ['a mode of its own', aConnector('host-a', { mode: 'x' })],
    ['null', null],
    ['a list', []],
  ])('with %s is 400', async (_what, connector) => {
    const api = await start();
    const id = await api.volume();
    expect((await initialize(api, id, connector)).status).toBe(400);
    expect(await admitted(id)).toBeNull();
  });

  it.each(['createExport', 'initializeConnection'])('that fails in %s leaves nothing', async (call) => {
    const api = await start(failing(call));
    const id = await api.volume();
    const { status, message } = await initialize(api, id, aConnector('host-a', { fail: call }));
    expect(status).toBe(500);
    expect(message).toMatch(/^Unable to fetch connection information from backend \(.*scripted\)\.$/);
    expect([await admitted(id), await count(OperationEntity)]).toEqual([null, 0]);
    expect((await api.get('/v3/messages')).body.messages).toHaveLength(1);
    expect((await initialize(api, id)).status).toBe(200);
  });

  it('that cannot be undone at once is undone later, and the reason of its failure kept', async () => {
    const phase = 'after';
    const faults = [
      { call: 'initializeConnection', error: 'INTERNAL', message: 'out of LUNs', phase, times: 1 },
      { call: 'terminateConnection', error: 'INTERNAL', message: 'deaf', times: 1 },
    ];
    const api = await start({ fake: { faults } });
    const id = await api.volume();
    expect((await initialize(api, id)).status).toBe(500);
    expect([await admitted(id), await count(OperationEntity)]).toEqual([[iqn('host-a')], 1]);
    await server.app.get(Reconciler).run(true);
    expect([await admitted(id), await count(OperationEntity)]).toEqual([null, 0]);
    const { messages } = (await api.get('/v3/messages')).body;
    expect(messages.map(({ user_message: text }: any) => text)).toEqual([
      expect.stringContaining('out of LUNs'),
    ]);
  });

  it('that fails for a second host leaves the first one', async () => {
    const api = await start(failing('initializeConnection'));
    const id = await api.volume();
    await initialize(api, id);
    const other = aConnector('host-b', { fail: 'initializeConnection' });
    expect((await initialize(api, id, other)).status).toBe(500);
    expect(await admitted(id)).toEqual([iqn('host-a')]);
  });
});

describe('os-terminate_connection', () => {
  it('ends the access of its host alone, and the export with the last one', async () => {
    const api = await start();
    const id = await api.volume();
    await initialize(api, id);
    await initialize(api, id, aConnector('host-b', { ip: '192.0.2.11' }));
    const answer = await terminate(api, id);
    expect([answer.status, answer.body]).toEqual([202, '']);
    expect(await admitted(id)).toEqual([iqn('host-b')]);
    // Some clients keep only the initiator.
    await terminate(api, id, { initiator: iqn('host-b') });
    expect([await admitted(id), await count(LegacyConnectionEntity)]).toEqual([null, 0]);
  });

  it('of null ends the access of all', async () => {
    const api = await start();
    const id = await api.volume();
    await initialize(api, id);
    await initialize(api, id, aConnector('host-b'));
    expect((await terminate(api, id, null)).status).toBe(202);
    expect(await admitted(id)).toBeNull();
  });

  it('takes the mark of os-reserve away, also where there was no connection', async () => {
    const api = await start();
    const id = await api.volume();
    for (const connects of [true, false]) {
      await act(api, id, 'os-reserve');
      if (connects) await initialize(api, id);
      expect((await terminate(api, id)).status).toBe(202);
      expect(await api.volumeStatus(id)).toBe('available');
    }
  });

  it('leaves the connection of an attachment of the same host', async () => {
    const api = await start();
    const id = await api.volume();
    const attachment = await api.attachment(id, { connector: aConnector() });
    await initialize(api, id);
    await terminate(api, id);
    expect(await admitted(id)).toEqual([iqn('host-a')]);
    await api.delete(attachment);
    expect(await admitted(id)).toBeNull();
  });

  it('that fails changes nothing and can be repeated', async () => {
    const once = { ...failing('terminateConnection').fake.faults[0], times: 1 };
    const api = await start({ fake: { faults: [once] } });
    const id = await api.volume();
    await act(api, id, 'os-reserve');
    const connector = aConnector('host-a', { fail: 'terminateConnection' });
    await initialize(api, id, connector);
    const { status, message } = await terminate(api, id, connector);
    expect(status).toBe(500);
    expect(message).toMatch(/^Unable to terminate volume connection from backend \(.*scripted\)\.$/);
    expect([await admitted(id), await api.volumeStatus(id)]).toEqual([[iqn('host-a')], 'attaching']);
    expect((await terminate(api, id, connector)).status).toBe(202);
    await server.app.get(Reconciler).run(true);
    expect([await admitted(id), await count(OperationEntity)]).toEqual([null, 0]);
  });

  it.each([['a text'], [{}], [{ host: null, platform: 'x86_64' }]])('of %j is 400', async (connector) => {
    const api = await start();
    expect((await terminate(api, await api.volume(), connector)).status).toBe(400);
  });
});

describe('connections without attachments and attachments', () => {
  it('the whole sequence of older clients', async () => {
    const api = await start();
    const id = await api.volume();
    await act(api, id, 'os-reserve');
    await initialize(api, id);
    await attach(api, id);
    expect(await api.volumeStatus(id)).toBe('in-use');
    await act(api, id, 'os-begin_detaching');
    await terminate(api, id);
    expect([await admitted(id), await api.volumeStatus(id)]).toEqual([null, 'detaching']);
    await act(api, id, 'os-detach', {});
    expect(await api.volumeStatus(id)).toBe('available');
  });

  it('an attachment that is deleted leaves the export to a connection', async () => {
    const api = await start();
    const id = await api.multiattachVolume();
    await initialize(api, id);
    await attach(api, id);
    const other = await api.attachment(id, { connector: aConnector('host-b') });
    await api.delete(other);
    expect(await admitted(id)).toEqual([iqn('host-a')]);
  });

  it.each(['os-detach', 'DELETE'])(
    '%s of the last attachment ends connections that were left',
    async (how) => {
      const api = await start();
      const id = await api.volume();
      await initialize(api, id);
      await attach(api, id);
      const [{ id: attachment }] = (await api.get('/v3/attachments')).body.attachments;
      if (how === 'DELETE') expect((await api.delete(attachment)).status).toBe(200);
      else expect((await act(api, id, 'os-detach', null)).status).toBe(202);
      expect([await admitted(id), await api.volumeStatus(id)]).toEqual([null, 'available']);
      expect([await count(LegacyConnectionEntity), await count(OperationEntity)]).toEqual([0, 0]);
    },
  );

  it('a deleted volume takes its connections along', async () => {
    const api = await start();
    const id = await api.volume();
    await initialize(api, id);
    expect((await api.send('DELETE', `/v3/volumes/${id}`)).status).toBe(202);
    await server.app.get(BackgroundWork).idle();
    expect([await admitted(id), await count(LegacyConnectionEntity)]).toEqual([null, 0]);
  });
});

describe('a server that starts again', () => {
  async function leaveOpen(
    kind: string,
    id: string,
    connection: string | null,
    details: object,
  ): Promise<void> {
    await server.app.get(UnitOfWork).run((tx) =>
      tx.manager.insert(OperationEntity, {
        id: randomUUID(),
        kind,
        volumeId: id,
        attachmentId: connection,
        requestId: 'req-before-the-crash',
        owner: 'a-process-that-died',
        details,
        startedAt: '2026-01-01T00:00:00.000000',
      }),
    );
    await server.stop();
    server = await createTestApp({ continueFrom: server });
    await server.app.get(BackgroundWork).idle();
    expect(await count(OperationEntity)).toBe(0);
  }

  it('undoes a connection that was interrupted', async () => {
    const api = await start();
    const id = await api.volume();
    await initialize(api, id);
    // As if the row had not been written, although the driver has admitted the host.
    await server.app.get(UnitOfWork).run((tx) => tx.manager.delete(LegacyConnectionEntity, { volumeId: id }));
    const details = { connector: aConnector(), mode: 'rw', isNew: true };
    await leaveOpen('legacy-connect', id, randomUUID(), details);
    expect(await admitted(id)).toBeNull();
  });

  it('leaves a connection that was there before', async () => {
    const api = await start();
    const id = await api.volume();
    await initialize(api, id);
    const [row] = await server.app.get(UnitOfWork).run((tx) => tx.manager.find(LegacyConnectionEntity));
    const details = { connector: aConnector(), mode: 'rw', isNew: false };
    await leaveOpen('legacy-connect', id, row?.id ?? '', details);
    expect(await admitted(id)).toEqual([iqn('host-a')]);
  });

  it('finishes the end of connections that was interrupted', async () => {
    const api = await start();
    const id = await api.volume();
    await act(api, id, 'os-reserve');
    await initialize(api, id);
    const [row] = await server.app.get(UnitOfWork).run((tx) => tx.manager.find(LegacyConnectionEntity));
    await leaveOpen('legacy-disconnect', id, null, { ids: [row?.id] });
    expect([await admitted(id), await count(LegacyConnectionEntity)]).toEqual([null, 0]);
    const again = new Api(server.url, {
      token: `admin:${api.project}`,
      version: NEWEST,
      project: api.project,
    });
    expect(await again.volumeStatus(id)).toBe('available');
  });
});

describe('os-force_detach', () => {
  const force = (api: Api, id: string, value: object = {}) => act(api, id, 'os-force_detach', value);

  it('cuts the host off and removes the attachment', async () => {
    const api = await start();
    const id = await api.volume();
    const attachment = await api.attachment(id, { connector: aConnector() });
    await api.complete(attachment);
    expect((await force(api, id, { attachment_id: attachment, connector: aConnector() })).status).toBe(202);
    expect([await admitted(id), await api.volumeStatus(id)]).toEqual([null, 'available']);
    expect((await api.show(attachment)).status).toBe(404);
    expect(await count(OperationEntity)).toBe(0);
  });

  it('cuts off the hosts of a volume that was attached by actions', async () => {
    const api = await start();
    const id = await api.volume();
    await initialize(api, id);
    await attach(api, id);
    expect((await force(api, id)).status).toBe(202);
    expect([await admitted(id), await api.volumeStatus(id)]).toEqual([null, 'available']);
  });

  it('that the driver does not confirm is 409 and changes nothing', async () => {
    const api = await start(failing('fenceConnection', 'FAILED_PRECONDITION'));
    const id = await api.volume();
    const connector = aConnector('host-a', { fail: 'fenceConnection' });
    const attachment = await api.attachment(id, { connector });
    await api.complete(attachment);
    const { status, message } = await force(api, id);
    expect([status, message]).toEqual([409, expect.stringContaining('scripted')]);
    const { messages } = (await api.get('/v3/messages')).body;
    expect(messages[0].user_message).toContain('scripted');
    await server.app.get(Reconciler).run(true);
    expect([await admitted(id), await api.volumeStatus(id)]).toEqual([[iqn('host-a')], 'in-use']);
    expect(await count(OperationEntity)).toBe(0);
  });

  it('of one of several attachments whose host is not known is 409', async () => {
    const api = await start();
    const id = await api.multiattachVolume();
    await initialize(api, id);
    await attach(api, id);
    await attach(api, id);
    const [{ id: attachment }] = (await api.get('/v3/attachments')).body.attachments;
    expect((await force(api, id, { attachment_id: attachment })).status).toBe(409);
    expect((await api.show(attachment)).status).toBe(200);
    await terminate(api, id);
    expect((await force(api, id, { attachment_id: attachment })).status).toBe(202);
    expect(await api.volumeStatus(id)).toBe('in-use');
  });

  it('at a backend that cannot confirm it is 409', async () => {
    const api = await start();
    const id = await api.volume();
    const attachment = await api.attachment(id, { connector: aConnector() });
    const backend = server.app.get(BackendRegistry).default;
    Object.assign(backend, { capabilities: { ...backend.capabilities, fence: false } });
    const { status, message } = await force(api, id);
    expect([status, message]).toEqual([
      409,
      `The backend fake cannot confirm that the host has lost access. Disconnect the volume on the host and delete attachment ${attachment}.`,
    ]);
    expect((await api.show(attachment)).status).toBe(200);
  });

  const interrupt = (volumeId: string, attachmentId: string) =>
    server.app.get(UnitOfWork).run((tx) =>
      tx.manager.insert(OperationEntity, {
        id: randomUUID(),
        kind: 'force-detach',
        volumeId,
        attachmentId,
        requestId: 'req-before-the-crash',
        owner: 'a-process-that-died',
        details: {},
        startedAt: '2026-01-01T00:00:00.000000',
      }),
    );

  it('that was interrupted is tried again', async () => {
    const api = await start();
    const id = await api.volume();
    await interrupt(id, await api.attachment(id, { connector: aConnector() }));
    await server.stop();
    server = await createTestApp({ continueFrom: server });
    await server.app.get(BackgroundWork).idle();
    expect([await admitted(id), await count(AttachmentEntity)]).toEqual([null, 0]);
    expect(await count(OperationEntity)).toBe(0);
  });

  it('that was interrupted and is not confirmed then is given up, with the reason', async () => {
    const api = await start(failing('fenceConnection', 'FAILED_PRECONDITION'));
    const id = await api.volume();
    const connector = aConnector('host-a', { fail: 'fenceConnection' });
    await interrupt(id, await api.attachment(id, { connector }));
    // The second run restores access that the driver may have removed.
    for (let run = 0; run < 2; run += 1) await server.app.get(Reconciler).run(true);
    expect([await admitted(id), await count(AttachmentEntity)]).toEqual([[iqn('host-a')], 1]);
    expect(await count(OperationEntity)).toBe(0);
    const { messages } = (await api.get('/v3/messages')).body;
    expect(messages[0].user_message).toContain('scripted');
  });

  it('is for admins', async () => {
    const api = await start({ personas: true });
    const member = api.as('member,reader');
    const id = await member.volume();
    await member.attachment(id, { connector: aConnector() });
    expect((await force(member, id)).status).toBe(403);
    expect((await force(api.as('member', 'f'.repeat(32)), id)).status).toBe(404);
    expect((await force(api.as('admin,member,reader'), id)).status).toBe(202);
  });
});

describe('who may connect by actions', () => {
  it('members of the project', async () => {
    const api = await start({ personas: true });
    const member = api.as('member,reader');
    const id = await member.volume();
    for (const send of [initialize, terminate]) {
      expect((await send(api.as('reader'), id)).status).toBe(403);
      expect((await send(api.as('member', 'f'.repeat(32)), id)).status).toBe(404);
      expect((await send(member, id)).status).toBeLessThan(300);
    }
  });
});

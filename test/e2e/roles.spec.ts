import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { FleetBackends } from '../../src/nodes/fleet/fleet-backends.js';
import { NestRinger } from '../../src/nodes/transport/nest-bells.js';
import { NodeWork } from '../../src/nodes/work/node-work.js';
import { Reconciler } from '../../src/operations/reconciler.js';
import { aConnector, type Api } from '../support/api.js';
// @ts-expect-error -- plain JavaScript, which the chaos suite uses as well
import { broker as aBroker } from '../support/brokers.mjs';
import { onServers } from '../support/databases.js';
import { runDoctor } from '../support/printed-command.js';
import { type Fleet, startFleet } from '../support/fleet.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

const HOST_A = aConnector()['initiator'];

const openWork = ({ app }: TestApp): Promise<unknown[]> =>
  app.get(UnitOfWork).run(({ statements }) => statements.rows('SELECT id FROM operations', []));
const outcomes = ({ app }: TestApp): Promise<unknown[]> =>
  app.get(UnitOfWork).run(({ statements }) => statements.rows('SELECT id FROM work_outcomes', []));
const attachmentsOf = async (api: Api): Promise<unknown[]> =>
  (await api.get('/v3/attachments')).body.attachments;

onServers(describe)('an API replica with a volume node', () => {
  let broker: any;
  let fleet: Fleet;

  describe.each(['nats', 'rabbitmq'])('over %s', (kind) => {
    beforeAll(async () => {
      broker = await aBroker(kind);
      fleet = await startFleet({ broker: await broker.start() });
    }, 300_000);
    afterAll(async () => {
      await fleet.close();
      await broker.stop();
    });

    it('does all work at the node, and leaves neither entries nor outcomes', async () => {
      const { api } = fleet.replica;
      const volume = await api.volume();
      const created = await api.create(volume, { connector: aConnector() });
      expect([created.status, created.message]).toEqual([200, '']);
      const { id, connection_info: info } = created.body.attachment;
      expect(info).toMatchObject({ driver_volume_type: 'iscsi', auth_method: 'CHAP' });
      expect(await fleet.node.admitted()).toEqual({ [volume]: [HOST_A] });
      expect((await api.complete(id)).status).toBe(204);
      expect((await api.delete(id)).status).toBe(200);
      expect(await fleet.node.admitted()).toEqual({});
      expect([await openWork(fleet.replica), await outcomes(fleet.replica)]).toEqual([[], []]);
    });

    it('hears from the node that each piece of work is done', async () => {
      const { api } = fleet.replica;
      while (!fleet.node.log.some((line) => line.includes('listening at the broker'))) await sleep(20);
      const rings = jest.spyOn(NestRinger.prototype, 'ring');
      const id = await api.attachment(await api.volume(), { connector: aConnector() });
      expect((await api.delete(id)).status).toBe(200);
      const answers = await Promise.allSettled(rings.mock.results.map(({ value }) => value as Promise<void>));
      rings.mockRestore();
      // The volume, the connect and the disconnect.
      expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled']);
    });

    it('goes on while the broker is away and after it has forgotten everything', async () => {
      const { api } = fleet.replica;
      const volume = await api.volume();
      await broker.stop();
      const id = await api.attachment(volume, { connector: aConnector() });
      await broker.start();
      expect((await api.delete(id)).status).toBe(200);
      expect(await fleet.node.admitted()).toEqual({});
    }, 300_000);

    it('logs no password of the broker', () => {
      const { password } = new URL(broker.url);
      const lines = [...fleet.replica.log, ...fleet.node.log];
      expect(lines.filter((line) => password.length > 5 && line.includes(password))).toEqual([]);
    });
  });

  describe('without a broker', () => {
    // Nobody listens there: messages are lost.
    const nobody = 'nats://127.0.0.1:9';
    let later: TestApp[];
    beforeEach(() => {
      later = [];
    });
    afterEach(async () => {
      for (const server of later) await server.close();
      await fleet.close();
    });

    it('answers what the node refuses as the node would, and leaves nothing', async () => {
      fleet = await startFleet({ broker: nobody });
      const { api } = fleet.replica;
      const volume = await api.volume();
      const refused = await api.create(volume, { connector: { host: 'host-a' } });
      expect([refused.status, refused.message]).toEqual([
        400,
        "Invalid input received: Connector doesn't have required information: initiator",
      ]);
      expect([await attachmentsOf(api), await api.volumeStatus(volume)]).toEqual([[], 'available']);
    });

    it('answers 503 while the node is down, and has the volume again when it is back', async () => {
      fleet = await startFleet({ broker: nobody });
      const { replica, node } = fleet;
      const volume = await replica.api.volume();
      await node.stop();
      await replica.api.untilVolume(volume, ({ status }) => status === 'available');
      let answer = await replica.api.create(volume, { connector: aConnector() });
      while (answer.status === 200) {
        await replica.api.delete(answer.body.attachment.id);
        answer = await replica.api.create(volume, { connector: aConnector() });
      }
      expect(answer.status).toBe(503);
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      expect([await attachmentsOf(replica.api), await openWork(replica)]).toEqual([[], []]);
    });

    it('takes work back from a node that is too slow, which then records nothing', async () => {
      fleet = await startFleet({
        broker: nobody,
        settings: { CLINKER_NODE_DEADLINE_MS: '1500' },
        fake: { latency_ms: { initializeConnection: 4000 } },
      });
      const { replica, node } = fleet;
      const volume = await replica.api.volume();
      const answer = await replica.api.create(volume, { connector: aConnector() });
      expect(answer.status).toBe(503);
      expect([await attachmentsOf(replica.api), await replica.api.volumeStatus(volume)]).toEqual([
        [],
        'available',
      ]);
      await node.app.get(Reconciler).run(true);
      expect(await node.admitted()).toEqual({});
      expect([await attachmentsOf(replica.api), await openWork(replica)]).toEqual([[], []]);
    });

    it('goes on after its database failed while two looks had found the same work', async () => {
      fleet = await startFleet({ broker: nobody });
      const { app } = fleet.node;
      const work = app.get<NodeWork, { take(id: string): Promise<void> }>(NodeWork);
      jest.spyOn(app.get(UnitOfWork), 'run').mockRejectedValueOnce(new Error('lost'));
      // A rejection that nobody handles ends the process.
      await expect(Promise.all([work.take('entry'), work.take('entry')])).resolves.toEqual([
        undefined,
        undefined,
      ]);
    });

    it('has a volume created at another node when its own fails to', async () => {
      fleet = await startFleet({
        broker: nobody,
        // Its reports count on a machine that is busy with everything else, too.
        settings: { CLINKER_PROCESS_LEASE_S: '60' },
        fake: { capacity_gib: 200_000, faults: [{ call: 'createVolume', message: 'broken' }] },
      });
      const { replica, node } = fleet;
      const options = { capacity_gib: 100 };
      const other = await createTestApp({
        settings: {
          CLINKER_ROLE: 'volume',
          CLINKER_NODE_NAME: `other-${node.config.node_name ?? ''}`,
          CLINKER_TRANSPORT_URL: nobody,
          CLINKER_PROCESS_LEASE_S: '60',
          CLINKER_BACKENDS: JSON.stringify([{ name: 'other', driver: 'fake', options }]),
          DATABASE_URL: node.config.database_url ?? '',
        },
      });
      later.push(other);
      const pools = async (): Promise<string[]> =>
        (await replica.api.get('/v3/scheduler-stats/get_pools')).body.pools.map(({ name }: any) => name);
      while (!(await pools()).includes('clinker@other#other'));
      const id = await replica.api.volume();
      const { volume } = (await replica.api.get(`/v3/volumes/${id}`)).body;
      expect([volume.status, volume['os-vol-host-attr:host']]).toEqual(['available', 'clinker@other#other']);
      expect(await openWork(replica)).toEqual([]);
      const attachment = await replica.api.attachment(id, { connector: aConnector() });
      expect(await other.admitted()).toEqual({ [id]: [HOST_A] });
      expect((await replica.api.delete(attachment)).status).toBe(200);
    });

    it('refuses new volumes for a time while no node has joined', async () => {
      fleet = await startFleet({ broker: nobody });
      const alone = await createTestApp({
        settings: { CLINKER_ROLE: 'api', CLINKER_TRANSPORT_URL: nobody, CLINKER_PROCESS_LEASE_S: '3' },
      });
      later.push(alone);
      for (const wanted of [{}, { availability_zone: 'nova' }]) {
        const body = { volume: { size: 1, ...wanted } };
        const { status, headers } = await alone.api.send('POST', '/v3/volumes', body);
        expect([status, Number(headers.get('retry-after')) > 0]).toEqual([503, true]);
      }
    });

    it('refuses a second node of the same name, and a backend of another node', async () => {
      fleet = await startFleet({ broker: nobody });
      const { config } = fleet.node;
      const start = async (name: string): Promise<unknown> =>
        createTestApp({
          settings: {
            CLINKER_ROLE: 'volume',
            CLINKER_NODE_NAME: name,
            CLINKER_TRANSPORT_URL: nobody,
            CLINKER_PROCESS_LEASE_S: '3',
            DATABASE_URL: config.database_url ?? '',
          },
        }).then((server) => later.push(server));
      const name = config.node_name ?? '';
      await expect(start(name)).rejects.toThrow(`The volume node ${name} is running already.`);
      await expect(start('another')).rejects.toThrow(
        `Other volume nodes own backends of these names: fake (${name})`,
      );
    });

    it('says at the replica which node compares the exports, and which is down', async () => {
      fleet = await startFleet({ broker: nobody, settings: { CLINKER_DEFAULT_BACKEND: 'fake' } });
      const { replica, node } = fleet;
      const name = node.config.node_name ?? '';
      const examined = async (): Promise<any> => (await replica.api.get('/v3/clinker-consistency')).body;
      expect((await examined()).consistency).toEqual({
        findings: [],
        unchecked: [],
        elsewhere: [{ backend: 'fake', node: name }],
        next_marker: null,
      });
      expect(await runDoctor('--url', replica.url)).toEqual([
        0,
        `No inconsistencies.\nexports not compared here: fake (run clinker doctor at ${name})`,
      ]);
      await node.stop();
      let report = await examined();
      for (; report.consistency.unchecked.length === 0; report = await examined()) await sleep(50);
      expect(report.consistency).toMatchObject({
        unchecked: [
          { backend: 'fake', reason: expect.stringMatching(`^Its volume node ${name} is down\\.`) },
        ],
        elsewhere: [],
      });
      expect(await runDoctor('--url', replica.url)).toEqual([
        2,
        expect.stringMatching(`^not checked: fake: Its volume node ${name} is down`),
      ]);
      expect(replica.log.join('')).not.toContain('no volume node has the default backend');
    });

    it('tells that no node has the default backend, once each time', async () => {
      fleet = await startFleet({ broker: nobody });
      const shared = {
        ...{ CLINKER_TRANSPORT_URL: nobody, CLINKER_PROCESS_LEASE_S: '3' },
        DATABASE_URL: fleet.node.config.database_url ?? '',
      };
      const replica = await createTestApp({
        settings: { ...shared, CLINKER_ROLE: 'api', CLINKER_DEFAULT_BACKEND: 'late' },
      });
      later.push(replica);
      const told = (): string[] =>
        replica.log.filter((line) => line.includes('"msg":"no volume node has the default'));
      const { status, message } = await replica.api.send('POST', '/v3/volumes', { volume: { size: 1 } });
      expect([status, message]).toEqual([
        503,
        'No valid backend was found. No weighed backends available. No volume node has the default backend late yet. Try again later.',
      ]);
      expect(told()).toHaveLength(1);
      const backends = JSON.stringify([{ name: 'late', driver: 'fake' }]);
      const node = await createTestApp({
        settings: {
          ...shared,
          ...{ CLINKER_ROLE: 'volume', CLINKER_NODE_NAME: 'late', CLINKER_BACKENDS: backends },
        },
      });
      later.push(node);
      const directory = replica.app.get(FleetBackends);
      while (directory.find('late') === undefined) await sleep(50);
      expect(told()).toHaveLength(1);
      await node.stop();
      later.pop();
      await replica.app
        .get(UnitOfWork)
        .run(({ statements }) => statements.change('DELETE FROM node_backends WHERE name = ?', ['late']));
      while (told().length < 2) await sleep(50);
      expect(directory.find('late')).toBeUndefined();
    });

    it('answers at the node only what operators ask it', async () => {
      fleet = await startFleet({ broker: nobody });
      const { api } = fleet.node;
      expect((await api.get('/v3/volumes')).status).toBe(421);
      expect((await api.get('/healthz/live')).status).toBe(200);
      expect((await api.get('/v3/clinker-consistency')).body.consistency.findings).toEqual([]);
    });
  });
});

import { afterEach, describe, expect, it } from '@jest/globals';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { BackendRegistry } from '../../src/drivers/registry/backend-registry.js';
import { BackgroundWork } from '../../src/operations/background-work.js';
import { OperationEntity } from '../../src/operations/operation.entity.js';
import { VolumeEntity } from '../../src/volumes/volume/volume.entity.js';
import { aConnector, type Answer } from '../support/api.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

const AWAY = { call: 'setup', error: 'UNAVAILABLE', message: 'the filer is off' };

let server: TestApp;

afterEach(async () => {
  await server.close();
});

const backends = (...faults: object[]): Record<string, string> => ({
  CLINKER_BACKENDS: JSON.stringify([
    { name: 'late', driver: 'fake', options: { faults } },
    { name: 'well', driver: 'fake' },
  ]),
  CLINKER_DEFAULT_BACKEND: 'late',
});

async function service(backend: string): Promise<unknown> {
  const { body } = await server.api.get(`/v3/os-services?host=clinker@${backend}`);
  const [{ state, backend_state, disabled_reason }] = body.services;
  return [state, backend_state, disabled_reason];
}

/** Waits until the backend is set up and its open work has been processed. */
async function untilSetUp(): Promise<void> {
  const late = server.app.get(BackendRegistry).get('late');
  while (late.missing !== null) await new Promise((resolve) => setTimeout(resolve, 20));
  await server.app.get(BackgroundWork).idle();
}

const refusal = ({ status, message, headers }: Answer): unknown => [
  status,
  message,
  Number(headers.get('retry-after')) > 0,
];
const REFUSED = [503, 'Backend late does not answer. Try again later.', true];

describe('a backend that does not answer at start', () => {
  it('is down with its reason, does not affect others, and is set up when it answers', async () => {
    server = await createTestApp({ settings: backends() });
    const before = server;
    const volume = await server.api.volume();
    const attached = await server.api.attachment(volume, { connector: aConnector() });
    const plain = await server.api.attachment(await server.api.volume());
    await server.stop();

    server = await createTestApp({ continueFrom: before, settings: backends({ ...AWAY, times: 2 }) });
    const api = server.api.of(before.api.project);
    expect(await service('late')).toEqual(['down', 'down', 'Backend late: setup failed: the filer is off']);
    expect(await service('well')).toEqual(['up', 'up', null]);
    expect((await api.show(attached)).status).toBe(200);
    expect(refusal(await api.delete(attached))).toEqual(REFUSED);
    expect(refusal(await api.update(plain))).toEqual(REFUSED);
    expect(refusal(await api.send('POST', '/v3/volumes', { volume: { size: 1 } }))).toEqual(REFUSED);
    const type = { name: 'well', extra_specs: { volume_backend_name: 'well' } };
    expect((await api.send('POST', '/v3/types', { volume_type: type })).status).toBe(200);
    expect(
      (await api.create(await api.volume({ volume_type: 'well' }), { connector: aConnector() })).status,
    ).toBe(200);
    const pools = await api.get('/v3/scheduler-stats/get_pools?detail=true');
    expect(pools.body.pools.map((pool: any) => pool.capabilities.backend_state)).toEqual(['down', 'up']);
    const { consistency } = (await api.get('/v3/clinker-consistency')).body;
    expect(consistency.findings).toEqual([]);
    expect(consistency.unchecked).toEqual([
      { backend: 'late', reason: 'Backend late does not answer. Try again later.' },
    ]);

    await untilSetUp();
    expect(await service('late')).toEqual(['up', 'up', null]);
    expect((await api.delete(attached)).status).toBe(200);
    expect(server.log.join('')).toContain('the backend is set up');
  });

  it('has its open work ended when it answers, whose outcome does not suffer', async () => {
    server = await createTestApp({ settings: backends() });
    const before = server;
    const [making, removing] = [await server.api.volume(), await server.api.volume()];
    await server.app.get(UnitOfWork).run(async ({ manager }) => {
      for (const [kind, volumeId, status] of [
        ['create-volume', making, 'creating'],
        ['delete-volume', removing, 'deleting'],
      ] as const) {
        await manager.update(VolumeEntity, { id: volumeId }, { status });
        await manager.insert(OperationEntity, {
          ...{ id: crypto.randomUUID(), kind, volumeId, attachmentId: null, details: {} },
          ...{ requestId: 'req-1', owner: 'a-process-that-died', startedAt: '2026-01-01T00:00:00.000000' },
        });
      }
    });
    await server.stop();
    // Interrupted work meets the same outage once more after the setup.
    const faults = [
      { ...AWAY, times: 1 },
      { call: 'createVolume', error: 'UNAVAILABLE', times: 1 },
      { call: 'deleteVolume', error: 'UNAVAILABLE', times: 1 },
    ];
    server = await createTestApp({
      continueFrom: before,
      settings: { ...backends(...faults), CLINKER_RECONCILE_INTERVAL_S: '1' },
    });
    const api = server.api.of(before.api.project);
    const stateOf = async (id: string): Promise<string> => {
      const { status, body } = await api.get(`/v3/volumes/${id}`);
      return status === 200 ? body.volume.status : String(status);
    };
    expect([await stateOf(making), await stateOf(removing)]).toEqual(['creating', 'deleting']);
    await untilSetUp();
    const seen = new Set<string>();
    const look = async (): Promise<boolean> => {
      const states = [await stateOf(making), await stateOf(removing)];
      for (const state of states) seen.add(state);
      return states.join() !== 'available,404';
    };
    while (await look()) await new Promise((resolve) => setTimeout(resolve, 20));
    expect([...seen].filter((state) => state.startsWith('error'))).toEqual([]);
  });

  it('is the only one left when the driver of the other cannot be used', async () => {
    const faults = [{ call: 'setup', error: 'FAILED_PRECONDITION', message: 'no volume group' }];
    const settings = {
      CLINKER_BACKENDS: JSON.stringify([
        { name: 'late', driver: 'fake', options: { faults: [{ ...AWAY, times: 1 }] } },
        { name: 'wrong', driver: 'fake', options: { faults } },
      ]),
      CLINKER_DEFAULT_BACKEND: 'late',
    };
    server = await createTestApp({ settings });
    const reason = 'Backend wrong: setup is not possible now: no volume group';
    expect(await service('wrong')).toEqual(['down', 'down', reason]);
    await untilSetUp();
    expect(await service('late')).toEqual(['up', 'up', null]);
    expect(await service('wrong')).toEqual(['down', 'down', reason]);
  });
});

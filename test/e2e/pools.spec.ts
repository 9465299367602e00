import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Answer, Api } from '../support/api.js';
import { createTestApp, type TestApp } from '../support/test-app.js';
import { NEWEST } from '../support/newest.js';

let server: TestApp;
let api: Api;

const faults = [{ call: 'getStats', error: 'INTERNAL' }];

beforeAll(async () => {
  server = await createTestApp({
    personas: true,
    settings: {
      CLINKER_BACKENDS: JSON.stringify([
        { name: 'well', driver: 'fake', options: { capacity_gib: 100 } },
        { name: 'sick', driver: 'fake', options: { faults } },
      ]),
    },
  });
  api = server.api;
  await newType('on sick', { volume_backend_name: 'sick' });
  await newType('fibre', { storage_protocol: 'FC' });
  await newType('iscsi', { storage_protocol: 'iSCSI', 'capabilities:volume_backend_name': 'sick' });
});
afterAll(() => server.close());

async function newType(name: string, extraSpecs: object): Promise<void> {
  const body = { volume_type: { name, extra_specs: extraSpecs } };
  expect((await api.send('POST', '/v3/types', body)).status).toBe(200);
}

async function pools(query: string, version = NEWEST): Promise<any[]> {
  const { status, body } = await api.at(version).get(`/v3/scheduler-stats/get_pools${query}`);
  expect(status).toBe(200);
  return body.pools;
}

const names = async (query: string, version?: string): Promise<string[]> =>
  (await pools(query, version)).map(({ name }) => name);

describe('pools', () => {
  it('are the backends, by name alone', async () => {
    expect(await pools('')).toEqual([{ name: 'clinker@well#well' }, { name: 'clinker@sick#sick' }]);
  });

  it('tell what they hold and can do', async () => {
    await api.volume();
    const [well] = await pools('?detail=true');
    expect(well.capabilities).toMatchObject({
      volume_backend_name: 'well',
      storage_protocol: 'iSCSI',
      vendor_name: 'Open Source',
      total_capacity_gb: 100,
      free_capacity_gb: 99,
      allocated_capacity_gb: 1,
      total_volumes: 1,
      backend_state: 'up',
    });
  });

  it('that do not tell their capacity hide no other', async () => {
    const [, sick] = await pools('?detail=1');
    expect(sick.capabilities).toMatchObject({ total_capacity_gb: 'unknown', free_capacity_gb: 'unknown' });
  });

  it('filter by name, and from 3.28 to 3.30 by what they are', async () => {
    expect(await names('?name=clinker%40well%23well')).toEqual(['clinker@well#well']);
    expect(await names('?name=clinker%40well%23well', '3.28')).toEqual(['clinker@well#well']);
    expect(await names('?volume_backend_name=sick', '3.30')).toEqual(['clinker@sick#sick']);
    expect(await names('?storage_protocol=iscsi&total_volumes=0', '3.30')).toEqual(['clinker@sick#sick']);
    expect(await names('?toString=1', '3.30')).toEqual([]);
    expect(await names('?volume_backend_name=sick', '3.27')).toHaveLength(2);
  });

  it('filter by the volume type that they have to meet', async () => {
    expect(await names('?volume_type=on%20sick')).toEqual(['clinker@sick#sick']);
    expect(await names('?volume_type=fibre')).toEqual([]);
    expect((await api.get('/v3/scheduler-stats/get_pools?volume_type=none')).status).toBe(404);
  });

  it('refuse a detail that is no boolean', async () => {
    expect((await api.get('/v3/scheduler-stats/get_pools?detail=perhaps')).status).toBe(400);
  });

  it('are for admins', async () => {
    const member = api.as('member,reader');
    expect((await member.get('/v3/scheduler-stats/get_pools')).status).toBe(403);
    expect((await member.get('/v3/capabilities/clinker@well')).status).toBe(403);
  });
});

describe('capabilities', () => {
  it.each(['clinker@well', 'clinker%40well%23well'])('are those of the backend at %s', async (host) => {
    const { status, body } = await api.get(`/v3/capabilities/${host}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      namespace: 'OS::Storage::Capabilities::clinker@well',
      volume_backend_name: 'well',
      storage_protocol: 'iSCSI',
    });
  });

  it.each(['clinker', 'clinker@none', 'other@well', 'clinker@well%23sick', '__proto__'])(
    'of %s are not found',
    async (host) => {
      expect((await api.get(`/v3/capabilities/${host}`)).status).toBe(404);
    },
  );
});

describe('a volume type that asks for a backend', () => {
  async function make(type: string): Promise<Answer> {
    return api.send('POST', '/v3/volumes', { volume: { size: 1, volume_type: type } });
  }

  it('gets the one that meets all of it, not the default one', async () => {
    const { status, body } = await make('iscsi');
    expect(status).toBe(202);
    const shown = await api.get(`/v3/volumes/${body.volume.id}`);
    expect(shown.body.volume['os-vol-host-attr:host']).toBe('clinker@sick#sick');
  });

  it('is refused when none meets it, and leaves no volume', async () => {
    const before = (await api.get('/v3/volumes')).body.volumes.length;
    const { status, body } = await make('fibre');
    expect(status).toBe(400);
    expect(body.badRequest.message).toContain('storage_protocol=FC');
    expect((await api.get('/v3/volumes')).body.volumes).toHaveLength(before);
  });
});

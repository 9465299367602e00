import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { VolumeTypesRepository } from '../../src/volumes/types/volume-types.repository.js';
import type { Answer, Api } from '../support/api.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

/** More parameters than any database accepts in a statement. */
const MANY = 70_000;

let server: TestApp;
let api: Api;
let volume: string;

beforeAll(async () => {
  // The largest requests that an operator can allow: the limits below are not those of the request.
  server = await createTestApp({
    settings: { CLINKER_MAX_HEADER_BYTES: '1048576', CLINKER_MAX_BODY_BYTES: '16777216' },
  });
  api = server.api;
  volume = await api.volume({ name: 'here' });
});
afterAll(() => server.close());

const listOf = (count: number, item: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => item(index)).join(',');

function expectRefused({ status, body, message }: Answer, text: RegExp): void {
  expect([status, Object.keys(body)]).toEqual([400, ['badRequest']]);
  expect(message).toMatch(text);
  expect(message.length).toBeLessThan(1_000);
}

const LISTS = ['volumes', 'volumes/detail', 'attachments', 'attachments/detail', 'types', 'messages'];

describe('what a client makes large in a query is refused', () => {
  it.each(LISTS)('sort keys of %s', async (list) => {
    const repeated = listOf(2_000, () => 'created_at:asc');
    expectRefused(await api.get(`/v3/${list}?sort=${repeated}`), /given more than once/);
    const unknown = listOf(2_000, (index) => `k${index}`);
    expectRefused(await api.get(`/v3/${list}?sort=${unknown}`), /Invalid sort key/);
  });

  it.each(['id', 'status', 'size', 'description', 'volume_type_id', 'user_id', 'encryption_key_id'])(
    'values of the filter %s',
    async (name) => {
      const values = encodeURIComponent(`[${listOf(MANY, (index) => String(index % 10))}]`);
      expectRefused(await api.get(`/v3/volumes?${name}=${values}`), /more than 1000 values/);
      const most = encodeURIComponent(`[${listOf(1_000, (index) => String(index + 1))}]`);
      expect((await api.get(`/v3/volumes?${name}=${most}`)).status).toBe(200);
    },
  );

  it('entries of metadata, and times', async () => {
    const metadata = encodeURIComponent(`{${listOf(MANY / 10, (index) => `'${index}':'1'`)}}`);
    expectRefused(await api.get(`/v3/volumes?metadata=${metadata}`), /more than 100 entries/);
    const times = listOf(101, () => 'gt:2026-01-31T12:00:00');
    expectRefused(await api.get(`/v3/volumes?created_at=${times}`), /more than 100 comparisons/);
  });

  it.each(['volumes?name~', 'volumes?id~', 'attachments?connector~', 'attachments?volume_id~'])(
    'a part of a text: %s',
    async (filter) => {
      expectRefused(await api.get(`/v3/${filter}=${'x'.repeat(60_000)}`), /more than 1000 characters/);
      expect((await api.get(`/v3/${filter}=${'x'.repeat(1_000)}`)).status).toBe(200);
    },
  );

  it.each(['volumes?id', 'attachments?volume_id', 'messages?event_id', 'types?name', 'volumes?name'])(
    'but not a text that nothing is as long as: %s',
    async (filter) => {
      expect((await api.get(`/v3/${filter}=${'x'.repeat(60_000)}`)).status).toBe(200);
    },
  );

  it('parameters, of which none is left out in silence', async () => {
    const more = listOf(100, (index) => `k${index}=1`).replaceAll(',', '&');
    for (const path of ['volumes', 'attachments', 'scheduler-stats/get_pools', `volumes/${volume}`, 'limits'])
      expectRefused(await api.get(`/v3/${path}?${more}&limit=1`), /more than 100 parameters/);
  });

  it('ids and keys in a path', async () => {
    const long = 'x'.repeat(60_000);
    for (const path of [`attachments/${long}`, `volumes/${long}`, `volumes/${volume}/metadata/${long}`])
      expect((await api.get(`/v3/${path}`)).status).toBe(404);
  });
});

describe('what a client makes large in a body is refused', () => {
  const entries = (count: number, from = 0): Record<string, string> =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index + from}`, 'v']));

  it('entries of metadata: of a new volume, at once, and one request after another', async () => {
    const path = `/v3/volumes/${volume}/metadata`;
    for (const count of [1_001, MANY]) {
      const metadata = entries(count);
      expectRefused(await api.send('POST', '/v3/volumes', { volume: { size: 1, metadata } }), /too many/);
      expectRefused(await api.send('POST', path, { metadata }), /too many/);
      expectRefused(await api.send('PUT', path, { metadata }), /too many/);
      expectRefused(await api.send('PUT', `/v3/volumes/${volume}`, { volume: { metadata } }), /too many/);
    }
    expect((await api.send('PUT', path, { metadata: entries(1_000) })).status).toBe(200);
    expect((await api.send('POST', path, { metadata: entries(1_000) })).status).toBe(200);
    expectRefused(await api.send('POST', path, { metadata: entries(1, 1_000) }), /at most 1000 entries/);
    expectRefused(await api.send('PUT', `${path}/one-more`, { meta: { 'one-more': 'v' } }), /at most 1000/);
    expect(Object.keys((await api.get(path)).body.metadata)).toHaveLength(1_000);
  });

  it('extra specs: of a new type, at once, and one request after another', async () => {
    const make = (extra_specs: object): Promise<Answer> =>
      api.send('POST', '/v3/types', { volume_type: { name: 'many', extra_specs } });
    expectRefused(await make(entries(MANY)), /too many/);
    const { body } = await make(entries(1_000));
    const path = `/v3/types/${body.volume_type.id}/extra_specs`;
    expectRefused(await api.send('POST', path, { extra_specs: entries(1_001) }), /too many/);
    expectRefused(await api.send('POST', path, { extra_specs: entries(1, 1_000) }), /at most 1000/);
    expectRefused(await api.send('PUT', `${path}/one-more`, { 'one-more': 'v' }), /at most 1000/);
    expect(Object.keys((await api.get(path)).body.extra_specs)).toHaveLength(1_000);
  });

  it('names of actions, and what an action does not read', async () => {
    const action = `/v3/volumes/${volume}/action`;
    expectRefused(await api.send('POST', action, { ['x'.repeat(1_000_000)]: null }), /no such action/);
    expect((await api.send('POST', action, { 'os-reserve': entries(MANY) })).status).toBe(202);
    expect((await api.send('POST', action, { 'os-unreserve': entries(MANY) })).status).toBe(202);
  });

  it('not a connector, which is stored as one text', async () => {
    const connector = {
      initiator: 'iqn.1994-05.com.example:a',
      host: 'a',
      ip: '192.0.2.1',
      ...entries(MANY),
    };
    const { status, body } = await api.create(volume, { connector });
    expect(status).toBe(200);
    expect((await api.delete(body.attachment.id)).status).toBe(200);
  });
});

describe('types with an extra spec', () => {
  it('are found page by page however many types there are', async () => {
    const names = Array.from({ length: 25 }, (_, index) => `t${String(index).padStart(2, '0')}`);
    for (const name of names) {
      const extra_specs = { kind: Number(name.slice(1)) % 2 === 0 ? 'even' : 'odd' };
      await api.send('POST', '/v3/types', { volume_type: { name, extra_specs } });
    }
    const filter = `extra_specs=${encodeURIComponent("{'kind': 'even'}")}&sort=name:asc`;
    const shown = async (query: string): Promise<string[]> =>
      (await api.get(`/v3/types?${filter}&${query}`)).body.volume_types.map(({ name }: any) => name);
    const even = names.filter((_, index) => index % 2 === 0);
    expect(await shown('')).toEqual(even);
    expect(await shown('limit=3')).toEqual(even.slice(0, 3));
    expect(await shown('limit=3&offset=4')).toEqual(even.slice(4, 7));
    expect(await shown('offset=100')).toEqual([]);
    expect(await shown('limit=0')).toEqual([]);
    const { body } = await api.get(`/v3/types?${filter}&limit=5`);
    const next = new URL(body.volume_type_links[0].href);
    expect(await shown(next.search.slice(1).replace(/.*(?=marker=)/, 'limit=5&'))).toEqual(even.slice(5, 10));
    expect((await api.get(`/v3/types?${filter.replace('name', 'bogus')}&limit=0`)).status).toBe(400);
  });

  it('also behind a thousand that have it not', async () => {
    const types = server.app.get(VolumeTypesRepository, { strict: false });
    const createdAt = '2026-01-31T12:00:00.000000';
    await server.app.get(UnitOfWork, { strict: false }).run(async (tx) => {
      for (let index = 0; index < 2_100; index += 1) {
        const extraSpecs = index % 1_000 === 999 ? { rare: 'yes' } : {};
        const name = `u${String(index).padStart(4, '0')}`;
        const type = { id: randomUUID(), name, description: null, isPublic: true, extraSpecs };
        await types.insert(tx, { ...type, createdAt, updatedAt: null });
      }
    });
    const filter = `extra_specs=${encodeURIComponent("{'rare': 'yes'}")}&sort=name:asc`;
    const names = async (query: string): Promise<string[]> =>
      (await api.get(`/v3/types?${filter}${query}`)).body.volume_types.map(({ name }: any) => name);
    expect(await names('')).toEqual(['u0999', 'u1999']);
    expect(await names('&offset=1')).toEqual(['u1999']);
  });
});

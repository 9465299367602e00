import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Answer, Api } from '../support/api.js';
import { createTestApp, type TestApp } from '../support/test-app.js';
import { NEWEST } from '../support/newest.js';

let server: TestApp;
let api: Api;
let volume: string;
const instance = randomUUID();
/** Newest first. */
const ids: string[] = [];

beforeAll(async () => {
  server = await createTestApp({ personas: true });
  api = server.api;
  volume = await api.multiattachVolume();
  for (let count = 0; count < 7; count += 1) {
    const id = await api.attachment(volume, count % 2 === 0 ? { instance_uuid: instance } : {});
    await api.complete(id);
    ids.unshift(id);
  }
});
afterAll(() => server.close());

const idsOf = ({ body }: Answer): string[] => body.attachments.map(({ id }: { id: string }) => id);
/** The next page as each client's source code looks for it; null if it finds none. */
const NEXT: Readonly<Record<string, (answer: Answer) => string | null>> = {
  cinderclient: ({ body }) =>
    body.attachments_links?.find(({ rel }: { rel: string }) => rel === 'next')?.href ?? null,
  // Expects a string in an object, or nothing; any other type is an error.
  gophercloud: ({ body }) => {
    if (body.links === undefined) return null;
    expect(body.links).toEqual({ next: expect.any(String) });
    return body.links.next;
  },
  // Reads `links` first and finds none in its own form there, then `next`; a Link header would end the search.
  openstacksdk: ({ body, headers }) => {
    expect(headers.get('link')).toBeNull();
    const links =
      'links' in body ? Object.entries(body.links).map(([k, v]) => ({ [k]: v })) : body.attachments_links;
    const [link] = (links ?? []).filter((one: any) => one.rel === 'next' && 'href' in one);
    return link?.href ?? body.next ?? null;
  },
};

const list = (query: string): Promise<Answer> => api.get(`/v3/attachments${query}`);

describe('pages', () => {
  it.each(['', '/detail'])('of attachments%s follow their links to the end, each row once', async (path) => {
    for (const limit of [1, 2, 3, 7, 8]) {
      const seen: string[] = [];
      let next: string | undefined = `/v3/attachments${path}?limit=${limit}&volume_id=${volume}`;
      while (next !== undefined) {
        const answer: Answer = await api.get(next);
        expect(answer.status).toBe(200);
        seen.push(...idsOf(answer));
        const [link] = answer.body.attachments_links ?? [];
        next = link === undefined ? undefined : link.href.replace(server.url, '');
      }
      expect(seen).toEqual(ids);
    }
  });

  it.each(Object.entries(NEXT))('of attachments are all read by %s', async (_client, nextOf) => {
    for (const path of ['/v3/attachments', `/v3/${api.project}/attachments/detail`]) {
      const seen: string[] = [];
      let next: string | null = `${server.url}${path}?limit=2&volume_id=${volume}`;
      while (next !== null) {
        const answer: Answer = await api.get(next.replace(server.url, ''));
        seen.push(...idsOf(answer));
        next = nextOf(answer);
      }
      expect(seen).toEqual(ids);
    }
  });

  it('that are not full have no link of any form', async () => {
    const { body, headers } = await list(`?limit=8&volume_id=${volume}`);
    expect([Object.keys(body), headers.get('link')]).toEqual([['attachments'], null]);
  });

  it.each([
    'created_at:asc',
    'id:desc',
    'instance_uuid:asc',
    'attach_time',
    'attach_status:asc,id:desc',
    'mountpoint:desc',
  ])('sorted by %s are one order, cut in pieces', async (sort) => {
    const whole = idsOf(await list(`?sort=${sort}`));
    expect([...whole].sort()).toEqual([...ids].sort());
    const pieces: string[] = [];
    for (let marker = ''; pieces.length < whole.length; marker = `&marker=${pieces.at(-1) ?? ''}`) {
      pieces.push(...idsOf(await list(`?sort=${sort}&limit=2${marker}`)));
    }
    expect(pieces).toEqual(whole);
  });

  it('keep the project in the address of the next one, and the filters', async () => {
    const { body } = await api.get(`/v3/${api.project}/attachments?limit=2&instance_id=${instance}`);
    const { href } = body.attachments_links[0];
    expect(href).toContain(`${server.url}/v3/${api.project}/attachments?`);
    expect(new URL(href).searchParams.get('instance_id')).toBe(instance);
  });

  it('name the next one as the proxy is reached', async () => {
    const { body } = await api.send('GET', '/v3/attachments?limit=1', undefined, {
      'X-Forwarded-Proto': 'https',
      'X-Forwarded-Host': 'volume.localhost',
    });
    expect(body.attachments_links[0].href).toMatch(/^https:\/\/volume\.localhost\/v3\/attachments\?/);
  });

  it('leave out as many as the offset says, after the marker', async () => {
    expect(idsOf(await list('?offset=2'))).toEqual(ids.slice(2));
    expect(idsOf(await list(`?marker=${ids[1]}&offset=1&limit=2`))).toEqual(ids.slice(3, 5));
    expect(idsOf(await list('?limit=0'))).toEqual([]);
    expect(idsOf(await list('?limit=99999999'))).toEqual(ids);
  });

  it.each([
    'limit=-1',
    'limit=x',
    'limit=',
    'limit=1.5',
    'offset=-1',
    'offset=2147483648',
    'offset=x',
    'sort=bogus',
    'sort=',
    'sort=created_at:up',
    'sort=created_at:ASC',
    'sort_key=name',
    'sort=id,id',
    'sort=id:asc,created_at, id:desc',
    'sort=id&sort_key=id',
    'sort_key=id&sort_dir=sideways',
    'sort=volume',
    'sort=save',
    'limit=1&limit=2',
  ])('with ?%s are refused', async (query) => {
    const { status, body } = await list(`?${query}`);
    expect([status, Object.keys(body)]).toEqual([400, ['badRequest']]);
  });

  it.each(['marker=', 'marker=unknown', `marker=${randomUUID()}`])(
    'after an unknown marker are not found: %s',
    async (query) => {
      expect((await list(`?${query}`)).status).toBe(404);
    },
  );
});

describe('a marker of another project', () => {
  it('is not found, but by admins', async () => {
    const elsewhere = randomUUID().replaceAll('-', '');
    const path = `/v3/attachments?marker=${ids[0]}`;
    expect((await api.as('member,reader', elsewhere).get(path)).status).toBe(404);
    expect((await api.of(elsewhere).get(path)).status).toBe(200);
  });
});

describe('filters', () => {
  it('that everybody has', async () => {
    expect(idsOf(await list(`?volume_id=${volume}`))).toEqual(ids);
    expect(idsOf(await list(`?volume_id=${randomUUID()}`))).toEqual([]);
    expect(idsOf(await list(`?instance_id=${instance}`))).toHaveLength(4);
    expect(idsOf(await list(`?instance_id=${randomUUID()}`))).toEqual([]);
    expect(idsOf(await list('?attach_status=attached'))).toEqual(ids);
    expect(idsOf(await list('?status=attached'))).toEqual(ids);
    expect(idsOf(await list('?status=reserved'))).toEqual([]);
    expect(idsOf(await list(`?instance_id=${instance}&status=attached`))).toHaveLength(4);
    expect(idsOf(await list(`?volume_id=${volume}&attach_status=reserved`))).toEqual([]);
  });

  it('that admins have: any column, parts of texts, and nothing for what is no column', async () => {
    expect(idsOf(await list(`?id=${ids[0]}`))).toEqual([ids[0]]);
    expect(idsOf(await list('?attach_status~=tach'))).toEqual(ids);
    expect(idsOf(await list('?attach_status~=%25'))).toEqual([]);
    expect(idsOf(await list('?bogus=1'))).toEqual([]);
    expect(idsOf(await list('?deleted=False'))).toEqual([]);
  });

  it.each([
    ['3.27', 'bogus=1', 200],
    ['3.30', 'bogus=1', 200],
    ['3.31', 'bogus=1', 400],
    ['3.33', 'attach_status~=a', 400],
    ['3.34', 'attach_status~=a', 400],
    [NEWEST, 'attached_host=x', 400],
    [NEWEST, 'all_tenants=1', 200],
    [NEWEST, `instance_id=${instance}`, 200],
  ])('of a member at %s: ?%s is %i', async (version, query, status) => {
    expect((await api.as('member,reader').at(version).get(`/v3/attachments?${query}`)).status).toBe(status);
  });

  it('name all that are wrong', async () => {
    const { message } = await api.as('member').get('/v3/attachments?a=1&b=2');
    expect(message).toBe('Invalid filters a,b are found in query options.');
  });
});

describe('projects', () => {
  const other = randomUUID().replaceAll('-', '');

  it('are apart, also for admins, unless all are asked for', async () => {
    const admin = api.of(other);
    expect(idsOf(await admin.get('/v3/attachments'))).toEqual([]);
    expect(idsOf(await admin.get('/v3/attachments?all_tenants=1'))).toEqual(ids);
    expect(idsOf(await admin.get('/v3/attachments?all_tenants=True&limit=2'))).toEqual(ids.slice(0, 2));
    expect(idsOf(await admin.get(`/v3/attachments?all_tenants=1&project_id=${api.project}`))).toEqual(ids);
    expect(idsOf(await admin.get(`/v3/attachments?all_tenants=1&project_id=${other}`))).toEqual([]);
    expect(idsOf(await admin.get(`/v3/attachments?project_id=${api.project}`))).toEqual([]);
  });

  it.each(['False', 'false', '0', 'no'])('are not all asked for by all_tenants=%s', async (value) => {
    expect(idsOf(await api.of(other).get(`/v3/attachments?all_tenants=${value}`))).toEqual([]);
  });
});

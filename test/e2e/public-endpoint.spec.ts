import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Api } from '../support/api.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

/** Every URL that responses can hold, by request. */
async function links(api: Api, headers: Record<string, string>): Promise<Record<string, string>> {
  const ask = async (path: string): Promise<any> => (await api.send('GET', path, undefined, headers)).body;
  const within = `/v3/${api.project}`;
  const [volume] = (await ask(`${within}/volumes/detail`)).volumes;
  const redirected = await api.send('GET', '/v3', undefined, headers);
  const nobody = new Api(api.url, { token: null, version: null, project: api.project });
  const offered = await nobody.send('GET', `${within}/`, undefined, headers);
  return {
    versions: (await ask('/')).versions[0].links[1].href,
    redirect: redirected.headers.get('location') ?? '',
    management: offered.headers.get('x-server-management-url') ?? '',
    attachments: (await ask(`${within}/attachments?limit=1&offset=0`)).attachments_links[0].href,
    details: (await ask('/v3/attachments/detail?limit=1&name=a%2Fb')).attachments_links?.[0].href ?? '',
    volumes: (await ask('/v3/volumes?limit=1')).volumes_links[0].href,
    types: (await ask(`${within}/types?limit=1`)).volume_type_links[0].href,
    self: volume.links[0].href,
    bookmark: volume.links[1].href,
  };
}

async function filled(settings: Record<string, string>): Promise<TestApp> {
  const server = await createTestApp({ settings });
  const volume = await server.api.volume();
  await server.api.attachment(volume);
  await server.api.send('POST', '/v3/types', { volume_type: { name: 'a' } });
  return server;
}

describe('with public_endpoint', () => {
  let server: TestApp;

  beforeAll(async () => {
    server = await filled({ CLINKER_PUBLIC_ENDPOINT: 'https://cloud.example.org/volume/' });
  });
  afterAll(() => server.close());

  it('every link begins with it, its path included, whatever a request says', async () => {
    for (const headers of [{}, { 'X-Forwarded-Prefix': '/evil', 'X-Forwarded-Proto': 'http' }]) {
      const all = await links(server.api, headers);
      for (const [name, href] of Object.entries(all).filter(([, link]) => link !== ''))
        expect([name, href]).toEqual([
          name,
          expect.stringMatching(/^https:\/\/cloud\.example\.org\/volume\/[^/]/),
        ]);
    }
  });

  it('the next link leads to the next page once the path prefix is stripped', async () => {
    await server.api.attachment(await server.api.volume());
    const seen: string[] = [];
    let path: string | undefined = `/v3/${server.api.project}/attachments?limit=1`;
    while (path !== undefined) {
      const { status, body }: { status: number; body: any } = await server.api.get(path);
      expect(status).toBe(200);
      seen.push(...body.attachments.map(({ id }: any) => id));
      path = body.attachments_links?.[0].href.replace('https://cloud.example.org/volume', '');
    }
    expect(new Set(seen).size).toBe(2);
    expect(seen).toHaveLength(2);
  });

  it('its host is one of the server’s, and its pages are its own', async () => {
    const own = { 'X-Forwarded-Host': 'cloud.example.org', Origin: 'https://cloud.example.org' };
    expect((await server.api.send('GET', '/v3/volumes', undefined, own)).status).toBe(200);
    const other = { Origin: 'http://cloud.example.org:3000' };
    expect((await server.api.send('GET', '/v3/volumes', undefined, other)).status).toBe(403);
  });
});

describe('without public_endpoint', () => {
  let server: TestApp;

  beforeAll(async () => {
    server = await filled({ CLINKER_ALLOWED_HOSTS: 'volume.example.org' });
  });
  afterAll(() => server.close());

  const proxied = (prefix: string): Record<string, string> => ({
    'X-Forwarded-Host': 'volume.example.org',
    'X-Forwarded-Proto': 'https',
    'X-Forwarded-Prefix': prefix,
  });

  it.each([
    ['/volume', '/volume/'],
    ['/volume/', '/volume/'],
    ['/a/b', '/a/b/'],
    ['/a%2fb', '/a%2Fb/'],
    ['/', '/'],
  ])('every link has the prefix that a proxy took off: %s', async (prefix, path) => {
    for (const href of Object.values(await links(server.api, proxied(prefix))).filter((link) => link !== ''))
      expect(href.startsWith(`https://volume.example.org${path}`)).toBe(true);
  });

  it.each([
    'volume',
    '//evil.example',
    '/a b',
    '/a?b',
    '/a#b',
    '/a"b',
    '/..',
    '/a\\b',
    `/${'x'.repeat(300)}`,
  ])('and none that is no path: %s', async (prefix) => {
    for (const href of Object.values(await links(server.api, proxied(prefix))).filter((link) => link !== ''))
      expect(new URL(href).pathname).toMatch(new RegExp(`^/(v3|${server.api.project})(/|$)`));
  });

  it('the links are as the client asked where there is no proxy', async () => {
    const all = await links(server.api, {});
    const marker = expect.stringMatching(/^[\da-f-]{36}$/);
    const next = new URL(all['attachments'] ?? '');
    expect(next.origin).toBe(server.url);
    expect(next.pathname).toBe(`/v3/${server.api.project}/attachments`);
    expect(Object.fromEntries(next.searchParams)).toEqual({ limit: '1', marker });
  });
});

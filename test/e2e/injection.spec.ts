import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { aConnector, type Answer, type Api } from '../support/api.js';
import { contentsOf } from '../support/contents.js';
import { type RawAnswer, rawRequest } from '../support/raw-request.js';
import { METHODS, routesOf } from '../support/routes.js';
import { createTestApp, type TestApp } from '../support/test-app.js';
import { NEWEST } from '../support/newest.js';

let server: TestApp;
let api: Api;
let volume: string;
let attachment: string;
let before: string;

beforeAll(async () => {
  server = await createTestApp({ settings: { CLINKER_ALLOWED_HOSTS: 'volume.example.org' } });
  api = server.api;
  volume = await api.volume({ name: 'seen', description: 'd', metadata: { k: 'v' } });
  attachment = await api.attachment(volume, { connector: aConnector() });
  before = await contentsOf(server);
});
afterAll(() => server.close());

const encoded = encodeURIComponent;

/** Expects a fault in the envelope that reveals no server internals. */
function expectFault({ status, body, message }: Answer): void {
  expect(status).toBeGreaterThanOrEqual(400);
  expect(status).toBeLessThan(500);
  expect(Object.values<any>(body)).toEqual([{ code: status, message: expect.any(String) }]);
  expect(message).not.toMatch(/SQLITE|syntax error|QueryFailed|ER_[A-Z]|node_modules|\.js:\d/);
}

const SQL: readonly string[] = [
  `' OR '1'='1`,
  `' OR 1=1 --`,
  `") OR ("1"="1`,
  `'; DROP TABLE volumes; --`,
  `' UNION SELECT name, sql FROM sqlite_master --`,
  `1 OR 1=1`,
  `\\' OR 1=1 #`,
  `%' OR '%'='`,
  `'||(SELECT connection_info FROM attachments)||'`,
  `$1`,
  `?`,
  `:id`,
];

describe('SQL that a client sends is a text', () => {
  it.each(SQL)('%s', async (sql) => {
    for (const { path, method } of routesOf(server)) {
      if (!path.includes(':')) continue;
      const named = path.replaceAll(/:\w+/g, encoded(sql));
      if (METHODS[method] === 'GET' && !path.includes('os-quota-')) expectFault(await api.get(named));
      if (METHODS[method] === 'DELETE') expectFault(await api.send('DELETE', named));
    }
    for (const list of [
      'volumes',
      'volumes/detail',
      'attachments',
      'attachments/detail',
      'types',
      'messages',
    ]) {
      for (const name of ['marker', 'sort', 'sort_key', 'sort_dir', 'limit', 'offset']) {
        const answer = await api.get(`/v3/${list}?${name}=${encoded(sql)}`);
        // An unknown type is ignored as a marker.
        if (!(list === 'types' && name === 'marker')) expectFault(answer);
      }
      for (const sorted of [`id:asc,${sql}`, `id ${sql}`, `${sql}:asc`, `(SELECT 1):asc`]) {
        expectFault(await api.get(`/v3/${list}?sort=${encoded(sorted)}`));
      }
    }
    expect(await contentsOf(server)).toBe(before);
  });

  it.each(SQL)('as the value or the name of a filter: %s', async (sql) => {
    const filters = [
      'name',
      'name~',
      'description~',
      'id',
      'status',
      'volume_id',
      'connector',
      'host',
      'user_id',
    ];
    const literals = [
      `{'k': ${JSON.stringify(sql)}}`,
      `{${JSON.stringify(sql)}: 'v'}`,
      `[${JSON.stringify(sql)}]`,
    ];
    for (const list of ['volumes', 'attachments']) {
      for (const name of [...filters, `name' OR 1=1 --`, `name OR 1=1`, sql]) {
        const { status, body } = await api.get(`/v3/${list}?${encoded(name)}=${encoded(sql)}`);
        expect([name, status, status === 200 ? body[list] : []]).toEqual([name, status, []]);
        expect(status).toBeLessThan(500);
      }
      for (const name of ['metadata', 'id', 'status', 'extra_specs']) {
        for (const literal of literals) {
          const { status, body } = await api.get(`/v3/${list}?${name}=${encoded(literal)}`);
          expect([status, body[list]]).toEqual([200, []]);
        }
      }
    }
    expect(await contentsOf(server)).toBe(before);
  });

  it.each(['%', '_', '!', '!%', '%%', 's__n'])(
    'the wildcard %s finds what has it in its name',
    async (mark) => {
      expect((await api.get(`/v3/volumes?name~=${encoded(mark)}`)).body.volumes).toEqual([]);
    },
  );

  it.each(SQL)('stored as it came and given back so: %s', async (sql) => {
    const { body } = await api.send('POST', '/v3/volumes', {
      volume: { size: 1, name: sql, description: sql, metadata: { k: sql } },
    });
    const found = (await api.get(`/v3/volumes/detail?name=${encoded(sql)}`)).body.volumes;
    expect(found).toMatchObject([{ id: body.volume.id, name: sql, description: sql, metadata: { k: sql } }]);
    await api.untilVolume(body.volume.id, ({ status }) => status === 'available');
    const own = await api.create(body.volume.id, { connector: aConnector(sql) });
    expect(own.status).toBe(200);
    expect((await api.get(`/v3/attachments?attached_host=${encoded(sql)}`)).body.attachments).toHaveLength(1);
    await api.delete(own.body.attachment.id);
    await api.send('DELETE', `/v3/volumes/${body.volume.id}`);
    await api.untilVolume(body.volume.id, (shown) => shown === undefined);
  });
});

const BASE = ['Host: volume.example.org', `OpenStack-API-Version: volume ${NEWEST}`, 'Connection: close'];

const line = (request: string, ...headers: string[]): Promise<RawAnswer> =>
  rawRequest(
    server.url,
    [`${request} HTTP/1.1`, ...BASE, `X-Auth-Token: admin:${api.project}`, ...headers, '', ''].join('\r\n'),
  );

describe('no header of an answer is what a client made up', () => {
  const BREAKS = [
    '\r\nX-Evil: 1',
    '\nX-Evil: 1',
    '\rX-Evil: 1',
    '%0d%0aX-Evil:%201',
    '\u010d\u010aX-Evil: 1',
  ];
  const NAMES = [
    ...['X-OpenStack-Request-ID', 'X-Forwarded-Host', 'X-Forwarded-Proto', 'OpenStack-API-Version', 'Host'],
    ...['X-Auth-User', 'X-Auth-Project-Id', 'Idempotency-Key', 'If-Match', 'Origin', 'Accept'],
  ];

  it.each(BREAKS)('by a line break in the path or in the value of a header: %j', async (text) => {
    const latin = Buffer.from(text).toString('latin1');
    for (const path of [
      `/v3/attachments/${latin}`,
      `/v3/${latin}/attachments`,
      `/v3${latin}`,
      `/docs/${latin}`,
    ]) {
      for (const more of [[], ['X-Auth-User: nobody']]) {
        const { status, head } = await line(`GET ${path}`, ...more);
        expect([path, status < 500, /^x-evil:/im.test(head)]).toEqual([path, true, false]);
      }
    }
    for (const name of NAMES) {
      for (const path of ['/', '/v3', '/v3/', '/v3/attachments?limit=1', '/docs']) {
        const sent = [
          `GET ${path} HTTP/1.1`,
          'Host: localhost',
          'Connection: close',
          `${name}: a${latin}`,
          '',
          '',
        ];
        const { status, head } = await rawRequest(server.url, sent.join('\r\n'));
        expect([name, path, status < 500, /^x-evil:/im.test(head)]).toEqual([name, path, true, false]);
      }
    }
  });

  it.each([
    'evil.example/path',
    'evil.example?',
    'a b',
    'evil"><script>',
    'x'.repeat(300),
    'javascript:alert(1)//',
    '9'.repeat(40),
    '192.0.2.300',
    'example.org:99999',
    '[::1',
  ])('nor a link, by a host that is none: %s', async (host) => {
    for (const name of ['Host', 'X-Forwarded-Host']) {
      for (const path of ['/', '/v3', '/v3/', '/v3/attachments?limit=1', `/v3/volumes/${volume}`]) {
        const { body, head } = await line(`GET ${path}`, `${name}: ${host}`);
        expect(JSON.stringify(body) + head).not.toContain(JSON.stringify(host).slice(1, -1));
        expect(head).not.toMatch(/^HTTP\/1.1 5/);
      }
    }
  });

  it('nor is there a header that lets the pages of others read an answer (CORS)', async () => {
    for (const method of ['OPTIONS', 'GET', 'POST']) {
      for (const path of ['/', '/v3/attachments', '/v3/volumes', '/docs', '/openapi.json']) {
        const { headers } = await api.send(method, path, undefined, {
          Origin: 'https://evil.example',
          'Access-Control-Request-Method': 'POST',
          'Access-Control-Request-Headers': 'x-auth-token',
        });
        expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
      }
    }
  });

  it('what a simple form of a page can send changes nothing', async () => {
    const unchanged = await contentsOf(server);
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
    ]) {
      const body = JSON.stringify({ volume: { size: 1 } });
      const head = [
        'POST /v3/volumes HTTP/1.1',
        ...BASE,
        `Content-Type: ${type}`,
        `Content-Length: ${body.length}`,
      ];
      // A form cannot send the token header, so it has no identity: the response offers one.
      expect((await rawRequest(server.url, `${head.join('\r\n')}\r\n\r\n${body}`)).status).toBe(204);
    }
    expect(await contentsOf(server)).toBe(unchanged);
  });
});

describe('the path of a request', () => {
  it('that names the whole address is that of its path, and its host the one that counts', async () => {
    const direct = await line('GET /v3/attachments?limit=1');
    const absolute = await line('GET http://127.0.0.1:1/v3/attachments?limit=1');
    const withProject = await line(`GET HTTP://LOCALHOST/v3/${api.project}/attachments?limit=1`);
    expect(direct.status).toBe(200);
    expect(direct.body.attachments_links[0].href).toMatch(
      /^http:\/\/volume\.example\.org\/v3\/attachments\?/,
    );
    expect(absolute.body.attachments).toEqual(direct.body.attachments);
    expect(absolute.body.attachments_links[0].href).toMatch(/^http:\/\/127\.0\.0\.1:1\/v3\/attachments\?/);
    expect(withProject.body.attachments).toEqual(direct.body.attachments);
    expect((await line('GET http://localhost')).status).toBe(300);
    expect((await line(`GET http://localhost/v3/nobody/attachments`)).status).toBe(400);
    expect((await line('GET http://evil.example/v3/attachments')).status).toBe(421);
    expect((await line('GET http://user@localhost/v3/attachments')).status).toBe(400);
    expect((await line('GET http:///v3/attachments')).status).toBe(400);
    expect((await line('GET ftp://localhost/v3/attachments')).status).toBe(400);
  });

  it.each([
    ['/v3/types/../attachments', 200],
    ['/v3/types/%2e%2e/attachments', 200],
    ['/v3/./attachments', 200],
    ['/v3/%2e/attachments', 200],
    ['/%2e%2e/%2e%2e/etc/passwd', 404],
    ['/docs/%2e%2e/%2e%2e/package.json', 404],
    ['/docs/..%2f..%2f..%2fpackage.json', 404],
    ['/docs/..%5c..%5cpackage.json', 404],
    ['/%76%33/attachments', 200],
    ['/v3/%61ttachments', 200],
    ['/V3/attachments', 404],
    ['/v3%2fattachments', 404],
    ['//evil.example/v3/attachments', 404],
    ['//v3/attachments', 200],
    ['/v3///attachments', 200],
    ['/v3/attachments//', 404],
    ['/v3/types/..%2fattachments', 404],
    ['/docs/../v3/attachments', 200],
    ['/v3/attachments;a=b', 404],
    ['/v3\\attachments', 404],
    ['/v3/attachments.json.json', 404],
    ['/v3/attachments%00', 404],
    ['/v3/attachments/%00', 404],
    ['/v3/attachments/%2500', 404],
    ['/v3/attachments/%c0%ae%c0%ae', 400],
    ['/v3/attachments/%', 400],
    ['/v3/attachments/%u0041', 400],
    ['/v3/attachments/\u0000', 400],
    ['/v3/attachments/\u001b[31m', 400],
    ['/v3/attachments/\u009b31m', 400],
    ['*', 404],
  ])('%j is %i', async (path, status) => {
    const answer = await line(`GET ${path}`);
    expect(answer.status).toBe(status);
    if (status === 200) expect(answer.body.attachments[0].id).toBe(attachment);
    else expect(Object.values<any>(answer.body)[0].code).toBe(status);
  });

  it.each(['.json', '.JSON', '/.json', '%2ejson'])('an id with %j behind it', async (end) => {
    const { status } = await line(`GET /v3/attachments/${attachment}${end}`);
    expect(status).toBe(['.json', '%2ejson'].includes(end) ? 200 : 404);
  });

  it('cannot put another request into the first one', async () => {
    const head = [`POST /v3/attachments HTTP/1.1`, ...BASE, `X-Auth-Token: admin:${api.project}`];
    const second = 'GET /v3/volumes HTTP/1.1\r\nHost: localhost\r\n\r\n';
    for (const lengths of [
      ['Content-Length: 5', 'Transfer-Encoding: chunked'],
      ['Content-Length: 5', 'Content-Length: 6'],
      ['Transfer-Encoding: chunked', 'Transfer-Encoding: identity'],
      ['Transfer-Encoding: xchunked'],
      ['Transfer-Encoding : chunked'],
      ['Content-Length: +5'],
      ['Content-Length: 0x5'],
    ]) {
      const answer = await rawRequest(
        server.url,
        `${[...head, ...lengths].join('\r\n')}\r\n\r\n0\r\n\r\n${second}`,
      );
      expect([lengths, answer.status, answer.body]).toEqual([
        lengths,
        400,
        { badRequest: { code: 400, message: 'The request is not valid HTTP.' } },
      ]);
    }
  });

  it('with an unsupported Expect header is rejected with a fault', async () => {
    const { status, body, head } = await line(
      'POST /v3/attachments',
      'Expect: miracles',
      'Content-Length: 2',
    );
    expect([status, body]).toEqual([
      417,
      { computeFault: { code: 417, message: 'The header Expect may only be 100-continue.' } },
    ]);
    expect(head).toMatch(/^x-openstack-request-id: req-/m);
  });
});

describe('names of JavaScript in what a client sends', () => {
  const KEYS = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', '__defineGetter__'];
  const pollution = (): unknown => ({});

  it.each(KEYS)('%s is a key like others', async (key) => {
    const evil = `{"${key}": {"polluted": true, "initiator": "iqn.1993-08.org.debian:01:x", "status": "available"}}`;
    const id = randomUUID();
    const unchanged = await contentsOf(server);
    const bodies: readonly (readonly [string, string, string])[] = [
      ['POST', '/v3/attachments', evil],
      ['POST', '/v3/attachments', `{"attachment": ${evil}}`],
      ['POST', '/v3/attachments', `{"attachment": {"volume_uuid": "${id}", "connector": ${evil}}}`],
      ['PUT', `/v3/attachments/${attachment}`, `{"attachment": {"connector": ${evil}}}`],
      ['POST', '/v3/volumes', `{"volume": ${evil}}`],
      ['POST', '/v3/volumes', `{"volume": {"size": 1, "metadata": ${evil}}}`],
      ['PUT', `/v3/volumes/${volume}`, `{"volume": ${evil}}`],
      ['PUT', `/v3/volumes/${volume}/metadata/${key}`, `{"meta": ${evil}}`],
      ['POST', '/v3/types', `{"volume_type": ${evil}}`],
      ['POST', '/v3/types', `{"volume_type": {"name": "n", "extra_specs": ${evil}}}`],
      ['POST', `/v3/volumes/${volume}/action`, evil],
      ['POST', `/v3/volumes/${volume}/action`, `{"os-reset_status": ${evil}}`],
      ['POST', `/v3/volumes/${volume}/action`, `{"os-initialize_connection": {"connector": ${evil}}}`],
      ['POST', `/v3/attachments/${attachment}/action`, evil],
    ];
    for (const [method, path, body] of bodies) expectFault(await api.send(method, path, body));
    for (const path of [
      `extensions/${key}`,
      `volumes/${volume}/metadata/${key}`,
      `volumes/${volume}/encryption/${key}`,
      `attachments/${key}`,
      `volumes/${key}`,
      `types/${key}`,
      `messages/${key}`,
      key,
    ])
      expectFault(await api.get(`/v3/${path}`));
    for (const list of [
      'volumes',
      'attachments',
      'types',
      'messages',
      'resource_filters',
      'os-services',
      'limits',
    ]) {
      for (const query of [
        `${key}=1`,
        `sort=${key}:asc`,
        `sort_key=${key}`,
        `resource=${key}`,
        `host=${key}`,
      ]) {
        expect((await api.get(`/v3/${list}?${query}`)).status).toBeLessThan(500);
      }
    }
    expect(pollution()).not.toHaveProperty('polluted');
    expect(await contentsOf(server)).toBe(unchanged);
  });

  it('as keys of metadata and of extra specs are kept and given back', async () => {
    const text = '{"__proto__": "a", "constructor": "b"}';
    const made = await api.send('POST', '/v3/volumes', `{"volume": {"size": 1, "metadata": ${text}}}`);
    expect(made.status).toBe(202);
    const { id } = made.body.volume;
    const shown = await fetch(`${server.url}/v3/volumes/${id}/metadata`, {
      headers: { 'X-Auth-Token': `admin:${api.project}` },
    });
    expect(Object.entries(JSON.parse(await shown.text()).metadata)).toEqual(
      expect.arrayContaining([
        ['__proto__', 'a'],
        ['constructor', 'b'],
      ]),
    );
    expect((await api.get(`/v3/volumes/${id}/metadata/__proto__`)).body).toEqual({
      meta: Object.fromEntries([['__proto__', 'a']]),
    });
    const type = await api.send(
      'POST',
      '/v3/types',
      `{"volume_type": {"name": "odd", "extra_specs": ${text}}}`,
    );
    const { id: typeId } = type.body.volume_type;
    expect((await api.get(`/v3/types/${typeId}/extra_specs/__proto__`)).status).toBe(200);
    await api.send('DELETE', `/v3/types/${typeId}`);
    await api.untilVolume(id, ({ status }) => status === 'available');
    await api.send('DELETE', `/v3/volumes/${id}`);
    await api.untilVolume(id, (volumeShown) => volumeShown === undefined);
  });

  it('do not give a connector what it has not got', async () => {
    const other = await api.volume();
    const connector = '{"__proto__": {"initiator": "iqn.1993-08.org.debian:01:x"}, "host": "h"}';
    const body = `{"attachment": {"volume_uuid": "${other}", "connector": ${connector}}}`;
    const { status, message } = await api.send('POST', '/v3/attachments', body);
    expect([status, message]).toEqual([400, expect.stringContaining('initiator')]);
  });
});

describe('of what JSON allows and databases do not', () => {
  it.each(['1e400', '-1e400', '9007199254740993', '1e-400', '-0', '2147483648', '4294967297', '1.5'])(
    'the size %s is refused',
    async (size) => {
      expectFault(await api.send('POST', '/v3/volumes', `{"volume": {"size": ${size}}}`));
      const action = `{"os-extend": {"new_size": ${size}}}`;
      expectFault(await api.send('POST', `/v3/volumes/${volume}/action`, action));
    },
  );

  it.each(['99999999999999999999', '-1', '1e3', '0x10', '١', '1_000', ' 1 2'])(
    'the limit or offset %s is refused, or as good as its like',
    async (number) => {
      for (const name of ['limit', 'offset']) {
        const { status } = await api.get(`/v3/attachments?${name}=${encoded(number)}`);
        expect([200, 400]).toContain(status);
        if (status === 200) expect(number).toMatch(/^\d+$/);
      }
    },
  );

  it('the last of two values of one key counts, for the check and for the use', async () => {
    const other = await api.volume();
    const twice = `{"volume_uuid": "${volume}", "volume_uuid": "${other}"}`;
    const made = await api.send('POST', '/v3/attachments', `{"attachment": ${twice}}`);
    expect([made.status, made.body.attachment.volume_id]).toEqual([200, other]);
    const action = `{"os-set_bootable": {"bootable": true}, "os-reset_status": {"status": "error"}}`;
    expectFault(await api.send('POST', `/v3/volumes/${other}/action`, action));
  });

  it.each([
    ['half a character', '\\ud800'],
    ['a character of two halves the wrong way round', '\\udc00\\ud800'],
    ['marks that turn the direction of writing', '\\u202eabc'],
    ['a byte order mark', 'abc\\ufeffdef'],
    ['no character', '\\uffff'],
    ['many marks on one letter', `a${'\\u0301'.repeat(200)}`],
    ['a face', '\\ud83d\\ude00'],
    ['a line end', 'a\\u2028b'],
  ])('a name with %s is kept as a text, or refused', async (_what, escaped) => {
    const answer = await api.send('POST', '/v3/volumes', `{"volume": {"size": 1, "name": "${escaped}"}}`);
    expect([202, 400]).toContain(answer.status);
    if (answer.status === 400) return;
    const shown = (await api.get(`/v3/volumes/${answer.body.volume.id}`)).body.volume.name as string;
    // Lone surrogates cannot be stored; everything else comes back unchanged.
    const wanted = Buffer.from(JSON.parse(`"${escaped}"`) as string).toString();
    expect(Buffer.from(shown).toString()).toBe(wanted);
    expect((await api.get(`/v3/volumes?name=${encoded(wanted)}`)).status).toBe(200);
  });

  it('a NUL is refused wherever it stands', async () => {
    for (const body of [
      '{"volume": {"size": 1, "name": "a\\u0000b"}}',
      '{"volume": {"size": 1, "description": "a\\u0000b"}}',
      '{"volume": {"size": 1, "metadata": {"k": "a\\u0000b"}}}',
      '{"volume": {"size": 1, "metadata": {"a\\u0000b": "v"}}}',
      '{"volume": {"size": 1, "volume_type": "a\\u0000b"}}',
      '{"volume": {"size": 1, "availability_zone": "a\\u0000b"}}',
    ])
      expectFault(await api.send('POST', '/v3/volumes', body));
  });
});

describe('the page at /docs', () => {
  it('may take scripts and data from this server alone, and stand in no frame', async () => {
    for (const path of ['/docs', '/docs/', '/docs/index.html', '/docs/swagger-ui-init.js']) {
      const { status, headers } = await api.get(path);
      expect(status).toBe(200);
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy).toContain("default-src 'none'");
      expect(/script-src ([^;]*)/.exec(policy)?.[1]).toBe("'self'");
      expect(/connect-src ([^;]*)/.exec(policy)?.[1]).toBe("'self'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(headers.get('x-content-type-options')).toBe('nosniff');
    }
  });

  it('has no script of its own in it, and nothing of the request', async () => {
    const plain = (await api.get('/docs')).body;
    expect(plain.match(/<script(?![^>]* src="\.\/docs\/)/g)).toBeNull();
    const query = 'url=//evil.example/x.json&configUrl=//evil.example&"><script>alert(1)</script>';
    const odd = await api.send('GET', `/docs?${query}`, undefined, { 'X-Forwarded-Proto': 'evil' });
    expect(odd.body).toBe(plain);
    const script = (await api.get(`/docs/swagger-ui-init.js?${query}`)).body;
    expect(script).not.toContain('evil');
    expect(script).not.toContain('queryConfigEnabled');
  });

  it('has no document that costs more than it must', async () => {
    expect((await api.get('/docs-yaml')).status).toBe(404);
    expect((await api.get('/openapi.json')).status).toBe(200);
  });
});

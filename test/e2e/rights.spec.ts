import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { aConnector, type Answer, type Api } from '../support/api.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

let server: TestApp;
let owner: Api;
let attachment: string;
let volume: string;

beforeAll(async () => {
  server = await createTestApp({ personas: true });
  owner = server.api.as('member,reader');
  volume = await owner.volume();
  attachment = await owner.attachment(volume, { connector: aConnector() });
});
afterAll(() => server.close());

const other = randomUUID().replaceAll('-', '');

/** Role and project of the callers, by their names in the table. */
const PERSONAS: Readonly<Record<string, (api: Api) => Api>> = {
  admin: (api) => api.as('admin,member,reader'),
  'admin elsewhere': (api) => api.as('admin,member,reader', other),
  member: (api) => api.as('member,reader'),
  reader: (api) => api.as('reader'),
  'no role': (api) => api.as('other'),
  'member elsewhere': (api) => api.as('member,reader', other),
  'reader elsewhere': (api) => api.as('reader', other),
};

type Operation = (api: Api) => Promise<Answer>;

/** Requests that change nothing if refused, and as little as possible otherwise. */
const OPERATIONS: Readonly<Record<string, Operation>> = {
  show: (api) => api.show(attachment),
  update: (api) => api.update(attachment),
  complete: (api) => api.complete(attachment),
  create: (api) => api.create(volume),
  delete: (api) => api.delete(attachment),
  'show volume': (api) => api.get(`/v3/volumes/${volume}`),
  'delete volume': (api) => api.send('DELETE', `/v3/volumes/${volume}`),
  'create type': (api) => api.send('POST', '/v3/types', { volume_type: { name: randomUUID() } }),
  'list services': (api) => api.get('/v3/os-services'),
};

/** Expected statuses (docs/specification.md#policy-rules). Creating on a busy volume gives 400 to permitted callers. */
const EXPECTED: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  admin: {
    show: 200,
    update: 200,
    complete: 204,
    create: 400,
    'show volume': 200,
    'delete volume': 400,
    'create type': 200,
    'list services': 200,
  },
  'admin elsewhere': {
    show: 200,
    update: 200,
    complete: 204,
    create: 400,
    'show volume': 200,
    'delete volume': 400,
    'create type': 200,
    'list services': 200,
  },
  member: {
    show: 200,
    update: 200,
    complete: 204,
    create: 400,
    'show volume': 200,
    'delete volume': 400,
    'create type': 403,
    'list services': 403,
  },
  reader: {
    show: 200,
    update: 403,
    complete: 403,
    create: 403,
    delete: 403,
    'show volume': 200,
    'delete volume': 403,
    'create type': 403,
    'list services': 403,
  },
  'no role': {
    show: 200,
    update: 403,
    complete: 403,
    create: 403,
    delete: 403,
    'delete volume': 403,
    'create type': 403,
    'list services': 403,
  },
  'member elsewhere': {
    show: 404,
    update: 404,
    complete: 404,
    create: 404,
    delete: 404,
    'show volume': 404,
    'delete volume': 404,
    'create type': 403,
    'list services': 403,
  },
  'reader elsewhere': {
    show: 404,
    update: 404,
    complete: 404,
    create: 404,
    delete: 404,
    'show volume': 404,
    'delete volume': 404,
    'create type': 403,
    'list services': 403,
  },
};

const cases = Object.entries(EXPECTED).flatMap(([persona, row]) =>
  Object.entries(row).map(([operation, status]) => [persona, operation, status] as const),
);

describe('who may do what', () => {
  it.each(cases)('%s: %s is %i', async (persona, operation, status) => {
    const answer = await OPERATIONS[operation]!(PERSONAS[persona]!(owner));
    expect(answer.status).toBe(status);
    if (status === 403) expect(answer.message).toMatch(/^Policy doesn't allow \S+ to be performed\.$/);
  });

  it('a member may delete their own attachment', async () => {
    const own = await owner.attachment(await owner.volume());
    expect((await owner.delete(own)).status).toBe(200);
  });

  it('an unknown attachment is 404 to a reader before it is 403', async () => {
    expect((await owner.as('reader').update(randomUUID())).status).toBe(404);
    expect((await owner.as('reader').create(randomUUID())).status).toBe(404);
  });

  it('a body that is wrong is 400 before it is 403', async () => {
    expect((await owner.as('reader').send('POST', '/v3/attachments', {})).status).toBe(400);
  });

  it('without a valid token it is 401, in the envelope', async () => {
    const response = await fetch(`${server.url}/v3/attachments`);
    expect([response.status, Object.keys((await response.json()) as object)]).toEqual([
      401,
      ['unauthorized'],
    ]);
  });
});

describe('lists', () => {
  it("do not show another project's attachments, whatever a member asks for", async () => {
    for (const query of ['', '?all_tenants=1', `?volume_id=${volume}`]) {
      expect(
        (await owner.as('member', other).get(`/v3/attachments/detail${query}`)).body.attachments,
      ).toEqual([]);
    }
  });
});

describe('credentials', () => {
  const infoOf = async (api: Api): Promise<Record<string, unknown>[]> => [
    (await api.show(attachment)).body.attachment.connection_info,
    (await api.get('/v3/attachments/detail')).body.attachments[0].connection_info,
  ];

  it('are shown to callers who may attach', async () => {
    for (const roles of ['member,reader', 'admin,member,reader', 'service']) {
      for (const info of await infoOf(owner.as(roles))) expect(info).toHaveProperty('auth_password');
    }
  });

  it('are not shown to readers', async () => {
    for (const info of await infoOf(owner.as('reader'))) {
      expect(Object.keys(info).filter((key) => key.includes('auth'))).toEqual([]);
      expect(info).toHaveProperty('target_iqn');
    }
  });
});

describe('credentials, elsewhere', () => {
  it('are shown to readers where reader_sees_secrets is set', async () => {
    const open = await createTestApp({ personas: true, settings: { CLINKER_READER_SEES_SECRETS: 'true' } });
    try {
      const member = open.api.as('member');
      const id = await member.attachment(await member.volume(), { connector: aConnector() });
      const { connection_info: info } = (await open.api.as('reader').show(id)).body.attachment;
      expect(info).toHaveProperty('auth_password');
    } finally {
      await open.close();
    }
  });

  it('are in no history and in no message, and readers get no connection of their own', async () => {
    const faults = [
      { call: 'terminateConnection', error: 'INTERNAL', message: 'auth_password=abcdefgh1234 refused' },
    ];
    const failing = await createTestApp({ personas: true, fake: { faults } });
    try {
      const member = failing.api.as('member');
      const busy = await member.volume();
      const id = await member.attachment(busy, { connector: aConnector() });
      const password = (await member.show(id)).body.attachment.connection_info.auth_password;
      expect((await member.delete(id)).status).toBe(500);
      const reader = failing.api.as('reader');
      const history = await reader.get(`/v3/attachments/${id}/history`);
      const messages = await reader.get('/v3/messages');
      expect([history.status, messages.status]).toEqual([200, 200]);
      expect(messages.body.messages).toHaveLength(1);
      for (const { body } of [history, messages]) {
        expect(JSON.stringify(body)).not.toContain(password);
        expect(JSON.stringify(body)).not.toContain('abcdefgh1234');
      }
      const connect = { 'os-initialize_connection': { connector: aConnector() } };
      const action = `/v3/volumes/${busy}/action`;
      expect((await reader.send('POST', action, connect)).status).toBe(403);
      expect((await member.send('POST', action, connect)).status).toBe(200);
    } finally {
      await failing.close();
    }
  });

  it('are shown to a service that vouches for a reader', async () => {
    const { body } = await owner
      .as('reader')
      .send('GET', `/v3/attachments/${attachment}`, undefined, { 'X-Service-Token': 'nova:other:service' });
    expect(body.attachment.connection_info).toHaveProperty('auth_password');
  });
});

describe('the host of an attachment, in the volume', () => {
  it.each([
    ['admin,member,reader', 'host-a'],
    ['service,reader', 'host-a'],
    ['member,reader', null],
  ])('is for %s: %s', async (roles, host) => {
    await owner.complete(attachment);
    const { volume: view } = (await owner.as(roles).get(`/v3/volumes/${volume}`)).body;
    expect(view.attachments[0].host_name).toBe(host);
  });
});

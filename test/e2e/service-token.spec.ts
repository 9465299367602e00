import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { aConnector, type Answer, Api } from '../support/api.js';
import { isSqlite } from '../support/databases.js';
import { KeystoneStandIn } from '../support/keystone.js';
import { NovaStandIn } from '../support/nova.js';
import { createTestApp, type TestApp } from '../support/test-app.js';
import { act } from '../support/volume-state.js';
import { NEWEST } from '../support/newest.js';

const PASSWORD = 'the password of the service';
const PROJECT = 'c'.repeat(32);

let keystone: KeystoneStandIn;
let nova: NovaStandIn;
let asking: TestApp;
let servicesOnly: TestApp;
let trusting: TestApp;
let serial = 0;

const TOKENS = { member: '', admin: '', service: '' };

function token(roles: readonly string[], project = PROJECT): string {
  serial += 1;
  return keystone.issue(`opaque-token-${serial}-${randomUUID()}`, { user: 'kim', roles, project });
}

/** A client with a token, and a service token if given. */
class Caller extends Api {
  constructor(
    url: string,
    private readonly text: string,
    private readonly serviceToken?: string,
  ) {
    super(url, { token: text, version: NEWEST, project: PROJECT });
  }

  override send(method: string, path: string, body?: unknown): Promise<Answer> {
    const headers = this.serviceToken === undefined ? {} : { 'X-Service-Token': this.serviceToken };
    return super.send(method, path, body, headers);
  }

  vouchedBy(serviceToken: string): Caller {
    return new Caller(this.url, this.text, serviceToken);
  }
}

const member = (server: TestApp = asking): Caller => new Caller(server.url, TOKENS.member);
const admin = (server: TestApp = asking): Caller => new Caller(server.url, TOKENS.admin);

interface Used {
  readonly server: string;
  readonly volume: string;
  readonly attachment: string;
}

/** A volume used by a Nova server, attached as Nova does it. */
async function used(api: Caller, volume?: string): Promise<Used> {
  const server = randomUUID();
  const of = volume ?? (await api.volume());
  const attachment = await api.attachment(of, {
    instance_uuid: server,
    connector: aConnector(server.slice(0, 8)),
  });
  expect((await api.complete(attachment)).status).toBe(204);
  nova.says(server, of, { attachmentId: attachment });
  return { server, volume: of, attachment };
}

beforeAll(async () => {
  keystone = new KeystoneStandIn(PASSWORD);
  nova = new NovaStandIn();
  const settings = {
    CLINKER_AUTH_STRATEGY: 'keystone',
    CLINKER_KEYSTONE_AUTH_URL: await keystone.start(),
    CLINKER_KEYSTONE_PASSWORD: PASSWORD,
  };
  const endpoint = { CLINKER_NOVA_ENDPOINT: `${await nova.start()}/`, CLINKER_NOVA_TIMEOUT_MS: '300' };
  TOKENS.member = token(['member', 'reader']);
  TOKENS.admin = token(['admin', 'member', 'reader']);
  TOKENS.service = token(['service'], 'd'.repeat(32));
  asking = await createTestApp({ settings: { ...settings, ...endpoint } });
  servicesOnly = await createTestApp({
    settings: { ...settings, CLINKER_SERVICE_TOKEN_RULE: 'service-only' },
  });
  trusting = await createTestApp({ settings });
});
afterAll(async () => {
  await Promise.all([asking, servicesOnly, trusting].map((server) => server.close()));
  await Promise.all([keystone.stop(), nova.stop()]);
});
beforeEach(() => {
  nova.isHanging = false;
  nova.asked.length = 0;
});

const refusal = (server: string): string =>
  `ConflictNovaUsingAttachment: Detach volume from instance ${server} using the Compute API`;

describe('the connection of a server', () => {
  type Ending = (api: Caller, target: Used) => Promise<Answer>;
  const ENDINGS: Readonly<Record<string, Ending>> = {
    'DELETE attachment': (api, { attachment }) => api.delete(attachment),
    'os-detach with the attachment': (api, { volume, attachment }) =>
      act(api, volume, 'os-detach', { attachment_id: attachment }),
    'os-detach without one': (api, { volume }) => act(api, volume, 'os-detach', {}),
    'os-terminate_connection': (api, { volume }) =>
      act(api, volume, 'os-terminate_connection', { connector: aConnector() }),
    'os-force_detach': (api, { volume, attachment }) =>
      act(api, volume, 'os-force_detach', { attachment_id: attachment }),
  };
  const endings = Object.entries(ENDINGS);

  it.each(endings)('is not ended by %s, not even of an admin', async (name, end) => {
    const target = await used(member());
    for (const api of name === 'os-force_detach' ? [admin()] : [member(), admin()]) {
      const answer = await end(api, target);
      expect([answer.status, answer.message]).toEqual([409, refusal(target.server)]);
      expect(Object.keys(answer.body)).toEqual(['conflictingRequest']);
    }
    expect((await member().show(target.attachment)).body.attachment.status).toBe('attached');
    expect(await member().volumeStatus(target.volume)).toBe('in-use');
  });

  it.each(endings)('is ended by %s of a service, without asking Nova', async (_name, end) => {
    const target = await used(member());
    const { status } = await end(admin().vouchedBy(TOKENS.service), target);
    expect([200, 202]).toContain(status);
    expect(nova.asked).toEqual([]);
  });

  it.each(endings)('is ended by %s when Nova does not know it', async (_name, end) => {
    const target = await used(member());
    nova.says(target.server, target.volume, { status: 404, body: { itemNotFound: { code: 404 } } });
    expect([200, 202]).toContain((await end(admin(), target)).status);
    expect(nova.asked).toHaveLength(1);
  });

  it.each([
    ['another attachment', randomUUID()],
    ['no attachment', null],
  ])('is ended when Nova uses %s', async (_what, attachmentId) => {
    const target = await used(member());
    nova.says(target.server, target.volume, { attachmentId });
    expect((await member().delete(target.attachment)).status).toBe(200);
  });
});

describe('Nova', () => {
  it("is asked with the caller's token, at the microversion that tells attachments", async () => {
    const { server, volume, attachment } = await used(member());
    const { headers } = await member().delete(attachment);
    expect(nova.asked).toEqual([
      {
        line: `GET /v2.1/servers/${server}/os-volume_attachments/${volume}`,
        headers: expect.objectContaining({
          'x-auth-token': TOKENS.member,
          'openstack-api-version': 'compute 2.89',
          'x-openstack-request-id': headers.get('x-openstack-request-id'),
        }),
      },
    ]);
  });

  it.each([
    [401, 401, undefined],
    [403, 403, undefined],
    [500, 500, undefined],
    [503, 503, '5'],
    [502, 503, '5'],
    [406, 503, '5'],
    [429, 503, '5'],
  ])('that answers %i makes it %i, and nothing has changed', async (status, expected, retryAfter) => {
    const { server, volume, attachment } = await used(member());
    nova.says(server, volume, { status });
    const answer = await member().delete(attachment);
    expect([answer.status, answer.headers.get('retry-after') ?? undefined]).toEqual([expected, retryAfter]);
    expect(answer.headers.has('www-authenticate')).toBe(expected === 401);
    expect(answer.message).toContain('compute service');
    expect((await member().show(attachment)).body.attachment.status).toBe('attached');
  });

  it.each([
    ['a 404 that is not its own', { status: 404, body: '<html>404</html>' }],
    ['a 404 of another program', { status: 404, body: { code: '404 Not Found' } }],
    ['an answer without attachment_id', { status: 200, body: { volumeAttachment: { device: '/dev/vdb' } } }],
    ['an answer that is no JSON', { status: 200, body: 'well' }],
    ['a way elsewhere', { status: 302, headers: { Location: 'http://127.0.0.1:9/' } }],
  ])('is not taken to agree by %s', async (_what, says) => {
    const { server, volume, attachment } = await used(member());
    nova.says(server, volume, says);
    expect((await member().delete(attachment)).status).toBe(503);
    expect((await member().show(attachment)).status).toBe(200);
  });

  it('that hangs is abandoned after nova_timeout_ms, and delays no other request', async () => {
    const { attachment } = await used(member());
    const bystander = await used(member());
    nova.isHanging = true;
    const [stuck, served] = await Promise.all([
      member().delete(attachment),
      member().vouchedBy(TOKENS.service).delete(bystander.attachment),
    ]);
    expect([stuck.status, served.status]).toEqual([503, 200]);
  });

  it('that is away makes it 503', async () => {
    const away = new NovaStandIn();
    const endpoint = await away.start();
    await away.stop();
    const server = await createTestApp({ settings: { CLINKER_NOVA_ENDPOINT: endpoint } });
    try {
      const attachment = await server.api.attachment(await server.api.volume(), {
        instance_uuid: randomUUID(),
        connector: aConnector(),
      });
      expect((await server.api.delete(attachment)).status).toBe(503);
      expect(server.log.join('')).toContain('Nova cannot be reached');
    } finally {
      await server.close();
    }
  });
});

describe('what no server uses', () => {
  it('is removed without asking Nova if it has no server or no connection', async () => {
    const api = member();
    const hostOnly = await api.attachment(await api.volume(), { connector: aConnector() });
    const reserved = await api.attachment(await api.volume(), { instance_uuid: randomUUID() });
    for (const id of [hostOnly, reserved]) expect((await api.delete(id)).status).toBe(200);
    const volume = await api.volume();
    const body = { instance_uuid: randomUUID(), mountpoint: '/dev/vdb' };
    expect((await act(api, volume, 'os-attach', body)).status).toBe(202);
    expect((await act(api, volume, 'os-detach', {})).status).toBe(202);
    expect(nova.asked).toEqual([]);
  });

  it('and a volume without attachments: os-terminate_connection and os-detach are 202', async () => {
    const api = member();
    const volume = await api.volume();
    expect((await act(api, volume, 'os-terminate_connection', { connector: aConnector() })).status).toBe(202);
    expect((await act(api, volume, 'os-detach', {})).status).toBe(202);
    expect((await act(api, volume, 'os-detach', { attachment_id: randomUUID() })).status).toBe(202);
    expect(nova.asked).toEqual([]);
  });

  it('is all that the permit covers, not a connection made meanwhile', async () => {
    const slow = await createTestApp({
      fake: { latency_ms: { initializeConnection: 300 } },
      settings: { CLINKER_NOVA_ENDPOINT: `http://127.0.0.1:9/v2.1` },
    });
    try {
      const { api } = slow;
      const id = await api.attachment(await api.volume(), { instance_uuid: randomUUID() });
      const connecting = api.update(id);
      for (;;) {
        const { body } = await api.get(`/v3/attachments/${id}/history`);
        if (body.history.events.some(({ event }: { event: string }) => event === 'connecting')) break;
      }
      const [updated, deleted] = await Promise.all([connecting, api.delete(id)]);
      expect([updated.status, deleted.status]).toEqual([200, 409]);
      expect(deleted.message).toContain('was connected while it was being deleted');
      expect((await api.show(id)).body.attachment.status).toBe('attaching');
    } finally {
      await slow.close();
    }
  });
});

describe('a volume with several attachments', () => {
  it('has to be detached by name, or by a service', async () => {
    const volume = await admin().multiattachVolume();
    const first = await used(member(), volume);
    const second = await used(member(), volume);
    for (const [action, value] of [
      ['os-detach', {}],
      ['os-terminate_connection', { connector: aConnector() }],
    ] as const) {
      const answer = await act(member(), volume, action, value);
      expect([answer.status, answer.message]).toEqual([
        409,
        expect.stringMatching(/^ConflictNovaUsingAttachment: .* several attachments/),
      ]);
    }
    expect(nova.asked).toEqual([]);
    nova.says(first.server, volume, { attachmentId: second.attachment });
    expect((await act(member(), volume, 'os-detach', { attachment_id: first.attachment })).status).toBe(202);
    expect((await act(member(), volume, 'os-detach', { attachment_id: second.attachment })).status).toBe(409);
  });

  it("is not detached by another volume's attachment", async () => {
    const { attachment } = await used(member());
    const answer = await act(member(), await member().volume(), 'os-detach', { attachment_id: attachment });
    expect(answer.status).toBe(400);
  });
});

describe('a service token', () => {
  it.each([
    ['the own token of the user', () => TOKENS.member],
    ['the own token of an admin', () => TOKENS.admin],
    ['a corrupted one', () => `${TOKENS.service.slice(0, -1)}!`],
    ['one without the role', () => token(['member', 'admin'])],
    [
      'an expired one',
      () => keystone.issue(`expired-${randomUUID()}`, { roles: ['service'], project: PROJECT, expiresAt: 1 }),
    ],
  ])('does not help when it is %s', async (_what, forged) => {
    const { attachment } = await used(member());
    expect((await member().vouchedBy(forged()).delete(attachment)).status).toBe(401);
    expect((await member().show(attachment)).status).toBe(200);
  });

  it("is not the role service in the user's own token", async () => {
    const { attachment } = await used(member());
    const own = new Caller(asking.url, token(['member', 'service']));
    expect((await own.delete(attachment)).status).toBe(409);
  });

  it('gives no rights: a reader stays a reader, and a stranger a stranger', async () => {
    const { attachment } = await used(member());
    const reader = new Caller(asking.url, token(['reader']), TOKENS.service);
    const stranger = new Caller(asking.url, token(['member'], 'e'.repeat(32)), TOKENS.service);
    expect((await reader.delete(attachment)).status).toBe(403);
    expect((await stranger.delete(attachment)).status).toBe(404);
    expect(nova.asked).toEqual([]);
  });

  it('other projects learn nothing about servers: 404 before Nova is asked', async () => {
    const { attachment } = await used(member());
    const stranger = new Caller(asking.url, token(['member'], 'e'.repeat(32)));
    expect((await stranger.delete(attachment)).status).toBe(404);
    expect(nova.asked).toEqual([]);
  });
});

describe('service_token_rule', () => {
  it('service-only refuses users without asking anybody', async () => {
    const { server, attachment, volume } = await used(member(servicesOnly));
    const answer = await member(servicesOnly).delete(attachment);
    expect([answer.status, answer.message]).toEqual([409, refusal(server)]);
    expect((await act(member(servicesOnly), volume, 'os-detach', {})).status).toBe(409);
    expect((await member(servicesOnly).vouchedBy(TOKENS.service).delete(attachment)).status).toBe(200);
    const api = member(servicesOnly);
    expect((await api.delete(await api.attachment(await api.volume()))).status).toBe(200);
    expect(nova.asked).toEqual([]);
  });

  it('off trusts owners, and the start of a server with Keystone warns of it', async () => {
    const { attachment } = await used(member(trusting));
    expect((await member(trusting).delete(attachment)).status).toBe(200);
    expect(nova.asked).toEqual([]);
    expect(trusting.log.join('')).toContain('service_token_rule is off');
    expect(asking.log.join('')).not.toContain('service_token_rule is off');
  });

  it('nova holds with noauth too, where X-Service-Token is believed', async () => {
    const server = await createTestApp({
      settings: { CLINKER_NOVA_ENDPOINT: asking.config.nova_endpoint ?? '' },
    });
    try {
      const { api } = server;
      const owner = new Caller(server.url, `admin:${api.project}`);
      const { attachment } = await used(owner);
      expect((await owner.delete(attachment)).status).toBe(409);
      expect(nova.asked.at(-1)?.headers['x-auth-token']).toBe(`admin:${api.project}`);
      expect((await owner.vouchedBy('').delete(attachment)).status).toBe(409);
      expect((await owner.vouchedBy('nova:service').delete(attachment)).status).toBe(200);
    } finally {
      await server.close();
    }
  });
});

describe('the token of the caller', () => {
  it('is in no log and in no database', async () => {
    const { attachment } = await used(member());
    await member().delete(attachment);
    nova.isHanging = true;
    await member().delete(attachment);
    const log = asking.log.join('');
    expect(log).toContain('Nova cannot be reached');
    const kept = isSqlite
      ? await Promise.all(
          ['clinker.sqlite', 'clinker.sqlite-wal'].map((name) =>
            readFile(join(asking.config.data_folder, name), 'latin1'),
          ),
        )
      : [];
    expect(kept.join('').includes(attachment)).toBe(isSqlite);
    for (const secret of Object.values(TOKENS)) {
      // Not toContain, which would print the secret.
      expect([log.includes(secret), kept.join('').includes(secret)]).toEqual([false, false]);
    }
  });
});

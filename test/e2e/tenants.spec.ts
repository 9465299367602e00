import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ACTION, ACTIONS, type ActionBodies, BODY_SCHEMAS } from '../../src/api/http/body.js';
import { DeadLettersRepository } from '../../src/operator/events/receivers/dead-letters.repository.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { METHODS, type Route, routesOf } from '../support/routes.js';
import { aConnector, type Answer, type Api } from '../support/api.js';
import { contentsOf } from '../support/contents.js';
import { createTestApp, type TestApp } from '../support/test-app.js';
import { NEWEST } from '../support/newest.js';

const projectId = (): string => randomUUID().replaceAll('-', '');

/** Resources of a project that another one must not notice, by route parameter. */
type Belongings = Readonly<Record<string, readonly string[]>>;

let server: TestApp;
let owner: Api;
let stranger: Api;
let belongings: Belongings;
let routes: Route[];
let before: string;

beforeAll(async () => {
  const faults = [{ call: 'initializeConnection', error: 'INTERNAL', connector: { fail: true } }];
  server = await createTestApp({ personas: true, fake: { faults } });
  owner = server.api.as('member,reader');
  stranger = server.api.as('member,reader', projectId());
  await stranger.volume({ name: 'own' });
  belongings = await makeBelongings();
  // Responses of the stream of events have no end: test/e2e/events.spec.ts tests whose events they are.
  routes = routesOf(server).filter(
    ({ isVersioned, name }) => isVersioned && !name.startsWith('Versions') && !name.startsWith('Events'),
  );
  before = await contentsOf(server);
});
afterAll(() => server.close());

async function makeBelongings(): Promise<Belongings> {
  const attached = await owner.volume({ name: 'theirs', description: 'secret', metadata: { k: 'v' } });
  const available = await owner.volume({ name: 'theirs too', metadata: { color: 'red' } });
  const legacy = await owner.volume();
  const gone = await owner.volume();
  await owner.send('POST', `/v3/volumes/${legacy}/action`, {
    'os-initialize_connection': { connector: aConnector() },
  });
  const connected = await owner.attachment(attached, {
    connector: aConnector(),
    instance_uuid: randomUUID(),
  });
  const reserved = await owner.attachment(await owner.volume());
  const deleted = await owner.attachment(gone);
  await owner.delete(deleted);
  await owner.create(available, { connector: aConnector('host-a', { fail: true }) });
  const { messages } = (await owner.get('/v3/messages')).body;
  const type = await server.api.send('POST', '/v3/types', {
    volume_type: { name: 'theirs alone', 'os-volume-type-access:is_public': false, extra_specs: { k: 'v' } },
  });
  // Precedes the private one in lists of types, which start with the newest.
  await server.api.send('POST', '/v3/types', { volume_type: { name: 'for all' } });
  return {
    volume_id: [attached, available, legacy],
    attachment_id: [connected, reserved, deleted],
    message_id: messages.map(({ id }: any) => id),
    type_id: [type.body.volume_type.id],
    project_id: [owner.project],
    snapshot_id: [attached],
    dead_letter_id: [await deadLetterOf(attached)],
  };
}

async function deadLetterOf(volumeId: string): Promise<string> {
  const letters = server.app.get(DeadLettersRepository, { strict: false });
  const event = { position: 1, id: '1-theirs', type: 'clinker.volume.created', volumeId };
  await server.app
    .get(UnitOfWork)
    .run((tx) => letters.insert(tx, { receiver: 'webhook theirs', event, reason: 'status 422', tries: 1 }));
  const { body } = await server.api.as('admin').get('/v3/clinker-dead-letters');
  return body.dead_letters[0].id;
}

/** Parameters that name nothing owned by a project; they get an existing value. */
const COMMON: Readonly<Record<string, string>> = {
  alias: 'os-volume-actions',
  key: 'k',
  host: 'clinker@fake',
  action: 'disable',
  class_name: 'default',
  // For resources of which none exist.
  id: 'x',
};

/** A valid body for each route that validates one against a schema. */
const BODIES: Readonly<Record<string, (id: string) => object>> = {
  'AttachmentsController.create': (id) => ({ attachment: { volume_uuid: id } }),
  'AttachmentsController.update': () => ({ attachment: { connector: aConnector('host-b') } }),
  'VolumesController.create': (id) => ({ volume: { size: 1, source_volid: id } }),
  'SnapshotsController.create': (id) => ({ snapshot: { volume_id: id } }),
  'VolumesController.update': () => ({ volume: { name: 'mine now' } }),
  'VolumeMetadataController.merge': () => ({ metadata: { k: 'mine now' } }),
  'VolumeMetadataController.replace': () => ({ metadata: { k: 'mine now' } }),
  'VolumeMetadataController.set': () => ({ meta: { k: 'mine now' } }),
  'VolumeTypesController.create': () => ({ volume_type: { name: 'mine' } }),
  'VolumeTypesController.update': () => ({ volume_type: { name: 'mine now' } }),
  'ExtraSpecsController.create': () => ({ extra_specs: { k: 'mine now' } }),
  'ExtraSpecsController.update': () => ({ k: 'mine now' }),
  'DeploymentController.changeService': () => ({ host: 'clinker@fake', binary: 'cinder-volume' }),
  'FencingController.fence': () => ({ fence: { host: 'host-a' } }),
};

/** Every body worth trying on a route; undefined for none. */
function bodiesOf({ name, handler }: Route, id: string): readonly (object | undefined)[] {
  const action: string | undefined = Reflect.getMetadata(ACTION, handler);
  if (action !== undefined) return [{ [action]: null }];
  const actions: ActionBodies | undefined = Reflect.getMetadata(ACTIONS, handler);
  if (actions !== undefined) return Object.values(actions).map(({ example }) => example);
  return Reflect.getMetadata(BODY_SCHEMAS, handler) === undefined ? [undefined] : [BODIES[name]!(id)];
}

const parametersOf = ({ path }: Route): string[] => [...path.matchAll(/:(\w+)/g)].map(([, name]) => name!);

const filled = ({ path }: Route, values: Readonly<Record<string, string>>): string =>
  path.replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(values[name] ?? COMMON[name] ?? name));

/** A response without the parts that may differ between two requests: the ids in the request, and the response's own. */
function told({ status, headers, body }: Answer, id: string): string {
  const kept = [...headers].filter(([name]) => !/request-id|^date$|^content-length$/.test(name));
  return [encodeURIComponent(id), id, id.toLowerCase()].reduce(
    (text, spelling) => text.replaceAll(spelling, '<id>'),
    JSON.stringify({ status, kept, body }),
  );
}

const STRANGERS: Readonly<Record<string, (api: Api) => Api>> = {
  member: (api) => api.as('member,reader'),
  reader: (api) => api.as('reader'),
  'caller without a role': (api) => api.as('other'),
  'service of the same cloud': (api) => api.as('service,reader'),
};

/** Spellings of an id that clients send. */
const SPELLINGS: readonly ((id: string) => string)[] = [
  (id) => id,
  (id) => id.toUpperCase(),
  (id) => id.replaceAll('-', ''),
  (id) => `{${id}}`,
  (id) => `urn:uuid:${id}`,
  (id) => `${id} `,
];

describe('this test', () => {
  it('knows what stands behind every parameter of every route', () => {
    const unknown = routes
      .flatMap(parametersOf)
      .filter((parameter) => !(parameter in belongings) && !(parameter in COMMON));
    expect(unknown).toEqual([]);
    expect(Object.values(belongings).every((ids) => ids.length > 0)).toBe(true);
  });

  it('has a valid body for every route that wants one', () => {
    const silent = routes.filter(
      ({ name, handler }) => Reflect.getMetadata(BODY_SCHEMAS, handler) !== undefined && !(name in BODIES),
    );
    expect(silent.map(({ name }) => name)).toEqual([]);
  });

  it('sends bodies that the owner gets through with', async () => {
    const volume = await owner.volume({ metadata: { k: 'v' } });
    const update = routes.find(({ name }) => name === 'VolumesController.update')!;
    const path = filled(update, { volume_id: volume });
    expect((await owner.send('PUT', path, BODIES[update.name]!(volume))).status).toBe(200);
    await owner.send('DELETE', `/v3/volumes/${volume}`);
    await expect(owner.untilVolume(volume, (shown) => shown === undefined)).resolves.toBeUndefined();
    before = await contentsOf(server);
  });
});

describe.each(Object.keys(STRANGERS))('to a %s of another project', (persona) => {
  const who = (): Api => STRANGERS[persona]!(stranger);

  it("what is another project's answers on every route as what does not exist, and stays as it is", async () => {
    let compared = 0;
    for (const route of routes) {
      const [parameter] = parametersOf(route).filter((name) => name in belongings);
      if (parameter === undefined) continue;
      for (const theirs of belongings[parameter]!) {
        for (const spelled of persona === 'member' ? SPELLINGS : SPELLINGS.slice(0, 1)) {
          const unknown = parameter === 'project_id' ? projectId() : randomUUID();
          const answers = [];
          for (const id of [theirs, unknown].map(spelled)) {
            const path = filled(route, { [parameter]: id });
            for (const body of bodiesOf(route, id))
              answers.push({ id, answer: await who().send(METHODS[route.method]!, path, body) });
          }
          const malformed = answers.filter(({ answer }) => answer.status === 400);
          // A refusal of the format reveals nothing about ownership.
          if (spelled === SPELLINGS[0])
            expect(malformed.map(({ answer }) => [route.name, answer.body])).toEqual([]);
          const half = answers.length / 2;
          const [foreign, missing] = [answers.slice(0, half), answers.slice(half)].map((some) =>
            some.map(({ id, answer }) => `${route.name} ${told(answer, id)}`),
          );
          expect(foreign).toEqual(missing);
          compared += half;
        }
      }
    }
    expect(compared).toBeGreaterThan(80);
    expect(await contentsOf(server)).toBe(before);
  }, 120_000);

  it("another project's things in a body are what does not exist", async () => {
    const own = await stranger.volume();
    before = await contentsOf(server);
    const [attached, available] = belongings['volume_id']!;
    const [connected] = belongings['attachment_id']!;
    const requests: readonly ((id: string) => Promise<Answer>)[] = [
      (id) => who().create(id),
      (id) => who().create(id, { connector: aConnector() }),
      (id) => who().send('POST', '/v3/volumes', { volume: { size: 1, source_volid: id } }),
      (id) => who().send('POST', '/v3/volumes', { volume: { size: 1, volume_type: id } }),
      (id) => who().send('POST', `/v3/volumes/${own}/action`, { 'os-detach': { attachment_id: id } }),
      (id) => who().send('POST', `/v3/volumes/${own}/action`, { 'os-force_detach': { attachment_id: id } }),
    ];
    const theirs = [attached!, available!, connected!, belongings['type_id']![0]!];
    for (const id of theirs) {
      for (const request of requests) {
        const unknown = randomUUID();
        expect(told(await request(id), id)).toEqual(told(await request(unknown), unknown));
      }
    }
    expect(await contentsOf(server)).toBe(before);
    await stranger.send('DELETE', `/v3/volumes/${own}`);
    await stranger.untilVolume(own, (shown) => shown === undefined);
    before = await contentsOf(server);
  });

  it('a type of others is not made a volume of by its name', async () => {
    const named = (name: string): Promise<Answer> =>
      who().send('POST', '/v3/volumes', { volume: { size: 1, volume_type: name } });
    const [private_, unknown] = ['theirs alone', 'nobody knows'];
    expect(told(await named(private_), private_)).toEqual(told(await named(unknown), unknown));
  });
});

describe('lists', () => {
  /** Texts in the other project's rows that occur in none visible to the caller. */
  const theirTexts = async (): Promise<string[]> => {
    const own = JSON.stringify([
      (await stranger.get('/v3/volumes/detail')).body,
      (await stranger.get('/v3/types')).body,
    ]);
    const rows = Object.values(JSON.parse(before) as Record<string, any[]>).flat();
    const theirs = rows.filter((row) => row.project_id === owner.project).flatMap(Object.values);
    return [...new Set(theirs)].filter(
      (value) => typeof value === 'string' && value.length > 6 && value.length < 100 && !own.includes(value),
    );
  };
  const lists = (): Route[] =>
    routes.filter(
      (route) =>
        METHODS[route.method] === 'GET' && parametersOf(route).length === 0 && route.path !== '/v3/limits',
    );
  const VALUES: Readonly<Record<string, () => readonly string[]>> = {
    marker: () => Object.values(belongings).flat(),
    'name~': () => ['theirs', 'heir'],
    'description~': () => ['secret', 'ecre'],
    metadata: () => ["{'k': 'v'}", '{"color":"red"}'],
    extra_specs: () => ["{'k': 'v'}"],
  };
  const NAMES = [
    ...['marker', 'id', 'name', 'name~', 'volume_id', 'instance_id', 'attach_status', 'status', 'project_id'],
    ...[
      'resource_uuid',
      'request_id',
      'metadata',
      'host',
      'user_id',
      'description~',
      'extra_specs',
      'tenant_id',
    ],
  ];
  const nothing = (name: string): string =>
    ['metadata', 'extra_specs'].includes(name) ? `{'nobody': '${randomUUID()}'}` : randomUUID();

  it('are found by this test', () => {
    expect(lists().length).toBeGreaterThan(12);
  });

  it.each(NAMES)(
    'by the parameter %s answer as for a value that nothing has',
    async (name) => {
      const values = VALUES[name]?.() ?? (await theirTexts());
      expect(values.length).toBeGreaterThan(0);
      for (const { path } of lists()) {
        for (const version of [NEWEST, '3.30']) {
          const asked = async (value: string): Promise<string> => {
            const query = new URLSearchParams({ [name]: value });
            return told(await stranger.at(version).get(`${path}?${query.toString()}`), value);
          };
          const unknown = await asked(nothing(name));
          for (const value of values.slice(0, 12)) {
            expect([path, value, await asked(value)]).toEqual([path, value, unknown]);
          }
        }
      }
    },
    120_000,
  );

  it.each([
    'created_at',
    'name',
    'status',
    'volume_id',
    'connector',
    'connection_info',
    'project_id',
    'size',
  ])('sorted by %s, over all tenants and in any scope show what is their own', async (key) => {
    const theirs = Object.values(belongings).flat();
    for (const { path } of lists()) {
      for (const extra of [
        'all_tenants=1',
        `project_id=${owner.project}`,
        'with_count=true',
        'is_public=none',
      ]) {
        const answer = await stranger.get(`${path}?sort=${key}:asc&${extra}&limit=5`);
        const text = JSON.stringify(answer.body);
        expect(theirs.filter((id) => text.includes(id) && id !== owner.project)).toEqual([]);
        // There are no snapshots in any project.
        const own = path.startsWith('/v3/snapshots') ? 0 : 1;
        if (answer.body.count !== undefined) expect(answer.body.count).toBe(own);
      }
    }
  });

  it('of limits and quotas count for the caller alone', async () => {
    const { absolute } = (await stranger.get(`/v3/limits?project_id=${owner.project}`)).body.limits;
    expect(absolute.totalVolumesUsed).toBe(1);
    expect((await stranger.get(`/v3/os-quota-sets/${owner.project}?usage=true`)).status).toBe(403);
  });
});

describe('an Idempotency-Key', () => {
  it('of another project means nothing', async () => {
    const volume = await stranger.volume();
    const headers = { 'Idempotency-Key': 'the-same' };
    const body = { attachment: { volume_uuid: await owner.volume() } };
    const made = await owner.send('POST', '/v3/attachments', body, headers);
    const own = await stranger.send(
      'POST',
      '/v3/attachments',
      { attachment: { volume_uuid: volume } },
      headers,
    );
    expect([made.status, own.status]).toEqual([200, 200]);
    expect(own.body.attachment.id).not.toBe(made.body.attachment.id);
  });
});

describe('a project in the URL that is not that of the token', () => {
  const MALFORMED = { status: 400, body: { badRequest: { code: 400, message: 'Malformed request url' } } };

  it.each(['member,reader', 'reader', 'service', 'admin,member,reader'])(
    'is refused on every route, to %s',
    async (roles) => {
      const [volume] = belongings['volume_id']!;
      const unchanged = await contentsOf(server);
      const projects = [owner.project, owner.project.toUpperCase(), `${stranger.project}0`, 'nobody', '%20'];
      for (const route of routes) {
        const values = Object.fromEntries(Object.entries(belongings).map(([name, [id]]) => [name, id!]));
        const path = filled(route, values).replace('/v3', '');
        for (const project of projects) {
          for (const body of bodiesOf(route, volume!)) {
            const caller = stranger.as(roles);
            const answer = await caller.send(METHODS[route.method]!, `/v3/${project}${path}`, body);
            expect([route.name, { status: answer.status, body: answer.body }]).toEqual([
              route.name,
              MALFORMED,
            ]);
          }
        }
      }
      expect(await contentsOf(server)).toBe(unchanged);
    },
    120_000,
  );
});

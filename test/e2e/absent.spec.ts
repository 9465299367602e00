import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Api } from '../support/api.js';
import { createTestApp, type TestApp } from '../support/test-app.js';
import { act } from '../support/volume-state.js';

let server: TestApp;
let admin: Api;

beforeAll(async () => {
  server = await createTestApp({ personas: true, settings: { CLINKER_QUOTA_VOLUMES: '7' } });
  admin = server.api.as('admin,member,reader');
});
afterAll(() => server.close());

/** Path (`+` with a detail list), key of the list, first version, least role, Cinder's text for an unknown id. */
const KINDS = [
  ['backups+', 'backups', '3.0', 'reader', 'Backup X could not be found.'],
  ['os-volume-transfer+', 'transfers', '3.0', 'reader', 'Transfer X could not be found.'],
  ['volume-transfers+', 'transfers', '3.55', 'reader', 'Transfer X could not be found.'],
  ['group_types', 'group_types', '3.11', 'anyone', 'Group type X could not be found.'],
  ['groups+', 'groups', '3.13', 'reader', 'Group X could not be found.'],
  ['group_snapshots+', 'group_snapshots', '3.14', 'reader', 'GroupSnapshot X could not be found.'],
  ['consistencygroups+', 'consistencygroups', '3.0', 'reader', 'Group X could not be found.'],
  ['cgsnapshots+', 'cgsnapshots', '3.0', 'reader', 'GroupSnapshot X could not be found.'],
  ['qos-specs', 'qos_specs', '3.0', 'admin', 'No such QoS spec X.'],
  ['default-types', 'default_types', '3.62', 'admin', 'Default type for project X not found.'],
  ['clusters+', 'clusters', '3.7', 'admin', 'Cluster X could not be found.'],
] as const;

const versionBefore = (version: string): string => version.replace(/\d+$/, (minor) => String(+minor - 1));

describe.each(KINDS)('%s', (kind, collection, since, least, missing) => {
  const path = `/v3/${kind.replace('+', '')}`;
  const lists = kind.endsWith('+') ? [path, `${path}/detail`] : [path];

  it('are none, with and without the project in the path, whatever the query', async () => {
    const paths = [...lists, ...lists.map((list) => list.replace('/v3', `/v3/${admin.project}`))];
    for (const list of paths.flatMap((one) => [one, `${one}?limit=5&all_tenants=1&sort=created_at`])) {
      const { status, body } = await admin.get(list);
      expect([list, status, body]).toEqual([list, 200, { [collection]: [] }]);
    }
  });

  it('has none by any id, in the words of Cinder', async () => {
    const id = randomUUID();
    const { status, message } = await admin.get(`${path}/${id}`);
    expect([status, message]).toEqual([404, missing.replace('X', id)]);
    expect((await admin.get(`${path}/$&`)).message).toBe(missing.replace('X', () => '$&'));
  });

  it(`begins with ${since}`, async () => {
    expect((await admin.at(since).get(path)).status).toBe(200);
    if (since !== '3.0') expect((await admin.at(versionBefore(since)).get(path)).status).toBe(404);
  });

  it(`is for ${least}`, async () => {
    const asked = [...lists, `${path}/x`].map(async (one) => {
      const answers = await Promise.all(['admin', 'reader', 'other'].map((role) => admin.as(role).get(one)));
      return answers.map(({ status }) => status !== 403);
    });
    const allowed = [true, least !== 'admin', least === 'anyone'];
    expect(await Promise.all(asked)).toEqual(asked.map(() => allowed));
  });

  it('takes no change', async () => {
    expect((await admin.send('POST', path, {})).status).toBe(404);
    expect((await admin.send('DELETE', `${path}/x`)).status).toBe(404);
  });
});

describe('of a volume type', () => {
  async function aType(isPublic: boolean): Promise<string> {
    const { body } = await admin.send('POST', '/v3/types', {
      volume_type: { name: randomUUID(), 'os-volume-type-access:is_public': isPublic },
    });
    return body.volume_type.id as string;
  }

  it('the encryption is empty, and no value of it is there', async () => {
    const type = await aType(true);
    const { status, body } = await admin.get(`/v3/types/${type}/encryption`);
    expect([status, body]).toEqual([200, {}]);
    const value = await admin.get(`/v3/types/${type}/encryption/cipher`);
    expect([value.status, value.message]).toEqual([
      404,
      `Volume type encryption for type ${type} does not exist.`,
    ]);
  });

  it('nobody beside the admins may use a private one; a public one has no list', async () => {
    const listed = await admin.get(`/v3/types/${await aType(false)}/os-volume-type-access`);
    expect([listed.status, listed.body]).toEqual([200, { volume_type_access: [] }]);
    const refused = await admin.get(`/v3/types/${await aType(true)}/os-volume-type-access`);
    expect([refused.status, refused.message]).toEqual([
      404,
      'Access list not available for public volume types.',
    ]);
  });

  it.each(['encryption', 'encryption/cipher', 'os-volume-type-access'])(
    '%s is for admins, and of types that are there',
    async (tail) => {
      const type = await aType(true);
      expect((await admin.as('member,reader').get(`/v3/types/${type}/${tail}`)).status).toBe(403);
      const unknown = randomUUID();
      expect((await admin.get(`/v3/types/${unknown}/${tail}`)).message).toContain(unknown);
    },
  );
});

describe('quotas', () => {
  const shown = { volumes: 7, gigabytes: -1, snapshots: 0 };

  it('have defaults, which are those of every project', async () => {
    const { body } = await admin.get(`/v3/os-quota-sets/${admin.project}/defaults`);
    expect(body.quota_set).toMatchObject({ ...shown, id: admin.project });
    const member = admin.as('member,reader');
    expect((await member.get(`/v3/os-quota-sets/${admin.project}/defaults`)).body).toEqual(body);
    expect((await member.get('/v3/os-quota-sets/another/defaults')).status).toBe(403);
  });

  it('of a class are the same, for admins', async () => {
    const { body } = await admin.get('/v3/os-quota-class-sets/default');
    expect(body.quota_class_set).toMatchObject({ ...shown, id: 'default' });
    expect((await admin.as('member,reader').get('/v3/os-quota-class-sets/default')).status).toBe(403);
  });
});

describe('of the image of a volume', () => {
  it('nothing is kept', async () => {
    const volume = await admin.volume();
    const { status, body } = await act(admin.as('reader'), volume, 'os-show_image_metadata');
    expect([status, body]).toEqual([200, { metadata: {} }]);
    expect((await act(admin, randomUUID(), 'os-show_image_metadata')).status).toBe(404);
    expect((await act(admin.as('other'), volume, 'os-show_image_metadata')).status).toBe(403);
  });
});

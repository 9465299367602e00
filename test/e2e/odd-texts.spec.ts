import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Answer, Api } from '../support/api.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

let server: TestApp;
let api: Api;
let volume: string;
let type: string;

beforeAll(async () => {
  server = await createTestApp();
  api = server.api;
  volume = await api.volume();
  const { body } = await api.send('POST', '/v3/types', { volume_type: { name: 'odd' } });
  type = body.volume_type.id;
});
afterAll(() => server.close());

/** Texts that Cinder's schemas treat differently, by their oddity. */
const ODD = {
  'a control character': 'a\u0001b',
  'a line break': 'a\nb',
  'a line break at its end': 'ab\n',
  'a tab': 'a\tb',
  'a delete': 'a\u007fb',
  'a control character of Latin-1': 'a\u0085b',
  'a zero-width space': 'a\u200bb',
  'a soft hyphen': 'a\u00adb',
  'a change of direction': 'a\u202eb',
  'a byte order mark': '\ufeffa',
  'a line separator': 'a\u2028b',
  'a character for private use': 'a\ue000b',
  'a character that is none': 'a\u0378b',
  'a NUL': 'a\u0000b',
  'half of a character': 'a\ud800b',
  '256 characters': 'x'.repeat(256),
  'nothing in it': '',
} as const;

/** Texts that look odd but are valid. */
const FINE = {
  'a blank that does not break': 'a\u00a0b',
  'a wide blank': 'a\u3000b',
  'a mark above a letter': 'e\u0301',
  'a character for what is lost': 'a\ufffdb',
  'an emoji': 'a😀b',
  'a letter beyond 65535': '𠀀',
  '255 emojis': '😀'.repeat(255),
  quotes: `'"\`\\`,
} as const;

type Oddity = keyof typeof ODD;

/** Refused by every field: databases cannot store it. */
const NOWHERE: readonly Oddity[] = ['a NUL', 'half of a character'];
const LENGTH: readonly Oddity[] = ['256 characters'];
const EMPTY: readonly Oddity[] = ['nothing in it'];
const UNPRINTABLE = (Object.keys(ODD) as Oddity[]).filter(
  (what) => ![...NOWHERE, ...LENGTH, ...EMPTY].includes(what),
);

interface Field {
  readonly send: (text: string) => Promise<Answer>;
  /** The field afterwards; absent if it is not shown as sent. */
  readonly read?: (answer: Answer) => unknown;
  readonly refuses: readonly Oddity[];
}

const post = (path: string, body: object): Promise<Answer> => api.send('POST', path, body);
const put = (path: string, body: object): Promise<Answer> => api.send('PUT', path, body);

/** Makes a type and removes it again: names are unique. */
async function newType(fields: object): Promise<Answer> {
  const answer = await post('/v3/types', { volume_type: { name: randomUUID(), ...fields } });
  if (answer.status === 200) await api.send('DELETE', `/v3/types/${answer.body.volume_type.id}`);
  return answer;
}

/** The fields that hold clients' texts, and what each refuses, as Cinder's schemas do. */
const FIELDS: Readonly<Record<string, Field>> = {
  'the name of a new type': {
    send: (name) => newType({ name }),
    read: ({ body }) => body.volume_type.name,
    refuses: [...LENGTH, ...EMPTY],
  },
  'the name of a type': {
    send: (name) => put(`/v3/types/${type}`, { volume_type: { name } }),
    read: ({ body }) => body.volume_type.name,
    refuses: [...LENGTH, ...EMPTY],
  },
  'the description of a new type': {
    send: (description) => newType({ description }),
    read: ({ body }) => body.volume_type.description,
    refuses: [...UNPRINTABLE, ...LENGTH],
  },
  'the description of a type': {
    send: (description) => put(`/v3/types/${type}`, { volume_type: { description } }),
    read: ({ body }) => body.volume_type.description,
    refuses: [...UNPRINTABLE, ...LENGTH],
  },
  'an extra spec of a new type': {
    send: (k) => newType({ extra_specs: { k } }),
    read: ({ body }) => body.volume_type.extra_specs.k,
    refuses: LENGTH,
  },
  'the key of an extra spec': {
    send: (key) => newType({ extra_specs: { [key]: 'v' } }),
    refuses: [...UNPRINTABLE, ...LENGTH, ...EMPTY],
  },
  'an extra spec': {
    send: (k) => post(`/v3/types/${type}/extra_specs`, { extra_specs: { k } }),
    read: ({ body }) => body.extra_specs.k,
    refuses: LENGTH,
  },
  'the name of a new volume': {
    send: (name) => post('/v3/volumes', { volume: { size: 1, name } }),
    refuses: LENGTH,
  },
  'the name of a volume': {
    send: (name) => put(`/v3/volumes/${volume}`, { volume: { name } }),
    refuses: LENGTH,
  },
  'the description of a volume': {
    send: (description) => put(`/v3/volumes/${volume}`, { volume: { description } }),
    refuses: LENGTH,
  },
  'a value of metadata': {
    send: (k) => post(`/v3/volumes/${volume}/metadata`, { metadata: { k } }),
    read: ({ body }) => body.metadata.k,
    refuses: LENGTH,
  },
  'a key of metadata': {
    send: (key) => post(`/v3/volumes/${volume}/metadata`, { metadata: { [key]: 'v' } }),
    refuses: [...UNPRINTABLE, ...LENGTH, ...EMPTY],
  },
};

/** Keys have a character set of their own. */
const KEYS = ['the key of an extra spec', 'a key of metadata'];

describe.each(Object.keys(FIELDS))('%s', (name) => {
  const field = FIELDS[name];
  if (field === undefined) throw new Error(name);

  it.each(Object.entries(ODD))('with %s', async (what, text) => {
    const answer = await field.send(text);
    const isRefused = [...field.refuses, ...NOWHERE].includes(what as Oddity);
    if (!isRefused) {
      expect([200, 202]).toContain(answer.status);
      if (field.read !== undefined) expect(field.read(answer)).toBe(text);
      return;
    }
    expect([answer.status, Object.keys(answer.body)]).toEqual([400, ['badRequest']]);
    expect(answer.message).toMatch(
      what === 'half of a character' ? /an unpaired surrogate/ : /Invalid input|not allowed|empty/,
    );
  });

  it('with what is fine', async () => {
    for (const [what, text] of Object.entries(FINE)) {
      const answer = await field.send(text);
      const isFine = !KEYS.includes(name);
      expect([what, isFine ? [200, 202] : [400]]).toEqual([what, expect.arrayContaining([answer.status])]);
      if (isFine && field.read !== undefined) expect(field.read(answer)).toBe(text);
    }
  });
});

describe('texts that are looked for, and never found', () => {
  let attached: string;

  beforeAll(async () => {
    attached = await api.volume();
    await api.attachment(attached);
    // A name from above must not be a type's.
    await put(`/v3/types/${type}`, { volume_type: { name: 'odd' } });
  });

  const looks: Readonly<Record<string, (text: string) => Promise<Answer>>> = {
    'the attachment of os-force_detach': (attachment_id) =>
      post(`/v3/volumes/${attached}/action`, { 'os-force_detach': { attachment_id } }),
    'the type of a volume': (volume_type) => post('/v3/volumes', { volume: { size: 1, volume_type } }),
    'the zone of a volume': (availability_zone) =>
      post('/v3/volumes', { volume: { size: 1, availability_zone } }),
    'the image of a volume': (imageRef) => post('/v3/volumes', { volume: { size: 1, imageRef } }),
    'a status': (status) => post(`/v3/volumes/${volume}/action`, { 'os-reset_status': { status } }),
    'the host of os-attach': (host_name) =>
      post(`/v3/volumes/${randomUUID()}/action`, { 'os-attach': { host_name, mountpoint: '/dev/vdb' } }),
    'the device of os-attach': (mountpoint) =>
      post(`/v3/volumes/${randomUUID()}/action`, { 'os-attach': { host_name: 'h', mountpoint } }),
    'a connector': (host) => api.create(randomUUID(), { connector: { host } }),
    'the connector of os-initialize_connection': (host) =>
      post(`/v3/volumes/${randomUUID()}/action`, { 'os-initialize_connection': { connector: { host } } }),
    'the server of an attachment': (instance_uuid) => api.create(volume, { instance_uuid }),
  };

  it.each(Object.entries(looks))('%s', async (name, send) => {
    // An unknown attachment counts as detached.
    const expected = name.includes('force_detach') ? [202, 400] : [400, 404];
    for (const [what, text] of Object.entries({ ...ODD, ...FINE })) {
      if (text === '') continue;
      const { status } = await send(text);
      expect([what, expected]).toEqual([what, expect.arrayContaining([status])]);
    }
  });
});

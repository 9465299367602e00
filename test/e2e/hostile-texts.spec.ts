import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { redactText } from '../../src/platform/logging/redact.js';
import type { Api } from '../support/api.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

/** Length ratio of the two texts: quadratic work takes 64 times as long for the longer one. */
const FACTOR = 8;
const MOST_GROWTH = 3 * FACTOR;

/** Processor time below which growth is ignored: the garbage collector would dominate. */
const UNREMARKABLE_MS = 250;

const BODY_LENGTH = 6_000;
/** URL and headers share 16 KiB, and some of these characters take three bytes there. */
const HEAD_LENGTH = 550;

/** Texts that make repetitions in regular expressions backtrack. */
const HOSTILE: Readonly<Record<string, (length: number) => string>> = {
  braces: (length) => `a${'{'.repeat(length)}a`,
  brackets: (length) => `${'['.repeat(length)}a`,
  'closing brackets': (length) => `a${'])'.repeat(length / 2)}a`,
  blanks: (length) => `a${' '.repeat(length)}a`,
  'line breaks': (length) => `a${'\n'.repeat(length)}a`,
  hyphens: (length) => `a${'-'.repeat(length)}!`,
  dots: (length) => `a${'.'.repeat(length)}!`,
  slashes: (length) => `a${'/'.repeat(length)}a`,
  backslashes: (length) => `"${'\\'.repeat(length)}`,
  'escaped quotes': (length) => `"${'\\"'.repeat(length / 2)}`,
  'open quotes': (length) => `{${"'a".repeat(length / 2)}`,
  'a dictionary': (length) => `{${"'a':'b',".repeat(length / 8)}`,
  digits: (length) => `-${'1'.repeat(length)}x`,
  hexadecimal: (length) => `${'a'.repeat(length)}g`,
  colons: (length) => `gt${':'.repeat(length)}`,
  commas: (length) => `id${','.repeat(length)}!`,
  secrets: (length) => ' --password'.repeat(length / 11),
  assignments: (length) => `password="${'token='.repeat(length / 6)}`,
  addresses: (length) => '//a:'.repeat(length / 4),
};

let server: TestApp;
let api: Api;
let volume: string;
let attachment: string;

beforeAll(async () => {
  server = await createTestApp({ settings: { LOG_LEVEL: 'error' } });
  api = server.api;
  volume = await api.volume();
  attachment = await api.attachment(await api.volume());
});
afterAll(() => server.close());

async function processorMs(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** Fails if work grows faster than the text's length; two retries allow for other load on the processor. */
async function expectFairGrowth(length: number, work: (length: number) => unknown): Promise<void> {
  for (let tries = 3; ; tries -= 1) {
    const long = await processorMs(() => work(length * FACTOR));
    if (long < UNREMARKABLE_MS) return;
    const short = await processorMs(() => work(length));
    if (long < short * MOST_GROWTH) return;
    if (tries === 1)
      throw new Error(`${length} characters take ${short} ms, ${FACTOR} times as many ${long} ms`);
  }
}

const BODIES: Readonly<Record<string, (text: string) => readonly [path: string, body: object]>> = {
  'the volume of an attachment': (text) => ['/v3/attachments', { attachment: { volume_uuid: text } }],
  'the server of an attachment': (text) => [
    '/v3/attachments',
    { attachment: { volume_uuid: randomUUID(), instance_uuid: text } },
  ],
  'values of a connector': (text) => [
    '/v3/attachments',
    { attachment: { volume_uuid: volume, connector: { host: text, ip: text, initiator: text, mode: text } } },
  ],
  'names of a connector': (text) => [
    '/v3/attachments',
    { attachment: { volume_uuid: randomUUID(), connector: { [text]: 1 } } },
  ],
  'the name of a volume': (text) => ['/v3/volumes', { volume: { size: 1, name: text, description: text } }],
  'the size of a volume': (text) => ['/v3/volumes', { volume: { size: text } }],
  'the type of a volume': (text) => ['/v3/volumes', { volume: { size: 1, volume_type: text } }],
  'a source of a volume': (text) => ['/v3/volumes', { volume: { size: 1, snapshot_id: text } }],
  'a flag of a volume': (text) => ['/v3/volumes', { volume: { size: 1, multiattach: text } }],
  'keys of metadata': (text) => [`/v3/volumes/${volume}/metadata`, { metadata: { [text]: 'v' } }],
  'values of metadata': (text) => [`/v3/volumes/${volume}/metadata`, { metadata: { k: text } }],
  'the name of a type': (text) => ['/v3/types', { volume_type: { name: text } }],
  'keys of extra specs': (text) => [
    '/v3/types',
    { volume_type: { name: 'n', extra_specs: { [text]: 'v' } } },
  ],
  'the name of an action': (text) => [`/v3/volumes/${volume}/action`, { [text]: null }],
  'the host of an attach': (text) => [
    `/v3/volumes/${volume}/action`,
    { 'os-attach': { host_name: text, mountpoint: text } },
  ],
  'the server of an attach': (text) => [
    `/v3/volumes/${volume}/action`,
    { 'os-attach': { instance_uuid: text, mountpoint: '/dev/vdb' } },
  ],
  'the attachment of a detach': (text) => [
    `/v3/volumes/${volume}/action`,
    { 'os-detach': { attachment_id: text } },
  ],
  'a status to reset to': (text) => [
    `/v3/volumes/${volume}/action`,
    { 'os-reset_status': { status: text, attach_status: text } },
  ],
};

const FILTERS = [
  ...['limit', 'offset', 'marker', 'sort', 'sort_key', 'sort_dir', 'all_tenants', 'with_count'],
  ...[
    'name',
    'name~',
    'id',
    'size',
    'bootable',
    'metadata',
    'created_at',
    'host',
    'is_public',
    'extra_specs',
  ],
];

const PATHS: Readonly<Record<string, (text: string) => string>> = {
  'an attachment': (text) => `/v3/attachments/${text}`,
  'a volume': (text) => `/v3/volumes/${text}`,
  'a type': (text) => `/v3/types/${text}`,
  'a message': (text) => `/v3/messages/${text}`,
  'a key': (text) => `/v3/volumes/${volume}/metadata/${text}`,
  'a project': (text) => `/v3/${text}/attachments`,
  'a resource': (text) => `/v3/${text}`,
};

const HEADERS = [
  ...['OpenStack-API-Version', 'X-Auth-Token', 'X-Auth-User', 'X-OpenStack-Request-ID', 'Idempotency-Key'],
  ...['X-Forwarded-Host', 'X-Forwarded-Proto', 'If-None-Match', 'If-Match', 'Content-Type'],
];

const texts = Object.entries(HOSTILE);

/** A text as it can appear in a header. */
const inHeader = (text: string): string => text.replaceAll('\n', '\t');

describe('the time that a text takes grows with its length and no faster', () => {
  describe.each(Object.keys(BODIES))('as %s', (place) => {
    it.each(texts)('%s', async (_name, make) => {
      await expectFairGrowth(BODY_LENGTH, async (length) => {
        const [path, body] = BODIES[place]!(make(length));
        expect((await api.send('POST', path, body)).status).toBeLessThan(500);
      });
    });
  });

  it.each(texts)('as a whole body: %s', async (_name, make) => {
    await expectFairGrowth(BODY_LENGTH, async (length) => {
      expect((await api.send('POST', '/v3/attachments', make(length))).status).toBeLessThan(500);
    });
  });

  it.each(FILTERS)('as the parameter %s', async (name) => {
    for (const [, make] of texts) {
      await expectFairGrowth(HEAD_LENGTH, async (length) => {
        for (const list of ['volumes', 'attachments', 'types']) {
          const query = `${encodeURIComponent(name)}=${encodeURIComponent(make(length))}`;
          expect((await api.get(`/v3/${list}?${query}`)).status).toBeLessThan(500);
        }
      });
    }
  });

  it.each(Object.keys(PATHS))('as %s in the path', async (place) => {
    for (const [, make] of texts) {
      for (const encode of [encodeURIComponent, encodeURI]) {
        await expectFairGrowth(HEAD_LENGTH, async (length) => {
          expect((await api.get(PATHS[place]!(encode(make(length))))).status).toBeLessThan(500);
        });
      }
    }
  });

  it.each(HEADERS)('as the header %s', async (name) => {
    for (const [, make] of texts) {
      await expectFairGrowth(HEAD_LENGTH, async (length) => {
        const headers = { [name]: inHeader(make(length)) };
        const answer = await api.send('PUT', `/v3/attachments/${attachment}`, '{}', headers);
        expect(answer.status).toBeLessThan(500);
      });
    }
  });

  it.each(texts)('as what a driver says: %s', async (_name, make) => {
    await expectFairGrowth(BODY_LENGTH, (length) => redactText(make(length)));
  });
});

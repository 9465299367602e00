import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Api } from '../support/api.js';
import { createTestApp, type TestApp } from '../support/test-app.js';
import { NEWEST } from '../support/newest.js';

let server: TestApp;
let callers: Readonly<Record<'admin' | 'member', Api>>;

beforeAll(async () => {
  server = await createTestApp({ personas: true });
  for (const name of ['alpha', 'beta']) await server.api.volume({ name });
  callers = { admin: server.api, member: server.api.as('member,reader') };
});
afterAll(() => server.close());

/** Summary of a response: a fault's status and text, or what was found. */
async function outcome(caller: keyof typeof callers, version: string, query: string): Promise<string> {
  const { status, body, message } = await callers[caller].at(version).get(`/v3/${query}`);
  if (status !== 200) return `${status} ${message}`;
  const [rows = []] = Object.values<any>(body).filter(Array.isArray);
  const shown = rows.map(({ name, id }: any) => name ?? id).sort();
  return [shown.join(' ') || 'nothing', ...('count' in body ? [`of ${body.count}`] : [])].join(' ');
}

const BOTH = 'alpha beta';
const POOL = 'clinker@fake#fake';
const UNKNOWN = (names: string): string => `400 Invalid filters ${names} are found in query options.`;
const ASCII = '400 Filter keys can only contain ASCII characters.';
const NO_BOOLEAN = (name: string): string => `400 Value 'bogus' for '${name}' is not a boolean.`;
const NO_KEY = '400 Invalid input received: Invalid sort key';

/** A running Cinder's responses by caller and query, each from a version on. */
type Row = readonly [keyof typeof callers, string, Readonly<Record<string, string>>];

const ROWS: readonly Row[] = [
  ['admin', 'volumes?name~=lph', { '3.0': BOTH, '3.31': 'alpha' }],
  ['admin', 'volumes?status~=avail', { '3.0': BOTH }],
  ['admin', 'volumes?status~=zz', { '3.0': 'nothing' }],
  ['admin', 'volumes?bogus=1', { '3.0': 'nothing' }],
  ['admin', 'volumes?consumes_quota=true', { '3.0': 'nothing', '3.31': BOTH }],
  ['admin', 'volumes?consumes_quota=false', { '3.0': 'nothing' }],
  ['admin', 'volumes?consumes_quota=bogus', { '3.0': 'nothing', '3.31': NO_BOOLEAN('use_quota') }],
  ['admin', 'volumes?use_quota=true', { '3.0': BOTH }],
  ['admin', 'volumes?use_quota=bogus', { '3.0': BOTH, '3.31': NO_BOOLEAN('use_quota') }],
  ['admin', 'volumes?with_count=true', { '3.0': 'nothing', '3.45': `${BOTH} of 2` }],
  ['admin', 'volumes?%C3%A9=1', { '3.0': 'nothing', '3.31': ASCII }],
  ['member', 'volumes?name~=lph', { '3.0': BOTH, '3.31': UNKNOWN('name~') }],
  ['member', 'volumes?bogus=1&odd=1', { '3.0': BOTH, '3.31': UNKNOWN('bogus,odd') }],
  ['member', 'volumes?bogus=1&all_tenants=1', { '3.0': BOTH, '3.31': UNKNOWN('bogus') }],
  ['member', 'volumes?all_tenants=1', { '3.0': BOTH }],
  ['member', 'volumes?consumes_quota=true', { '3.0': 'nothing', '3.31': BOTH }],
  ['member', 'volumes?consumes_quota=bogus', { '3.0': 'nothing', '3.31': NO_BOOLEAN('use_quota') }],
  ['member', 'volumes?use_quota=true', { '3.0': BOTH, '3.31': UNKNOWN('use_quota') }],
  [
    'member',
    'volumes?with_count=true',
    { '3.0': BOTH, '3.31': UNKNOWN('with_count'), '3.45': `${BOTH} of 2` },
  ],
  ['admin', 'snapshots?bogus=1', { '3.0': 'nothing' }],
  ['admin', 'snapshots?consumes_quota=bogus', { '3.0': 'nothing', '3.31': NO_BOOLEAN('use_quota') }],
  ['admin', 'snapshots/detail?%C3%A9=1', { '3.0': 'nothing', '3.31': ASCII }],
  ['admin', 'snapshots?sort=bogus', { '3.0': NO_KEY }],
  ['admin', 'snapshots?sort=name', { '3.0': NO_KEY, '3.30': 'nothing' }],
  [
    'admin',
    'snapshots?sort=id:up',
    { '3.0': '400 Invalid input received: Unknown sort direction, must be one of: asc, desc' },
  ],
  ['admin', 'snapshots?limit=x', { '3.0': '400 Invalid input received: limit param must be an integer' }],
  ['admin', 'snapshots?marker=x', { '3.0': '404 Snapshot x could not be found.' }],
  ['member', 'snapshots?name~=x', { '3.0': 'nothing', '3.31': UNKNOWN('name~') }],
  ['member', 'snapshots/detail?bogus=1', { '3.0': 'nothing', '3.31': UNKNOWN('bogus') }],
  ['member', 'snapshots?name=x&status=x&volume_id=x&metadata=x&all_tenants=1', { '3.0': 'nothing' }],
  ['member', 'snapshots?use_quota=bogus', { '3.0': 'nothing', '3.31': UNKNOWN('use_quota') }],
  ['member', 'snapshots?consumes_quota=bogus', { '3.0': 'nothing', '3.31': NO_BOOLEAN('use_quota') }],
  [
    'member',
    'snapshots?with_count=bogus',
    { '3.0': 'nothing', '3.31': UNKNOWN('with_count'), '3.45': NO_BOOLEAN('with_count') },
  ],
  [
    'member',
    'snapshots?with_count=1',
    { '3.0': 'nothing', '3.31': UNKNOWN('with_count'), '3.45': 'nothing of 0' },
  ],
  ['admin', 'messages?bogus=1', { '3.3': 'nothing' }],
  ['admin', 'messages?%C3%A9=1', { '3.3': 'nothing', '3.31': ASCII }],
  ['member', 'messages?bogus=1', { '3.3': 'nothing', '3.31': UNKNOWN('bogus') }],
  ['member', 'messages?event_id~=x', { '3.3': 'nothing', '3.31': UNKNOWN('event_id~') }],
  ['member', 'messages?project_id=x', { '3.3': 'nothing', '3.31': UNKNOWN('project_id') }],
  ['member', 'messages?event_id=x&resource_uuid=x&all_tenants=1', { '3.3': 'nothing' }],
  ['admin', 'types?%C3%A9=1', { '3.0': 'nothing', '3.52': ASCII }],
  ['member', 'types?bogus=1', { '3.0': '__DEFAULT__', '3.52': UNKNOWN('bogus') }],
  ['member', 'types?all_tenants=1', { '3.0': '__DEFAULT__' }],
  ['admin', 'attachments?bogus~=1', { '3.27': 'nothing' }],
  ['admin', 'attachments?%C3%A9=1', { '3.27': 'nothing', '3.31': ASCII }],
  ['member', 'attachments?bogus=1', { '3.27': 'nothing', '3.31': UNKNOWN('bogus') }],
  [
    'admin',
    'scheduler-stats/get_pools?bogus=1',
    { '3.0': POOL, '3.28': 'nothing', '3.31': UNKNOWN('bogus') },
  ],
  [
    'admin',
    'scheduler-stats/get_pools?name~=1',
    { '3.0': POOL, '3.28': 'nothing', '3.31': UNKNOWN('name~') },
  ],
  [
    'admin',
    'scheduler-stats/get_pools?consumes_quota=1',
    { '3.0': POOL, '3.28': 'nothing', '3.31': UNKNOWN('consumes_quota') },
  ],
  [
    'admin',
    'scheduler-stats/get_pools?limit=1',
    { '3.0': POOL, '3.28': 'nothing', '3.31': UNKNOWN('limit') },
  ],
  [
    'admin',
    'scheduler-stats/get_pools?storage_protocol=iSCSI',
    { '3.0': POOL, '3.31': UNKNOWN('storage_protocol') },
  ],
  ['admin', 'scheduler-stats/get_pools?all_tenants=1', { '3.0': POOL, '3.28': 'nothing', '3.31': POOL }],
  ['admin', 'scheduler-stats/get_pools?name=x', { '3.0': POOL, '3.28': 'nothing' }],
  ['admin', 'scheduler-stats/get_pools?volume_type=__DEFAULT__', { '3.0': POOL }],
  ['admin', 'scheduler-stats/get_pools?%C3%A9=1', { '3.0': POOL, '3.28': 'nothing', '3.31': ASCII }],
  ['admin', 'scheduler-stats/get_pools?detail=bogus', { '3.0': NO_BOOLEAN('detail') }],
];

const minor = (version: string): number => Number(version.split('.')[1]);

describe('a query means what it means in Cinder at the version of the request', () => {
  it.each(ROWS)('%s: %s', async (caller, query, since) => {
    const starts = Object.keys(since);
    for (const [index, start] of starts.entries()) {
      const next = starts[index + 1];
      const last = next === undefined ? NEWEST : `3.${minor(next) - 1}`;
      for (const version of [start, last])
        expect([version, await outcome(caller, version, query)]).toEqual([version, since[start]]);
    }
  });
});

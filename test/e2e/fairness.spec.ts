import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Reader } from '../../src/platform/database/reader.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { PublicEndpoint } from '../../src/api/http/public-endpoint.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

const ROWS = 1000;

let server: TestApp;
let shown: string;

beforeEach(async () => {
  server = await createTestApp();
  shown = await server.api.volume();
  const copies = Array.from({ length: ROWS }, (_, index) => `'copy-${String(index)}'`);
  const columns =
    'project_id, user_id, name, size, status, attach_status, multiattach, bootable, readonly, readonly_set, backend, availability_zone, created_at';
  await server.app.get(UnitOfWork).run(async ({ manager }) => {
    for (let from = 0; from < ROWS; from += 100) {
      const ids = copies.slice(from, from + 100).map((id) => `SELECT ${id} AS copy`);
      await manager.query(
        `INSERT INTO volumes (id, ${columns}) SELECT ids.copy, ${columns} FROM volumes CROSS JOIN (${ids.join(' UNION ALL ')}) ids WHERE volumes.id = '${shown}'`,
      );
    }
  });
});
afterEach(() => server.close());

/** Sends a request; returns the weights it used of the shared connections. */
async function weightsOf(path: string): Promise<Set<string>> {
  const reader = server.app.get(Reader);
  const real = reader.rows.bind(reader);
  const weights = new Set<string>();
  reader.rows = (...args) => {
    weights.add(args[2] ?? 'small');
    return real(...args);
  };
  const { status } = await server.api.get(path);
  reader.rows = real;
  expect(status).toBe(200);
  return weights;
}

describe('what reads many rows', () => {
  it.each([
    '/v3/volumes?limit=1',
    '/v3/volumes/detail',
    '/v3/volumes/summary',
    '/v3/volumes?with_count=true&limit=1',
    '/v3/attachments?limit=1',
    '/v3/attachments/detail',
    '/v3/messages',
    '/v3/limits',
  ])('lets what reads few go first: %s', async (path) => {
    expect(await weightsOf(path)).toContain('large');
  });

  it('is none of what shows one thing', async () => {
    const attachment = await server.api.attachment(await server.api.volume());
    for (const path of [`/v3/volumes/${shown}`, `/v3/attachments/${attachment}`])
      expect(await weightsOf(path)).toEqual(new Set(['small']));
  });

  it('is not waited for by the health check at all, which shares no connection', async () => {
    expect(await weightsOf('/healthcheck')).toEqual(new Set());
  });
});

describe('a long list', () => {
  it('works out once what is the same for all of its rows', async () => {
    const endpoint = server.app.get(PublicEndpoint);
    const real = endpoint.of.bind(endpoint);
    let asked = 0;
    endpoint.of = (request) => {
      asked += 1;
      return real(request);
    };
    for (const path of ['/v3/volumes', '/v3/volumes/detail']) {
      asked = 0;
      expect((await server.api.get(`${path}?limit=${ROWS}`)).body.volumes).toHaveLength(ROWS);
      expect(asked).toBeLessThan(10);
    }
  });
});

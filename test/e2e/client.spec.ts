import { readFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  BadRequest,
  type Client,
  type ClientOptions,
  createClient,
  Fault,
  MicroversionTooOld,
  NEWEST_MICROVERSION,
  NoAnswer,
  NotAcceptable,
  NotFound,
  Unavailable,
  WaitFailed,
} from '../../clients/javascript/src/index.js';
import { MAXIMUM } from '../../src/microversion/microversion.js';
// @ts-expect-error -- plain JavaScript, which write-docs.mjs uses as well
import { GENERATED, generatedClient } from '../../scripts/generate-client.mjs';
import { createTestApp, type TestApp } from '../support/test-app.js';

const file = (path: string): Promise<string> => readFile(new URL(`../../${path}`, import.meta.url), 'utf8');

let server: TestApp;
let client: Client;
const others: Server[] = [];

const clientOf = (options: Partial<ClientOptions> = {}): Client =>
  createClient({ endpoint: `${server.url}/v3`, token: 'admin:client', ...options });

/** Starts a server that is none of ours. @returns a client of it. */
async function foreign(answer: RequestListener, options: Partial<ClientOptions> = {}): Promise<Client> {
  const other = createServer(answer).listen(0, '127.0.0.1');
  others.push(other);
  await new Promise((resolve) => other.once('listening', resolve));
  const { port } = other.address() as AddressInfo;
  return clientOf({ endpoint: `http://127.0.0.1:${port}/v3`, ...options });
}

const volumeOf = async (name: string): Promise<string> => {
  const { volume } = await client.createVolume({ body: { volume: { size: 1, name } } });
  return volume.id;
};

beforeAll(async () => {
  const faults = [{ call: 'createVolume', times: 1, error: 'INTERNAL', message: 'no disk' }];
  server = await createTestApp({ fake: { faults } });
  client = clientOf();
});
afterEach(() => {
  for (const other of others.splice(0)) {
    other.closeAllConnections();
    other.close();
  }
});
afterAll(() => server.close());

describe('what clinker-client knows of the API', () => {
  it('is generated from openapi.json (npm run docs:openapi)', async () => {
    const generated = await generatedClient(JSON.parse(await file('openapi.json')));
    expect(Object.keys(generated)).toEqual(['schema.ts', 'operations.ts']);
    for (const [name, text] of Object.entries(generated))
      expect([name, (await file(`${GENERATED}/${name}`)) === text]).toEqual([name, true]);
  });

  it('is a method for every operation', async () => {
    const { paths } = JSON.parse(await file('openapi.json'));
    const ids = Object.values<any>(paths).flatMap((path) =>
      Object.values<any>(path).map(({ operationId }) => operationId),
    );
    expect(ids.length).toBeGreaterThan(80);
    expect(Object.keys(client)).toEqual([...ids, 'each', 'volumes']);
  });
});

describe('clinker-client', () => {
  it('waits until a volume is available, in error, or deleted', async () => {
    const failed = await volumeOf('failed');
    const wait = client.volumes.untilAvailable(failed);
    await expect(wait).rejects.toThrow(new WaitFailed(failed, 'error', 'available'));
    const id = await volumeOf('good');
    expect(await client.volumes.untilAvailable(id)).toMatchObject({ id, status: 'available' });
    for (const volume_id of [failed, id]) {
      await client.deleteVolume({ path: { volume_id } });
      await client.volumes.untilDeleted(volume_id);
    }
    expect((await client.listVolumes()).volumes).toEqual([]);
  });

  it('ends a wait when its time is over, and when the caller ends it', async () => {
    const id = await volumeOf('kept');
    await client.volumes.untilAvailable(id);
    const late = client.volumes.untilDeleted(id, { timeoutMs: 100 });
    await expect(late).rejects.toThrow(`volume ${id} is available, not deleted`);
    const stop = new AbortController();
    const stopped = client.volumes.untilDeleted(id, { signal: stop.signal });
    stop.abort(new Error('enough'));
    await expect(stopped).rejects.toThrow('enough');
    await client.deleteVolume({ path: { volume_id: id } });
    await client.volumes.untilDeleted(id);
  });

  it('ends a wait for a server that does not answer when its time is over, not when a request ends', async () => {
    const silent = await foreign(() => undefined);
    const wait = silent.volumes.untilAvailable('asked', { timeoutMs: 10 });
    await expect(wait).rejects.toThrow(new WaitFailed('asked', 'unknown', 'available'));
  });

  it('lists page by page, and asks for no page before it is wanted', async () => {
    const names = ['one', 'two', 'three', 'four', 'five'];
    for (const name of names) await volumeOf(name);
    const asked: string[] = [];
    const counting = clientOf({
      fetch: (url, init) => {
        asked.push((url as string).slice(server.url.length));
        return fetch(url, init);
      },
    });
    const found: string[] = [];
    const query = { limit: 2, sort: 'created_at:asc' };
    for await (const { name } of counting.each.listVolumes({ query })) found.push(name ?? '');
    expect(found).toEqual(names);
    expect(asked).toHaveLength(3);
    for await (const { name } of counting.each.listVolumesDetail({ query: { ...query, offset: 1 } })) {
      expect(name).toBe('two');
      break;
    }
    expect(asked).toHaveLength(4);
    for await (const { name } of counting.each.listVolumeTypes()) expect(name).toBe('__DEFAULT__');
  });

  it('ends a list whose server has the same page again and again', async () => {
    const answer = {
      volumes: [],
      volumes_links: [{ rel: 'next', href: 'http://elsewhere.invalid/v3/volumes?marker=same' }],
    };
    const other = await foreign((_, response) => response.end(JSON.stringify(answer)));
    await expect(other.each.listVolumes().next()).rejects.toThrow('listVolumes has the same page after same');
  });

  it('throws faults by class, with what the server said', async () => {
    const path = { volume_id: 'nothing' };
    const missing: unknown = await client.showVolume({ path }).catch((error: unknown) => error);
    expect(missing).toBeInstanceOf(NotFound);
    expect(missing).toMatchObject({
      name: 'NotFound',
      operation: 'showVolume',
      status: 404,
      message: 'Volume nothing could not be found.',
      requestId: expect.stringMatching(/^req-/),
    });
    const invalid = client.createVolume({ body: { volume: { size: -1 } } });
    await expect(invalid).rejects.toThrow(BadRequest);
  });

  it('tells when to try again, and what a proxy says instead of the server', async () => {
    const busy = await foreign((_, response) =>
      response.writeHead(503, { 'Retry-After': '7' }).end('{"serviceUnavailable":{"message":"later"}}'),
    );
    const fault: unknown = await busy.listVolumes().catch((error: unknown) => error);
    expect(fault).toBeInstanceOf(Unavailable);
    expect(fault).toMatchObject({ message: 'later', retryAfterS: 7 });
    const page = `<html>${'x'.repeat(1000)}`;
    const proxy = await foreign((_, response) => response.writeHead(502).end(page));
    await expect(proxy.listVolumes()).rejects.toThrow(Fault);
    await expect(proxy.listVolumes()).rejects.toThrow(/^502: <html>x{194}$/);
    const wrong = await foreign((_, response) => response.end(page));
    await expect(wrong.listVolumes()).rejects.toThrow(NoAnswer);
  });

  it('asks in the newest microversion that it knows, or in the one it is told', async () => {
    expect(NEWEST_MICROVERSION).toBe(MAXIMUM.toString());
    const versions: unknown[] = [];
    const other = await foreign((request, response) => {
      versions.push(request.headers['openstack-api-version']);
      response.end('{}');
    });
    await other.listVolumes();
    await other.listVolumes({ microversion: '3.4' });
    await other.listAttachments({ microversion: 'latest' });
    await expect(other.listAttachments({ microversion: '3.9' })).rejects.toThrow(MicroversionTooOld);
    expect(versions).toEqual([`volume ${NEWEST_MICROVERSION}`, 'volume 3.4', 'volume latest']);
    await expect(client.listVolumes({ microversion: '3.99' })).rejects.toThrow(NotAcceptable);
  });

  it('gives up on a server that is silent, or that is not there', async () => {
    const silent = await foreign(() => undefined, { timeoutMs: 50 });
    await expect(silent.listVolumes()).rejects.toThrow(/^listVolumes has no answer .*longer than 50 ms$/);
    const halfway = await foreign((_, response) => response.write('{"volumes":'), { timeoutMs: 50 });
    await expect(halfway.listVolumes()).rejects.toThrow('longer than 50 ms');
    const absent = await foreign(() => undefined);
    await new Promise((resolve) => others.pop()?.close(resolve));
    await expect(absent.listVolumes()).rejects.toThrow(/^listVolumes has no answer .*ECONNREFUSED/);
  });

  it('gives its token to no other server, and to no error', async () => {
    const asked: unknown[] = [];
    await foreign((request, response) => response.end(String(asked.push(request.url))));
    const { port } = others[0]?.address() as AddressInfo;
    const leads = await foreign((_, response) =>
      response.writeHead(307, { Location: `http://127.0.0.1:${port}/` }).end(),
    );
    await expect(leads.listVolumes()).rejects.toThrow(NoAnswer);
    expect(asked).toEqual([]);
    const broken = clientOf({ token: () => 'a secret\n' });
    const error: unknown = await broken.listVolumes().catch((reason: unknown) => reason);
    expect(String((error as Error).stack)).not.toContain('a secret');
  });

  it('keeps a parameter within its part of the path', async () => {
    for (const volume_id of ['', '.', '..'])
      await expect(client.showVolume({ path: { volume_id } })).rejects.toThrow(
        'showVolume needs a volume_id',
      );
    for (const volume_id of ['../types', 'a?b', 'a/b', 'a#b'])
      await expect(client.showVolume({ path: { volume_id } })).rejects.toThrow(NotFound);
  });

  it('gives a stream of events as it comes', async () => {
    const stop = new AbortController();
    const response = await client.listEvents({ signal: stop.signal });
    expect(response.headers.get('Content-Type')).toContain('text/event-stream');
    stop.abort();
    await expect(response.text()).rejects.toThrow(/abort/);
  });
});

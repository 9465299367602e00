import { beforeEach, expect, it } from '@jest/globals';
import type { Request, Response } from 'express';
import { RouteIndex, type RouteMethod } from './route-index.js';

let routes: RouteIndex;
let answered: { readonly route: string; readonly params: unknown } | null;

beforeEach(() => {
  routes = new RouteIndex();
});

function add(method: RouteMethod, path: string): boolean {
  return routes.add(method, path, (request, response) => {
    answered = { route: path, params: request.params };
    (response as unknown as { end: () => void }).end();
  });
}

/** Returns the route that answers, and its parameters; null if none does. */
async function answerTo(method: string, path: string): Promise<typeof answered> {
  answered = null;
  await new Promise<void>((resolve) => {
    const request = { method, url: path, path: path.split('?', 1)[0] } as Request;
    void routes.handle(request, { end: resolve } as unknown as Response, () => resolve());
  });
  return answered;
}

it('finds a route by method, resource and path', async () => {
  expect(add('get', '/v3/attachments')).toBe(true);
  expect(add('get', '/v3/attachments/detail')).toBe(true);
  expect(add('get', '/v3/attachments/:attachment_id')).toBe(true);
  expect(add('put', '/v3/attachments/:attachment_id')).toBe(true);
  expect(await answerTo('GET', '/v3/attachments?limit=1')).toMatchObject({ route: '/v3/attachments' });
  expect(await answerTo('GET', '/v3/attachments/detail')).toMatchObject({ route: '/v3/attachments/detail' });
  expect(await answerTo('PUT', '/v3/attachments/a%2Fb')).toMatchObject({
    params: { attachment_id: 'a/b' },
  });
});

it('passes on what it has no route for', async () => {
  add('get', '/v3/attachments/:attachment_id');
  for (const [method, path] of [
    ['DELETE', '/v3/attachments/1'],
    ['GET', '/v3/Attachments/1'],
    ['GET', '/v3/attachments/1/'],
    ['GET', '/v3/attachment'],
    ['GET', '/v3/constructor'],
    ['GET', '/v3/'],
    ['HEAD', '/v3/attachments/1'],
  ] as const)
    expect(await answerTo(method, path)).toBeNull();
});

it('leaves to Express what has no fixed resource', () => {
  for (const path of ['/', '/v3', '/v3/', '/v3/:resource', '/v3/*path', '/healthcheck'])
    expect(add('get', path)).toBe(false);
});

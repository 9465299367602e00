import { expect, it } from '@jest/globals';
import type { Request, RequestHandler, Response } from 'express';
import { inTurn } from './in-turn.js';

/** Resolves with what `next` receives at the end. */
function passed(handlers: readonly RequestHandler[]): Promise<unknown> {
  return new Promise((resolve) => {
    void inTurn(handlers)({} as Request, {} as Response, resolve);
  });
}

it('runs each once the one before has passed the request on', async () => {
  const ran: number[] = [];
  const handlers = [1, 2, 3].map<RequestHandler>((number) => async (_request, _response, next) => {
    await Promise.resolve();
    ran.push(number);
    next();
  });
  expect(await passed(handlers)).toBeUndefined();
  expect(ran).toEqual([1, 2, 3]);
});

it.each<[string, RequestHandler]>([
  ['passes on', (_request, _response, next) => next(new Error('no'))],
  [
    'throws',
    () => {
      throw new Error('no');
    },
  ],
  ['rejects with', () => Promise.reject(new Error('no'))],
])('ends with the error that one %s', async (_way, failing) => {
  let hasRun = false;
  const asynchronous: RequestHandler = async (_request, _response, next) => {
    await Promise.resolve();
    next();
  };
  const later: RequestHandler = (_request, _response, next) => {
    hasRun = true;
    next();
  };
  for (const before of [[], [asynchronous]]) {
    expect(await passed([...before, failing, later])).toEqual(new Error('no'));
  }
  expect(hasRun).toBe(false);
});

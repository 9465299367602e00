import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { JsonObject } from 'clinker-driver';
import type { HttpRequest } from '../src/http.js';
import { answersOf } from './mock-appliance.js';
import { MockStorage } from './mock-storage.js';

/** The mock as a server, for tests of the HTTP client and for `npm run mock`. */
export function mockServer(token: string): Server {
  const answer = answersOf(new MockStorage());
  return createServer((request, response) => {
    void (async () => {
      if (request.headers.authorization !== `Bearer ${token}`) {
        response.writeHead(401).end();
        return;
      }
      const { status, body } = await answer(await requestOf(request), new AbortController().signal);
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(body === null ? '' : JSON.stringify(body));
    })();
  });
}

async function requestOf(request: IncomingMessage): Promise<HttpRequest> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return {
    method: request.method as HttpRequest['method'],
    path: request.url ?? '/',
    ...(text !== '' && { body: JSON.parse(text) as JsonObject }),
  };
}

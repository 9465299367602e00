import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createLogger } from '../../platform/logging/logger.js';
import { FrontDoor } from './front-door.js';

const LIMITS = {
  maxHeaderBytes: 16_384,
  maxConnections: 2_000,
  headersTimeoutMs: 60_000,
  requestTimeoutMs: 60_000,
  keepAliveTimeoutMs: 60_000,
};
const LONG_MS = 60_000;

let doors: FrontDoor[];
let lines: string[];

beforeEach(() => {
  doors = [];
  lines = [];
});
afterEach(() => {
  for (const door of doors) door.close();
});

async function opened(holdMs: number): Promise<{ door: FrontDoor; url: string }> {
  const log = createLogger({ log_level: 'info' }, { write: (line) => void lines.push(line) });
  const door = new FrontDoor(LIMITS, log, holdMs);
  doors.push(door);
  return { door, url: `http://127.0.0.1:${String(await door.listen('127.0.0.1', 0))}` };
}

/** Resolves after the server has received `count` requests. */
async function arrived({ server }: FrontDoor, count: number): Promise<void> {
  for (let seen = 0; seen < count; seen += 1) await once(server, 'request');
}

describe('FrontDoor before it is opened', () => {
  it('holds requests with their bodies, and serves them when it is opened', async () => {
    const { door, url } = await opened(LONG_MS);
    const served: string[] = [];
    const answers = [];
    for (const path of ['/first', '/second']) {
      const arrives = arrived(door, 1);
      answers.push(fetch(`${url}${path}`, { method: 'POST', body: 'x'.repeat(200_000) }));
      await arrives;
    }
    door.open((incoming, response) => {
      let bytes = 0;
      incoming.on('data', (chunk: Buffer) => (bytes += chunk.length));
      incoming.on('end', () => {
        served.push(incoming.url ?? '');
        response.end(String(bytes));
      });
    });
    const texts = await Promise.all(answers.map(async (answer) => (await answer).text()));
    expect(texts).toEqual(['200000', '200000']);
    expect(served.sort()).toEqual(['/first', '/second']);
  });

  it('answers 503 with Retry-After to what has waited too long', async () => {
    const { url } = await opened(1);
    const answer = await fetch(`${url}/v3/`);
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('1');
    expect(await answer.json()).toHaveProperty('serviceUnavailable.code', 503);
  });

  it.each(['/healthcheck', '/healthcheck?detailed=1'])('answers 503 at once to %s', async (path) => {
    const { url } = await opened(LONG_MS);
    expect((await fetch(`${url}${path}`)).status).toBe(503);
  });

  it('says at once that the process lives, and that the server is not ready', async () => {
    const { url } = await opened(LONG_MS);
    const live = await fetch(`${url}/healthz/live`);
    expect([live.status, await live.json()]).toEqual([200, { alive: true }]);
    const ready = await fetch(`${url}/healthz/ready`);
    expect([ready.status, ready.headers.get('retry-after'), await ready.json()]).toEqual([
      503,
      '1',
      { ready: false, reasons: ['The server is starting. Try again shortly.'] },
    ]);
  });

  it('holds a thousand, and answers 503 at once to those beyond', async () => {
    const { door, url } = await opened(LONG_MS);
    const arrives = arrived(door, 1000);
    const waiting = Array.from({ length: 1000 }, () => fetch(url));
    await arrives;
    expect((await fetch(url)).status).toBe(503);
    door.open((_incoming, response) => response.end());
    const statuses = new Set((await Promise.all(waiting)).map(({ status }) => status));
    expect([...statuses]).toEqual([200]);
  });

  it('forgets the request of a client that went away', async () => {
    const { door, url } = await opened(LONG_MS);
    const arrives = once(door.server, 'request') as Promise<[unknown, NodeJS.EventEmitter]>;
    const gone = request(url).on('error', () => undefined);
    gone.end();
    const [, response] = await arrives;
    const closed = once(response, 'close');
    gone.destroy();
    await closed;
    let served = 0;
    door.open((_incoming, answer) => {
      served += 1;
      answer.end();
    });
    await fetch(url);
    expect(served).toBe(1);
  });

  it('answers 503 to those that wait when it is closed', async () => {
    const { door, url } = await opened(LONG_MS);
    const arrives = arrived(door, 1);
    const waiting = fetch(url);
    await arrives;
    door.close();
    expect((await waiting).status).toBe(503);
    expect(lines.join('')).toContain('"status":503');
  });
});

describe('FrontDoor that is stopped', () => {
  it('closes connections after the answer, also those that clients keep busy', async () => {
    const { door, url } = await opened(LONG_MS);
    const answering: (() => void)[] = [];
    door.open((incoming, response) => {
      if (incoming.url === '/slow') answering.push(() => response.end());
      else response.end();
    });
    const agent = new Agent({ keepAlive: true });
    const ask = async (path: string): Promise<IncomingMessage> => {
      const [answer] = (await once(request(`${url}${path}`, { agent }).end(), 'response')) as [
        IncomingMessage,
      ];
      answer.resume();
      return answer;
    };
    expect((await ask('/')).headers.connection).toBe('keep-alive');
    const arrives = arrived(door, 1);
    const slow = ask('/slow');
    await arrives;
    const closed = once(door.server, 'close');
    door.stop();
    answering[0]?.();
    expect((await slow).headers.connection).toBe('close');
    await closed;
    agent.destroy();
  });

  it('answers all requests that a connection had sent before', async () => {
    const { door, url } = await opened(LONG_MS);
    const answering: (() => void)[] = [];
    door.open((incoming, response) => answering.push(() => response.end(incoming.url)));
    const client = connect(Number(new URL(url).port), '127.0.0.1');
    for (const path of ['/first', '/second', '/third'])
      client.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    while (answering.length < 3) await sleep(5);
    door.stop();
    for (const answer of answering) answer();
    let received = '';
    for await (const chunk of client) received += String(chunk);
    expect(
      received.match(/\/(first|second|third)$|\/(first|second|third)(?=HTTP)|Connection: \S+/gm),
    ).toEqual([
      'Connection: keep-alive',
      ...['/first', 'Connection: keep-alive', '/second', 'Connection: close', '/third'],
    ]);
  });

  it('forgets the requests of a connection that its client has closed', async () => {
    const { door, url } = await opened(LONG_MS);
    let seen = 0;
    door.open(() => (seen += 1));
    const client = connect(Number(new URL(url).port), '127.0.0.1');
    client.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(20));
    const connection = once(door.server, 'connection') as Promise<[Socket]>;
    const [socket] = await connection;
    while (seen < 20) await sleep(5);
    const closed = once(socket, 'close');
    client.destroy();
    await closed;
    const { answering } = door as unknown as { answering: ReadonlyMap<unknown, unknown> };
    expect(answering.size).toBe(0);
  });
});

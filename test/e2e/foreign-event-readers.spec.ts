/** Libraries that others wrote read the stream, and accept what webhooks get. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HTTP, type CloudEvent } from 'cloudevents';
import { EventSource } from 'eventsource';
import { Webhook } from 'standardwebhooks';
import { createTestApp, type TestApp } from '../support/test-app.js';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLw7F';

interface Received {
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

let server: TestApp;
let receiver: Server;
const received: Received[] = [];

beforeAll(async () => {
  receiver = createServer((request, response) => {
    void text(request).then((body) => {
      received.push({ headers: request.headers, body });
      response.writeHead(204).end();
      receiver.emit('taken');
    });
  });
  receiver.listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
  server = await createTestApp({
    settings: {
      CLINKER_WEBHOOKS: JSON.stringify([{ name: 'foreign', url, secret: SECRET }]),
      CLINKER_EVENT_STREAM_S: '1',
    },
  });
});
afterAll(async () => {
  await server.close();
  receiver.close();
  receiver.closeAllConnections();
});

/** A reservation that comes and goes. @returns its id. */
async function reserve(): Promise<string> {
  const id = await server.api.attachment(await server.api.volume());
  await server.api.delete(id);
  return id;
}

describe('the library eventsource', () => {
  it('reads events, and reconnects after the last one when the stream ends', async () => {
    const { api } = server;
    const got: { readonly id: string; readonly attachment: string }[] = [];
    let connections = 0;
    const source = new EventSource(`${server.url}/v3/events`, {
      fetch: (url, init) => {
        connections += 1;
        return fetch(url, { ...init, headers: { ...init.headers, 'X-Auth-Token': `kim:${api.project}` } });
      },
    });
    const untilGot = async (attachment: string): Promise<void> => {
      while (!got.some((one) => one.attachment === attachment))
        await once(source as never, 'attachment.deleted');
    };
    try {
      source.addEventListener('attachment.deleted', ({ data, lastEventId }) => {
        got.push({ id: lastEventId, attachment: JSON.parse(data as string).attachment_id });
      });
      await once(source as never, 'open');
      const first = await reserve();
      await untilGot(first);
      // It reconnects by itself.
      await once(source as never, 'error');
      const meanwhile = await reserve();
      await untilGot(meanwhile);
      expect(got.map(({ attachment }) => attachment)).toEqual([first, meanwhile]);
      expect(connections).toBeGreaterThan(1);
    } finally {
      source.close();
    }
  });
});

describe('what a webhook gets', () => {
  it('is verified by the library standardwebhooks, and is an event of the CloudEvents SDK', async () => {
    const id = await reserve();
    const isThere = (): boolean => received.some(({ body }) => body.includes(id) && body.includes('deleted'));
    while (!isThere()) await once(receiver, 'taken');
    const verifier = new Webhook(SECRET);
    for (const { headers, body } of received) {
      expect(verifier.verify(body, headers as Record<string, string>)).toEqual(JSON.parse(body));
      const event = HTTP.toEvent({ headers, body }) as CloudEvent<any>;
      expect(event.validate()).toBe(true);
      expect(event.type).toBe(`clinker.${event.data.type}`);
      expect(event.id).toBe(headers['webhook-id']);
    }
    const [{ headers, body }] = received as [Received];
    const forged = body.replace('clinker.', 'stolen.');
    expect(() => verifier.verify(forged, headers as Record<string, string>)).toThrow();
  });
});

import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { WebhookClient } from './webhook-client.js';

const REQUEST = { headers: { 'webhook-id': '1-a' }, body: '{}' };
const NO_CONTENT = 'HTTP/1.1 204 No Content\r\nConnection: keep-alive\r\n\r\n';

let server: Server;
let client: WebhookClient;
const sockets = new Set<Socket>();

afterEach(() => {
  client.close();
  for (const socket of sockets) socket.destroy();
  server.close();
});

/** Starts a receiver that does something with each part of a request that arrives. */
async function receiver(onData: (socket: Socket, text: string) => void): Promise<void> {
  server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', (data) => onData(socket, data.toString()));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  client = new WebhookClient(`http://127.0.0.1:${String((server.address() as AddressInfo).port)}/hook`);
}

const post = (): Promise<number> => client.post(REQUEST, new AbortController().signal);

describe('a webhook client', () => {
  it('sends a request again whose kept connection was closed on its arrival', async () => {
    const ids: string[] = [];
    await receiver((socket, text) => {
      ids.push(/webhook-id: (\S+)/i.exec(text)?.[1] ?? '');
      if (ids.length === 2) socket.resetAndDestroy();
      else socket.write(NO_CONTENT);
    });
    expect([await post(), await post()]).toEqual([204, 204]);
    expect(ids).toEqual(['1-a', '1-a', '1-a']);
  });

  it('takes a status as the answer though the body does not end', async () => {
    await receiver((socket) => void socket.write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc'));
    expect(await post()).toBe(200);
  });

  it.each(['HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: other\r\n\r\n', ''])(
    'fails if the connection ends without an answer: %j',
    async (answer) => {
      await receiver((socket) => void socket.end(answer));
      await expect(post()).rejects.toThrow();
    },
  );
});

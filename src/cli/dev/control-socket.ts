import { rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { chmod } from 'node:fs/promises';

/** Longest time for a request and its answer. */
const ANSWERED_WITHIN_MS = 5_000;
const LONGEST_REQUEST = 1000;

/** Another session listens already. */
export class SocketInUse extends Error {
  override readonly name = 'SocketInUse';
}

/**
 * Listens on a socket in the file system that only its owner may use, which no web page and no other user can reach.
 * @param answer returns one line for a line.
 * @throws SocketInUse
 */
export async function listenOn(path: string, answer: (request: string) => string): Promise<Server> {
  if (await isListening(path)) throw new SocketInUse(`another process listens on ${path}`);
  // One that a killed session has left.
  rmSync(path, { force: true });
  const server = createServer((socket) => serveOne(socket, answer));
  server.listen(path);
  await once(server, 'listening');
  await chmod(path, 0o600);
  return server;
}

async function isListening(path: string): Promise<boolean> {
  const socket = connect(path);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

function serveOne(socket: Socket, answer: (request: string) => string): void {
  socket.setTimeout(ANSWERED_WITHIN_MS, () => socket.destroy());
  socket.on('error', () => socket.destroy());
  let received = 0;
  socket.on('data', ({ length }: Buffer) => {
    received += length;
    if (received > LONGEST_REQUEST) socket.destroy();
  });
  createInterface({ input: socket }).once('line', (line) => socket.end(`${answer(line)}\n`));
}

/** Sends a line to a session and returns its answer. @throws an error of the system when none listens. */
export async function askOn(path: string, request: string): Promise<string> {
  const socket = connect(path);
  socket.setTimeout(ANSWERED_WITHIN_MS, () => socket.destroy(new Error('no answer')));
  await once(socket, 'connect');
  socket.write(`${request}\n`);
  let answer = '';
  for await (const chunk of socket) answer += String(chunk);
  return answer.trim();
}

/** Many idle readers of events on one server: what each of them costs in memory. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ServerProcess } from './lib/server-process.mjs';

/** 10,000 readers may take 100 MiB, besides what the heap of any busy server grows by. */
const MOST_KIB = 10;
const HEAP_KIB = 24 * 1024;

/** Readers that connect at once. */
const BATCH = 100;

export async function idleReaders({ readers }) {
  const folder = await mkdtemp(join(tmpdir(), 'clinker-readers-'));
  const server = new ServerProcess(
    {
      CLINKER_DATA_FOLDER: folder,
      CLINKER_MAX_CONNECTIONS: String(readers + 100),
      CLINKER_MAX_EVENT_READERS: String(readers),
      CLINKER_MAX_EVENT_READERS_PER_PROJECT: String(readers),
    },
    { logFile: join(folder, 'server.log') },
  );
  const { hostname, port } = new URL(await server.address);
  const before = await residentKib(server.pid);
  const sockets = [];
  while (sockets.length < readers) {
    const batch = Array.from({ length: Math.min(BATCH, readers - sockets.length) }, () =>
      open(hostname, port),
    );
    sockets.push(...(await Promise.all(batch)));
  }
  const grownKib = (await residentKib(server.pid)) - before;
  for (const socket of sockets) socket.destroy();
  await server.kill('SIGTERM');
  if (grownKib > HEAP_KIB + readers * MOST_KIB)
    throw new Error(`${readers} idle readers take ${(grownKib / 1024).toFixed(0)} MiB`);
  await rm(folder, { recursive: true, force: true });
  return { readers, grownMib: Math.round(grownKib / 1024) };
}

async function open(hostname, port) {
  const socket = connect(Number(port), hostname);
  socket.write(`GET /v3/events HTTP/1.1\r\nHost: ${hostname}:${port}\r\nX-Auth-Token: admin:idle\r\n\r\n`);
  let text = '';
  // The first id tells that the stream has begun.
  for (socket.setEncoding('utf8'); !/^id: /m.test(text); await sleep(1)) {
    text += socket.read() ?? '';
    if (text !== '' && !text.startsWith('HTTP/1.1 200 ')) throw new Error(text);
  }
  socket.resume();
  return socket;
}

async function residentKib(pid) {
  return Number(/^VmRSS:\s+(\d+)/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1]);
}

import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once as event } from 'node:events';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { aConnector, type Api } from '../support/api.js';
import { onSqlite } from '../support/databases.js';
import { runCommand, type ServerProcess, startServer } from '../support/server-process.js';

// These servers always use SQLite, whatever database the other tests use; run them once.
const once = onSqlite(describe);

let folder: string;
let server: ServerProcess;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clinker-process-'));
});
afterEach(async () => {
  await server.end('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

const slow = (latency: object): Record<string, string> => ({
  CLINKER_BACKENDS: JSON.stringify([{ name: 'fake', driver: 'fake', options: { latency_ms: latency } }]),
});

once('SIGTERM', () => {
  it('lets a request end that is in the driver, and then the process', async () => {
    server = await startServer(folder, slow({ initializeConnection: 500 }));
    const volume = await server.api.volume();
    const running = server.api.create(volume, { connector: aConnector() });
    await server.api.untilVolume(volume, ({ status }) => status === 'reserved');
    const ended = server.end('SIGTERM');
    const { status, body } = await running;
    expect([status, body.attachment.status]).toEqual([200, 'attaching']);
    expect(await ended).toBe('SIGTERM');
    server = await startServer(folder);
    expect((await server.api.show(body.attachment.id)).body).toEqual(body);
  });
});

/** Attaches and detaches until the server is gone. @returns the last acknowledged state of each volume. */
async function work(api: Api, volumes: readonly string[]): Promise<Map<string, string | null>> {
  const acknowledged = new Map<string, string | null>();
  await Promise.all(
    volumes.map(async (volume) => {
      try {
        for (;;) {
          const id = await api.attachment(volume, { connector: aConnector(), instance_uuid: randomUUID() });
          acknowledged.set(volume, id);
          // From here on the response decides: without one, both outcomes are right.
          const answer = await api.delete(id).catch(() => acknowledged.delete(volume));
          if (typeof answer === 'object') acknowledged.set(volume, null);
        }
      } catch {
        // A create without a response may have happened, but nobody was told.
        if (acknowledged.get(volume) === null) acknowledged.delete(volume);
      }
    }),
  );
  return acknowledged;
}

once('SIGKILL', () => {
  it('loses nothing that was acknowledged, and leaves every volume usable', async () => {
    server = await startServer(folder, slow({ initializeConnection: 5, terminateConnection: 5 }));
    const volumes = await Promise.all(Array.from({ length: 6 }, () => server.api.volume()));
    for (let kill = 0; kill < 3; kill += 1) {
      const working = work(server.api, volumes);
      await new Promise((resolve) => setTimeout(resolve, 150 + kill * 70));
      await server.end('SIGKILL');
      const acknowledged = await working;
      server = await startServer(folder, slow({ initializeConnection: 5, terminateConnection: 5 }));
      for (const [volume, id] of acknowledged) {
        if (id !== null) expect([volume, (await server.api.show(id)).status]).toEqual([volume, 200]);
      }
      for (const volume of volumes) {
        const { body } = await server.api.get(`/v3/attachments?volume_id=${volume}`);
        for (const { id } of body.attachments)
          expect([200, 404]).toContain((await server.api.delete(id)).status);
        await server.api.untilVolume(volume, ({ status }) => status === 'available');
      }
    }
  });
});

once('clinker backup', () => {
  it('of a server at work makes a file that a restored server serves', async () => {
    server = await startServer(folder);
    const volume = await server.api.volume();
    const id = await server.api.attachment(volume, { connector: aConnector() });
    await server.api.complete(id);
    const copy = join(folder, 'backup.sqlite');
    const later = Promise.all(Array.from({ length: 5 }, () => server.api.volume()));
    expect(await runCommand(folder, ['backup', copy])).toBe(0);
    await later;
    // Refuses to overwrite the file.
    expect(await runCommand(folder, ['backup', copy])).toBe(1);
    const lost = await server.api.attachment((await later)[0] as string);
    await server.end('SIGKILL');
    for (const suffix of ['-wal', '-shm']) await rm(join(folder, `clinker.sqlite${suffix}`), { force: true });
    await cp(copy, join(folder, 'clinker.sqlite'));
    server = await startServer(folder);
    expect((await server.api.show(id)).body.attachment.status).toBe('attached');
    expect((await server.api.show(lost)).status).toBe(404);
    expect((await server.api.delete(id)).status).toBe(200);
    expect(await server.api.volumeStatus(volume)).toBe('available');
  });
});

once('a shutdown that hangs', () => {
  it('is ended once its time is up', async () => {
    const module = fileURLToPath(new URL('../../dist/cli/forced-end.js', import.meta.url));
    const hanging = `
      import { endWithin } from ${JSON.stringify(module)};
      endWithin(300, { error: () => undefined });
      process.on('SIGTERM', () => undefined);
      setInterval(() => undefined, 1000);
      console.log('up');`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', hanging], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await event(child.stdout, 'data');
    child.kill('SIGTERM');
    expect(await event(child, 'exit')).toEqual([null, 'SIGKILL']);
  });
});

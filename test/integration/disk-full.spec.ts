import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from '@jest/globals';
import { isSqlite, onlyIf } from '../support/databases.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

const run = promisify(execFile);

let server: TestApp | undefined;

const folder = await mkdtemp(join(tmpdir(), 'clinker-full-'));
const isMounted =
  isSqlite &&
  (await run('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', folder]).then(
    () => true,
    () => false,
  ));
// If all tests are skipped, Jest calls no afterAll.
if (!isMounted) await rm(folder, { recursive: true });
const onSmallDisk = onlyIf(isMounted, it, 'it needs SQLite and the right to mount a tmpfs');

afterAll(async () => {
  await server?.close();
  await run('umount', [folder]);
  await rm(folder, { recursive: true, force: true });
});

describe('a disk that is full', () => {
  onSmallDisk(
    'refuses writes with the reason, loses nothing, and is done with once there is space',
    async () => {
      server = await createTestApp({
        settings: { DATABASE_URL: `sqlite:${join(folder, 'clinker.sqlite')}` },
      });
      const { api } = server;
      const volume = await api.volume();
      const kept = await api.attachment(volume);
      const ballast = join(folder, 'ballast');
      await writeFile(ballast, Buffer.alloc(8 * 1024 * 1024)).catch(() => undefined);
      const acknowledged: string[] = [];
      const create = () =>
        api.send('POST', '/v3/volumes', { volume: { size: 1, description: 'x'.repeat(255) } });
      let answer = await create();
      for (; answer.status === 202; answer = await create()) acknowledged.push(answer.body.volume.id);
      expect([answer.status, answer.message]).toEqual([503, expect.stringContaining('The database is full')]);
      expect(answer.headers.get('Retry-After')).toBe('5');
      expect((await api.update(kept)).status).toBe(503);
      for (const id of acknowledged) expect((await api.get(`/v3/volumes/${id}`)).status).toBe(200);
      expect((await api.show(kept)).body.attachment.status).toBe('reserved');
      await rm(ballast);
      expect((await api.update(kept)).body.attachment.status).toBe('attaching');
      expect((await api.delete(kept)).status).toBe(200);
      expect(await api.volumeStatus(volume)).toBe('available');
    },
  );
});

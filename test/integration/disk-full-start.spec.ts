import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { Api } from '../support/api.js';
import { isSqlite, onlyIf } from '../support/databases.js';
import { type Launched, launch } from '../support/launched.js';
import { NEWEST } from '../support/newest.js';

const run = promisify(execFile);
const READY = 'serving the Block Storage API';

const folder = await mkdtemp(join(tmpdir(), 'clinker-full-start-'));
const isMounted =
  isSqlite &&
  (await run('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', folder]).then(
    () => true,
    () => false,
  ));
if (!isMounted) await rm(folder, { recursive: true });
const onSmallDisk = onlyIf(isMounted, it, 'it needs SQLite and the right to mount a tmpfs');
const ballast = join(folder, 'ballast');

let server: Launched | undefined;

afterEach(async () => {
  server?.kill('SIGKILL');
  await server?.ended;
});
afterAll(async () => {
  if (!isMounted) return;
  await run('umount', [folder]);
  await rm(folder, { recursive: true, force: true });
});

async function start(): Promise<Api> {
  server = await launch({ folder });
  await server.untilLogged(READY);
  return new Api(server.url, { token: 'admin:p1', version: NEWEST, project: 'p1' });
}

async function end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
  server?.kill(signal);
  await server?.ended;
}

const fill = (): Promise<void> => writeFile(ballast, Buffer.alloc(16 * 1024 * 1024)).catch(() => undefined);

describe('a start on a disk that is full', () => {
  onSmallDisk('serves reads after a crash, and writes once there is space', async () => {
    const volume = await (await start()).volume();
    await end('SIGKILL');
    await fill();
    const api = await start();
    expect(await api.volumeStatus(volume)).toBe('available');
    const refused = await api.send('POST', '/v3/volumes', {
      volume: { size: 1, description: 'x'.repeat(255) },
    });
    expect([refused.status, refused.message]).toEqual([503, expect.stringContaining('The database is full')]);
    await rm(ballast);
    await server?.untilLogged('the database is writable again');
    expect(await api.volumeStatus(await api.volume())).toBe('available');
    await end('SIGTERM');
  });

  onSmallDisk('is refused with one line after a shutdown, as nothing can be read then', async () => {
    await start();
    await end('SIGTERM');
    await fill();
    server = await launch({ folder });
    expect(await server.ended).toBe(1);
    expect(server.output.stderr).toBe(
      `The disk of the database ${join(folder, 'clinker.sqlite')} is full. Free space on it.\n`,
    );
    await rm(ballast);
    await start();
    await end('SIGTERM');
  });
});

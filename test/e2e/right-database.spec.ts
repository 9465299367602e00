import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { onSqlite } from '../support/databases.js';
import { launch } from '../support/launched.js';
import { type ServerProcess, startServer } from '../support/server-process.js';

let folder: string;
let server: ServerProcess | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clinker-command-'));
});
afterEach(async () => {
  await server?.end('SIGKILL');
  server = undefined;
  await rm(folder, { recursive: true, force: true });
});

/** Runs a command in a folder, with the default data folder in it. */
async function command(cwd: string, args: readonly string[], settings: Record<string, string> = {}) {
  const child = await launch({
    folder: cwd,
    args,
    program: 'cli/main.js',
    settings: { CLINKER_DATA_FOLDER: '', ...settings },
  });
  const status = await child.ended;
  return { status, ...child.output };
}

onSqlite(describe)('a command that finds another database than the server has', () => {
  it('backup: names what it copies, and refuses what no server has open', async () => {
    const data = join(folder, 'data');
    server = await startServer(data);
    await server.api.attachment(await server.api.volume());
    await server.api.volume();
    const copy = join(folder, 'copy.sqlite');
    expect(await command(folder, ['backup', copy])).toEqual({
      status: 0,
      stdout: `The database ${join(data, 'clinker.sqlite')} (volumes: 2, attachments: 1) was copied to ${copy}.\n`,
      stderr: '',
    });
    await server.end('SIGTERM');
    server = undefined;
    const second = join(folder, 'second.sqlite');
    const refused = await command(folder, ['backup', second]);
    expect([refused.status, refused.stdout]).toEqual([1, '']);
    expect(refused.stderr).toMatch(
      /^clinker backup: no server has the database \S+clinker.sqlite open\. .*--stopped\n$/,
    );
    expect(await readdir(folder)).not.toContain('second.sqlite');
    expect((await command(folder, ['backup', '--stopped', second])).status).toBe(0);
  });

  it('rotate-keys: makes none, and names the one that it changed', async () => {
    const keys = { CLINKER_SECRET_KEYS: `k1:${Buffer.alloc(32, 1).toString('base64')}` };
    const missing = await command(folder, ['rotate-keys'], keys);
    expect(missing).toEqual({
      status: 1,
      stdout: '',
      stderr: `clinker rotate-keys: database ${join(folder, 'data/clinker.sqlite')} does not exist\n`,
    });
    expect(await readdir(folder)).toEqual([]);
    await mkdir(join(folder, 'data'));
    server = await startServer(join(folder, 'data'), keys);
    const done = await command(folder, ['rotate-keys'], keys);
    expect([done.status, done.stdout]).toEqual([
      0,
      expect.stringContaining(join(folder, 'data/clinker.sqlite')),
    ]);
  });
});

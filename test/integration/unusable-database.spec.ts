import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { isSqlite, onlyIf, onSqlite } from '../support/databases.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

const run = promisify(execFile);

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clinker-unusable-'));
});
// A backend may still be creating its file, since it is set up in parallel to the database.
afterEach(() => rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 }));

const serverOn = (file: string): Promise<TestApp> =>
  createTestApp({ settings: { DATABASE_URL: `sqlite:${file}`, CLINKER_DATA_FOLDER: join(folder, 'data') } });

async function mountedReadOnly(path: string): Promise<boolean> {
  return run('mount', ['-t', 'tmpfs', '-o', 'ro', 'tmpfs', path]).then(
    () => true,
    () => false,
  );
}

const probe = await mkdtemp(join(tmpdir(), 'clinker-probe-'));
const mayMount = await mountedReadOnly(probe);
if (mayMount) await run('umount', [probe]);
await rm(probe, { recursive: true });
const onReadOnlyDisk = onlyIf(isSqlite && mayMount, it, 'it needs SQLite and the right to mount a tmpfs');

describe('a database server', () => {
  it('that is not there stops the start in a line', async () => {
    const settings = { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none', CLINKER_DATA_FOLDER: folder };
    await expect(createTestApp({ settings })).rejects.toThrow(
      /^The database postgres:\/\/127.0.0.1:1\/none \(setting database_url\) cannot be used: connect ECONNREFUSED [^ ]+ Start it, or correct host and port in database_url\.$/,
    );
  });
});

describe('the SQLite file', () => {
  onSqlite(it)(
    'is for its owner alone, with all that is beside it, also in a folder that is not',
    async () => {
      const shared = join(folder, 'shared');
      await mkdir(shared);
      await chmod(shared, 0o755);
      const server = await serverOn(join(shared, 'some.sqlite'));
      await server.api.attachment(await server.api.volume());
      const files = await readdir(shared);
      const modes = await Promise.all(
        files.map(async (name) => (await stat(join(shared, name))).mode & 0o777),
      );
      await server.stop();
      expect(files).toEqual(expect.arrayContaining(['some.sqlite', 'some.sqlite-wal', 'some.sqlite.lock']));
      expect(new Set(modes)).toEqual(new Set([0o600]));
    },
  );

  onReadOnlyDisk('on a disk that is read-only stops the start, which names the file and why', async () => {
    const disk = join(folder, 'disk');
    await mkdir(disk);
    await mountedReadOnly(disk);
    try {
      const file = join(disk, 'some.sqlite');
      const text = new RegExp(`${file} cannot be written: .*read-only file system.*data_folder`);
      await expect(serverOn(file)).rejects.toThrow(text);
    } finally {
      await run('umount', [disk]);
    }
  });

  onSqlite(it)('whose folder cannot exist stops the start at once', async () => {
    const file = '/proc/clinker/some.sqlite';
    await expect(serverOn(file)).rejects.toThrow(
      /The database \/proc\/clinker\/some\.sqlite cannot be written: ENOENT/,
    );
  });

  onSqlite(it)('whose folder is a file stops the start likewise', async () => {
    const file = join(process.execPath, 'some.sqlite');
    await expect(serverOn(file)).rejects.toThrow(`The database ${file} cannot be written`);
  });
});

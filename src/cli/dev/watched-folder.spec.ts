import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { isSource, WatchedFolder } from './watched-folder.js';

const NAMED = ['clinker-dev.yaml', 'schema.json'];

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clinker-watched-'));
  for (const name of ['src', 'test']) await mkdir(join(folder, name));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it.each(['src/index.ts', 'src/options.json', 'test/mock.ts', 'package.json', ...NAMED])(
  'a change of %s is told',
  async (file) => {
    let watched: WatchedFolder | undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        watched = new WatchedFolder(folder, { ignored: [], named: NAMED, onChange: resolve });
        writeFile(join(folder, file), '{}').catch(reject);
      });
    } finally {
      watched?.close();
    }
  },
);

it.each([
  ...NAMED,
  'package.json',
  'tsconfig.json',
  'tsconfig.build.json',
  'index.js',
  'driver.mts',
  'a.tsx',
])('%s is source', (file) => {
  expect(isSource(file, NAMED)).toBe(true);
});

it.each(['volume.json', 'attachment.json', 'password', '.index.ts.swp', '.index.ts', 'mine-0.1.0.tgz'])(
  '%s is none',
  (file) => {
    expect(isSource(file, NAMED)).toBe(false);
  },
);

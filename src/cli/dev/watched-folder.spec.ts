import { watch } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
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

/** What is told of changes, in turn. */
class Told {
  private count = 0;
  private onNext: () => void = () => undefined;

  readonly note = (): void => {
    this.count += 1;
    this.onNext();
  };

  /** Repeats a change until it is told. */
  async untilToldOf(change: () => Promise<void>): Promise<void> {
    for (const before = this.count; this.count === before;) {
      const next = new Promise<void>((resolve) => (this.onNext = resolve));
      await change();
      await Promise.race([next, sleep(500)]);
    }
  }
}

it('a folder that replaces another one, or is new, is watched', async () => {
  const told = new Told();
  const watched = new WatchedFolder(folder, { ignored: [], named: NAMED, onChange: told.note });
  try {
    await told.untilToldOf(async () => {
      await rm(join(folder, 'src'), { recursive: true });
      await mkdir(join(folder, 'src'));
    });
    await told.untilToldOf(() => mkdir(join(folder, 'lib'), { recursive: true }).then(() => undefined));
    for (const name of ['src', 'lib'])
      await told.untilToldOf(() => writeFile(join(folder, name, 'index.ts'), String(Math.random())));
  } finally {
    watched.close();
  }
});

it('what the build makes anew is no change, also where the package publishes it', async () => {
  await mkdir(join(folder, 'dist'));
  const watched = new WatchedFolder(folder, {
    ignored: ['dist'],
    named: ['dist'],
    onChange: () => undefined,
  });
  const events = watch(folder);
  // A change that counts starts a timer.
  jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] });
  try {
    await rm(join(folder, 'dist'), { recursive: true });
    await mkdir(join(folder, 'dist'));
    // Events come in their order: those of dist are over when this one comes.
    const isOver = new Promise<void>((resolve) => {
      events.on('change', (_event, name) => name === 'answer.json' && resolve());
    });
    await writeFile(join(folder, 'answer.json'), '{}');
    await isOver;
    expect(jest.getTimerCount()).toBe(0);
  } finally {
    jest.useRealTimers();
    events.close();
    watched.close();
  }
});

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

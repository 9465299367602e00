import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from '@jest/globals';
import type { JsonObject } from '../contract/index.js';
import fake from '../fake/fake.driver.js';
import { checkOptions } from '../registry/driver-options.js';
import { runConformance } from './index.js';

const log = { info: () => undefined, warn: () => undefined };

function makeFake(given: JsonObject, stateFolder: string) {
  const checked = checkOptions(fake.optionsSchema, given);
  if ('problem' in checked) throw new Error(checked.problem);
  return fake.create(checked.options, { backendName: 'fake', stateFolder, log });
}

describe('the fake driver in memory', () => {
  runConformance({
    describe,
    it,
    capabilities: fake.capabilities,
    create: () => Promise.resolve({ driver: makeFake({ persist: false }, '/nonexistent') }),
  });
});

describe('the fake driver on disk', () => {
  const folders = new WeakMap<object, string>();
  runConformance({
    describe,
    it,
    capabilities: fake.capabilities,
    create: async () => {
      const folder = await mkdtemp(join(tmpdir(), 'clinker-fake-'));
      const driver = makeFake({}, folder);
      folders.set(driver, folder);
      return { driver, cleanup: () => rm(folder, { recursive: true }) };
    },
    hooks: { restart: ({ driver }) => Promise.resolve(makeFake({}, folders.get(driver) ?? '')) },
  });
});

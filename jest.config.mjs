import { availableParallelism } from 'node:os';
import { memoryFolder } from './test/support/memory-folder.mjs';

process.env.TMPDIR = memoryFolder();

/** Real SQLite files, real HTTP: every test file owns its own temporary data folder. */
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/src', '<rootDir>/test'],
  testRegex: '\\.spec\\.ts$',
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  // As tsconfig.json says, without looking at types, which `npm run check` does.
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
          target: 'es2023',
          experimental: { keepImportAttributes: true },
        },
        module: { type: 'es6' },
      },
    ],
  },
  globalSetup: '<rootDir>/test/support/run-folder.mjs',
  globalTeardown: '<rootDir>/test/support/run-folder-end.mjs',
  testTimeout: 120_000,
  // Jest's own choice leaves one processor idle, which on a machine of two is half of it.
  maxWorkers: Math.max(2, availableParallelism() - 1),
  // Jest keeps the modules of every suite that a worker has run, and starting a program from a process of 2 GiB takes
  // twenty times as long as from a small one.
  workerIdleMemoryLimit: '800MB',
  reporters: ['default', '<rootDir>/test/support/skip-reporter.mjs'],
};

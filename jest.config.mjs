import { availableParallelism } from 'node:os';
import { memoryFolder } from './test/support/memory-folder.mjs';

process.env.TMPDIR = memoryFolder();

/** Real SQLite files, real HTTP: every test file owns its own temporary data folder. */
export default {
  // Node imports the suites; Jest neither compiles nor isolates modules.
  runtime: '<rootDir>/test/support/jest/runtime.cjs',
  testEnvironment: '<rootDir>/test/support/jest/environment.mjs',
  injectGlobals: false,
  transform: {},
  roots: ['<rootDir>/src', '<rootDir>/test'],
  testRegex: '\\.spec\\.ts$',
  globalSetup: '<rootDir>/test/support/run-folder.mjs',
  globalTeardown: '<rootDir>/test/support/run-folder-end.mjs',
  testTimeout: 120_000,
  // A suite waits a third of its time: for programs that it started, for limits, for a disk.
  maxWorkers: availableParallelism() + 1,
  // Node keeps the modules in test/ of every suite that a worker has run, and starting a program from a process of 2 GiB
  // takes twenty times as long as from a small one.
  workerIdleMemoryLimit: '800MB',
  reporters: ['default', '<rootDir>/test/support/skip-reporter.mjs'],
};

import base from '../../jest.config.mjs';

/** For the mutated copy: the suites in the order in which they are named, and what each reached. */
export default {
  ...base,
  rootDir: '../..',
  testEnvironment: '<rootDir>/test/mutation/environment.mjs',
  testSequencer: '<rootDir>/test/mutation/sequencer.mjs',
  reporters: ['<rootDir>/test/mutation/load-reporter.mjs'],
  maxWorkers: 1,
};

const { register } = require('node:module');
const { pathToFileURL } = require('node:url');
const { default: JestRuntime } = require('jest-runtime');

register(pathToFileURL(require.resolve('./hooks.mjs')));
process.setSourceMapsEnabled(true);

/** Suites that this process has begun. */
let suites = 0;

/**
 * Has Node import the suites. Jest itself would read, compile and evaluate each of some 2,500 modules again for each
 * suite. All suites of a process share the modules in src/ and packages: what a suite changes in one, it must change
 * back. Suites and the modules in test/ are not shared (see hooks.mjs). Jest's module mocks (`jest.mock`) have no effect.
 * With --watch, changes in src/ are seen only by new processes.
 */
module.exports = class SharedModulesRuntime extends JestRuntime {
  constructor(...args) {
    const { getBuiltinModule } = process;
    super(...args);
    // Jest replaces it in the belief that each suite has its own process object (since Node 22).
    if (getBuiltinModule !== undefined) process.getBuiltinModule = getBuiltinModule;
  }

  unstable_shouldLoadAsEsm() {
    return true;
  }

  async unstable_importModule(file) {
    const { setGlobals } = await import('./globals.mjs');
    setGlobals(this.requireModuleOrMock(file, '@jest/globals'));
    suites += 1;
    return import(`${pathToFileURL(file).href}?suite=${suites}`);
  }

  /** Loads Jest's test framework, anew for each suite: the module has state. */
  requireInternalModule(file) {
    delete require.cache[file];
    return require(file);
  }
};

import { ModernFakeTimers } from '@jest/fake-timers';
import { ModuleMocker } from 'jest-mock';

/** Global symbols under which Jest's test framework keeps the state of a suite. */
const FRAMEWORK_STATE = new Set(['JEST_STATE_SYMBOL', 'EVENT_HANDLERS']);

/**
 * Runs suites in the context of the process, where the modules that they share are (see runtime.cjs). After each suite
 * it takes back what a suite may change there: mocks, fake timers and environment variables.
 */
export default class SharedContextEnvironment {
  global = globalThis;
  moduleMocker = new ModuleMocker(globalThis);
  // Of Jest's first kind.
  fakeTimers = null;
  #console = globalThis.console;
  #exit = process.exit;
  #variables = { ...process.env };

  constructor({ projectConfig }) {
    this.fakeTimersModern = new ModernFakeTimers({ config: projectConfig, global: globalThis });
  }

  getVmContext() {
    return null;
  }

  async setup() {
    // Jest's function does not find the source maps of modules that Node imported; Node's own does.
    Error.prepareStackTrace = undefined;
  }

  async teardown() {
    this.moduleMocker.restoreAllMocks();
    this.fakeTimersModern.dispose();
    // Jest replaces both for each suite.
    globalThis.console = this.#console;
    process.exit = this.#exit;
    for (const name of Object.keys(process.env)) if (!(name in this.#variables)) delete process.env[name];
    Object.assign(process.env, this.#variables);
    for (const symbol of Object.getOwnPropertySymbols(globalThis))
      if (FRAMEWORK_STATE.has(symbol.description)) delete globalThis[symbol];
  }
}

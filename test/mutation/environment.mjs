import SharedContextEnvironment from '../support/jest/environment.mjs';
import { reportLine } from './report-line.mjs';

const FAILURES = new Set(['test_fn_failure', 'hook_failure', 'error']);

/**
 * Tells run.mjs, in MUTATION_REPORT, what each suite reached and what failed. With a mutant, the first failure is all
 * there is to know: the process ends there.
 */
export default class MutationEnvironment extends SharedContextEnvironment {
  #suite;
  #startedAt = performance.now();

  constructor(config, context) {
    super(config, context);
    this.#suite = context.testPath;
  }

  handleTestEvent(event) {
    if (!FAILURES.has(event.name)) return;
    reportLine({ suite: this.#suite, failed: event.test?.name ?? event.name });
    if (process.env.__STRYKER_ACTIVE_MUTANT__ !== undefined) process.exit(1);
  }

  async teardown() {
    const reached = this.global.__stryker__?.mutantCoverage?.static ?? {};
    const seconds = (performance.now() - this.#startedAt) / 1000;
    reportLine({ suite: this.#suite, seconds, reached: { ...reached } });
    await super.teardown();
  }
}

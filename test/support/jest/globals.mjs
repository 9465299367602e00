/**
 * Replaces @jest/globals, of which Node's import has only an error. The exports are those of the suite that runs, also in
 * modules that suites share.
 */
export let afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest, test;

export function setGlobals(globals) {
  ({ afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest, test } = globals);
}

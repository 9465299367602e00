import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestApp, type TestApp } from '../support/test-app.js';
// @ts-expect-error -- plain JavaScript, which also runs against a Cinder without a build
import { replay, verdict } from './compare.mjs';

/** As the driver of the reference Cinder: a connector may name the call that is to fail. */
const FAULTS = [
  ['validateConnector', 'validate', 'INVALID_CONNECTOR'],
  ['createExport', 'export', 'INTERNAL'],
  ['initializeConnection', 'initialize', 'INTERNAL'],
  ['terminateConnection', 'terminate', 'INTERNAL'],
].map(([call, name, error]) => ({ call, error, message: `ref_fail=${name}`, connector: { ref_fail: name } }));

let noauth: TestApp;
let personas: TestApp;

beforeAll(async () => {
  const settings = { LOG_LEVEL: 'error' };
  noauth = await createTestApp({ fake: { faults: FAULTS }, settings });
  personas = await createTestApp({ fake: { faults: FAULTS }, settings, personas: true });
});
afterAll(async () => {
  await Promise.all([noauth.close(), personas.close()]);
});

describe('the recorded answers of a real Cinder', () => {
  it('are ours too, but for what deliberate.mjs declares', async () => {
    const steps = await replay(noauth.url, personas.url);
    const { undeclared, stale } = verdict(steps);
    expect(steps.length).toBeGreaterThan(1000);
    expect(undeclared).toEqual([]);
    expect(stale).toEqual([]);
  }, 300_000);
});

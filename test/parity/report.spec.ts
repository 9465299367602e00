import { expect, it } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { createTestApp } from '../support/test-app.js';
// @ts-ignore
import { replay, verdict } from './compare.mjs';
// @ts-ignore
import { report } from './lib/report.mjs';
const FAULTS = [
  ['validateConnector', 'validate', 'INVALID_CONNECTOR'],
  ['createExport', 'export', 'INTERNAL'],
  ['initializeConnection', 'initialize', 'INTERNAL'],
  ['terminateConnection', 'terminate', 'INTERNAL'],
].map(([call, name, error]) => ({ call, error, message: `ref_fail=${name}`, connector: { ref_fail: name } }));
it('reports', async () => {
  const settings = { LOG_LEVEL: 'error' };
  const a = await createTestApp({ fake: { faults: FAULTS }, settings });
  const b = await createTestApp({ fake: { faults: FAULTS }, settings, personas: true });
  const steps = await replay(a.url, b.url);
  const j = verdict(steps);
  writeFileSync('/tmp/bg/parity.txt', report(steps, j, { partial: false }));
  writeFileSync('/tmp/bg/parity.json', JSON.stringify({ j, log: [...a.log, ...b.log] }));
  writeFileSync('/tmp/bg/steps.json', JSON.stringify(steps));
  await a.close();
  await b.close();
  expect(1).toBe(1);
}, 300000);

import { expect, it } from '@jest/globals';
import { CallTrace, resultInWords } from './call-trace.js';
import { KnownSecrets } from './secrets.js';

it.each([190, 380])('a credential after %d characters is masked before the text is cut', (before) => {
  const secrets = new KnownSecrets();
  secrets.add('open-sesame-open-sesame');
  const trace = new CallTrace(secrets);
  const text = `${'x'.repeat(before)}open-sesame-open-sesame${'y'.repeat(400)}`;
  trace.begin('getStats', [{ text }])(resultInWords({ text }, secrets));
  expect(trace.lines().join()).not.toContain('open');
});

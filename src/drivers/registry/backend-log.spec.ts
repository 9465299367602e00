import { expect, it } from '@jest/globals';
import { backendLog } from './backend-log.js';

it("a driver's log names the backend and has none of its secrets", () => {
  const entries: unknown[] = [];
  const note = (...entry: readonly unknown[]) => void entries.push(entry);
  const log = backendLog({ info: note, warn: note }, 'b1', ['open sesame']);
  log.info('got open sesame', { at: ['open sesame'] });
  log.warn('password=hunter2', { password: 'hunter2' });
  expect(entries).toEqual([
    ['got ***', { at: ['***'], backend: 'b1' }],
    ['password=***', { password: '***', backend: 'b1' }],
  ]);
});

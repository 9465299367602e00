import { expect, it } from '@jest/globals';
import { DriverError } from '../contract/index.js';
import { outcomeOf } from './driver-failure.js';
import { CallTimedOut } from './guarded-call.js';

it.each([
  [new CallTimedOut(5), 'timeout'],
  [new DriverError('UNAVAILABLE', 'x'), 'unavailable'],
  [new DriverError('INVALID_CONNECTOR', 'x'), 'refused'],
  [new DriverError('RESOURCE_EXHAUSTED', 'x'), 'refused'],
  [new DriverError('INTERNAL', 'x'), 'failed'],
  [new Error('x'), 'failed'],
  ['x', 'failed'],
])('the outcome of a call that throws %p is %s', (thrown, outcome) => {
  expect(outcomeOf(thrown)).toBe(outcome);
});

import { expect, it } from '@jest/globals';
import { loggableError } from './loggable-error.js';

it('has the messages of the causes', () => {
  const error = new Error('a', { cause: new Error('b', { cause: new Error('c') }) });
  expect(loggableError(error).message).toBe('a: b: c');
});

it('has once what an error quotes of its cause', () => {
  const cause = new Error('no group', { cause: new Error('status 5') });
  expect(loggableError(new Error('Backend a: setup failed: no group', { cause })).message).toBe(
    'Backend a: setup failed: no group: status 5',
  );
});

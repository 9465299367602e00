import { describe, expect, it } from '@jest/globals';
import { InvalidInput } from '../../platform/errors.js';
import { idempotencyKey } from './idempotency-key.js';

describe('an Idempotency-Key', () => {
  it('is none without the header', () => {
    expect(idempotencyKey(undefined, 'p', {})).toBeNull();
  });

  it.each(['', ' ', 'two words', 'tab\t', 'ü', 'x'.repeat(256), 'once, twice'])('is not %j', (header) => {
    expect(() => idempotencyKey(header, 'p', {})).toThrow(InvalidInput);
  });

  it('belongs to a project and is not kept itself', () => {
    const key = idempotencyKey('8e03978e-40d5', 'p', {});
    expect(key?.id).toMatch(/^[0-9a-f]{64}$/);
    expect(idempotencyKey('8e03978e-40d5', 'q', {})?.id).not.toBe(key?.id);
    expect(idempotencyKey('8e03978e-40d6', 'p', {})?.id).not.toBe(key?.id);
  });

  it('knows a body by what it says, not by the order of its keys', () => {
    const print = (body: unknown): string | undefined => idempotencyKey('k', 'p', body)?.fingerprint;
    expect(print({ a: 1, b: { c: [1, 2], d: null } })).toBe(print({ b: { d: null, c: [1, 2] }, a: 1 }));
    expect(print({ a: [1, 2] })).not.toBe(print({ a: [2, 1] }));
    expect(print({ a: 1 })).not.toBe(print({ a: '1' }));
  });
});

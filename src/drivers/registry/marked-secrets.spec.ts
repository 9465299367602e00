import { describe, expect, it } from '@jest/globals';
import { markedSecrets } from './marked-secrets.js';

const SCHEMA = {
  type: 'object',
  $defs: { key: { type: 'string', writeOnly: true } },
  properties: {
    host: { type: 'string', format: 'hostname' },
    entry: { type: 'string', format: 'password' },
    pin: { type: 'integer', writeOnly: true },
    account: { type: 'object', writeOnly: true },
    arrays: { type: 'array', items: { oneOf: [{ properties: { entry: { $ref: '#/$defs/key' } } }] } },
  },
  patternProperties: { '^key-': { $ref: '#/$defs/key' } },
};

describe('markedSecrets', () => {
  it('masks what the schema marks, through references, alternatives and patterns', () => {
    const options = {
      host: 'array-1',
      entry: 'first',
      pin: 4711,
      account: { name: 'second', more: ['third'] },
      arrays: [{ entry: 'fourth', host: 'array-2' }],
      'key-a': 'fifth',
    };
    const { masked, secrets } = markedSecrets(SCHEMA, options);
    expect(masked).toEqual({
      host: 'array-1',
      entry: '***',
      pin: '***',
      account: '***',
      arrays: [{ entry: '***', host: 'array-2' }],
      'key-a': '***',
    });
    expect([...secrets].sort()).toEqual(['4711', 'fifth', 'first', 'fourth', 'second', 'third']);
    expect(options.entry).toBe('first');
  });

  it('finds nothing where nothing is marked', () => {
    expect(markedSecrets({ type: 'object' }, { entry: 'first' })).toEqual({
      masked: { entry: 'first' },
      secrets: [],
    });
  });
});

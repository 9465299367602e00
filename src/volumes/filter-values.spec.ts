import { describe, expect, it } from '@jest/globals';
import { parseDictionary, parseList } from '../platform/filter-literal.js';
import { MOST_TERMS, timeCondition } from './list/time-filter.js';

describe('a dictionary in a filter', () => {
  it.each([
    ['{}', {}],
    ['{"a": "b"}', { a: 'b' }],
    ["{'a':'b', 'c': \"d\"}", { a: 'b', c: 'd' }],
    ["{'a': 'b',}", { a: 'b' }],
    ["{'it\\'s': '\\u00e9\\x21'}", { "it's": 'é!' }],
    ["{'a': 1, 'b': None}", { a: '1', b: 'null' }],
  ])('%s', (text, expected) => {
    expect(Object.fromEntries(parseDictionary(text) ?? [['no', 'dictionary']])).toEqual(expected);
  });

  it.each([
    '',
    'x',
    '{',
    '}',
    '{a}',
    "{'a'}",
    "{'a': }",
    "{'a': 'b' 'c'}",
    "['a']",
    "{'a': '\\u0000'}",
    "{'a': {}}",
  ])('is not %s', (text) => {
    expect(parseDictionary(text)).toBeNull();
  });
});

describe('a list in a filter', () => {
  it.each([
    ['[]', []],
    ['[\'a\', "b"]', ['a', 'b']],
    ['(1, 2)', ['1', '2']],
  ])('%s', (text, expected) => {
    expect(parseList(text)).toEqual(expected);
  });

  it.each(['', 'a', '[', '[a]', "['a' 'b']", "['a')"])('is not %s', (text) => {
    expect(parseList(text)).toBeNull();
  });
});

describe('a comparison of times', () => {
  it.each([
    ['gt:2026-01-31', '2026-01-31T00:00:00.000000'],
    ['gt:2026-01-31T12:30', '2026-01-31T12:30:00.000000'],
    ['gt:2026-01-31 12:30:01.5', '2026-01-31T12:30:01.500000'],
    ['gt:2026-01-31T12:30:01.123456Z', '2026-01-31T12:30:01.123456'],
    ['gt:2026-01-31T00:30:00+01:00', '2026-01-30T23:30:00.000000'],
    ['gt:2026-01-31T23:30:00-0100', '2026-02-01T00:30:00.000000'],
  ])('%s', (text, instant) => {
    expect(timeCondition('created_at', text)).toEqual({ sql: '(created_at > ?)', parameters: [instant] });
  });

  it('is fulfilled by one of several', () => {
    expect(timeCondition('updated_at', 'lt:2026-01-01,neq:2026-01-02').sql).toBe(
      '(updated_at < ? OR updated_at <> ?)',
    );
  });

  it.each([
    ['bogus', 'Invalid bogus operator'],
    ['', 'Invalid  operator'],
    ['gt', 'Invalid  value'],
    ['gt:bogus', 'Invalid bogus value'],
    ['gt:2026-02-30', 'Invalid 2026-02-30 value'],
    ['gt:2026-01-31T25:00', 'Invalid 2026-01-31T25:00 value'],
  ])('is not %s', (text, message) => {
    expect(() => timeCondition('created_at', text)).toThrow(message);
  });

  it('has a limit', () => {
    expect(() => timeCondition('created_at', 'gt:2026-01-01,'.repeat(MOST_TERMS + 1))).toThrow('more than');
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseDictionary } from './filter-literal.js';

const read = (text: string): object | null => {
  const pairs = parseDictionary(text);
  return pairs === null ? null : Object.fromEntries(pairs);
};

describe('parseDictionary', () => {
  it.each([
    ["{'multiattach': '<is> True'}", { multiattach: '<is> True' }],
    ['{"a": "b", "c": "d"}', { a: 'b', c: 'd' }],
    [`{'it': "it's"}`, { it: "it's" }],
    [String.raw`{'a': 'it\'s \\ \x41é'}`, { a: "it's \\ Aé" }],
    ['{}', {}],
    [' { } ', {}],
  ])('reads %s', (text, expected) => {
    expect(read(text)).toEqual(expected);
  });

  it.each(['', 'abc', '[]', '1', '{', "{'a'}", "{'a': 'b' 'c': 'd'}", "{'a': 'b"])(
    'does not take %s for a dictionary',
    (text) => {
      expect(parseDictionary(text)).toBeNull();
    },
  );

  it('reads whatever JSON writes but for NUL, which no database has', () => {
    const text = fc.string({ unit: 'binary' }).filter((word) => !word.includes('\u0000'));
    fc.assert(
      fc.property(fc.dictionary(text, text), (pairs) => {
        expect(parseDictionary(JSON.stringify(pairs))).toEqual(new Map(Object.entries(pairs)));
      }),
    );
  });
});

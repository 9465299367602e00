import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseDictionary } from './dictionary-text.js';

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

  it.each([
    '',
    'abc',
    '[]',
    '1',
    '{',
    "{'a'}",
    "{'a': 1}",
    "{'a': None}",
    "{'a': 'b',}",
    "{'a': 'b' 'c': 'd'}",
    "{'a': 'b",
  ])('does not take %s for a dictionary', (text) => {
    expect(parseDictionary(text)).toBeNull();
  });

  it('reads whatever JSON writes', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.string({ unit: 'binary' })), (pairs) => {
        expect(parseDictionary(JSON.stringify(pairs))).toEqual(new Map(Object.entries(pairs)));
      }),
    );
  });
});

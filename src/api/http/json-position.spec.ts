import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { unexpectedIn } from './json-position.js';

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

describe('where a text stops being JSON', () => {
  it.each([
    ['{"attachment": {', 'unexpected end at line 1, column 17'],
    ['', 'unexpected end at line 1, column 1'],
    ['{"a": 1,}', 'unexpected "}" at line 1, column 9'],
    ['{"a": 1\n "b": 2}', 'unexpected "\\"" at line 2, column 2'],
    ['{\r\n  a: 1}', 'unexpected "a" at line 2, column 3'],
    ['[1, 2}', 'unexpected "}" at line 1, column 6'],
    ["{'a': 1}", 'unexpected "\'" at line 1, column 2'],
    ['[01]', 'unexpected "1" at line 1, column 3'],
    ['[true]]', 'unexpected "]" at line 1, column 7'],
    ['{"a": undefined}', 'unexpected "u" at line 1, column 7'],
    ['["one\ntwo"]', 'unexpected "\\n" at line 1, column 6'],
    ['["\\x"]', 'unexpected "\\\\" at line 1, column 3'],
    ['["é😀", 😀]', 'unexpected "😀" at line 1, column 9'],
    ['\ufeff{}', 'unexpected "\ufeff" at line 1, column 1'],
  ])('%j: %s', (text, described) => {
    expect(unexpectedIn(text)).toBe(described);
  });

  it('is found for just the texts that JSON.parse refuses', () => {
    const pieces = [
      '{',
      '}',
      '[',
      ']',
      ':',
      ',',
      '"',
      '"a"',
      '1',
      '-',
      '0.5',
      'e3',
      'true',
      'nul',
      '\\',
      ' ',
      '\n',
    ];
    const texts = fc.array(fc.constantFrom(...pieces), { maxLength: 12 }).map((parts) => parts.join(''));
    const changed = fc
      .tuple(fc.json(), fc.nat(), fc.constantFrom(...pieces, ''))
      .map(
        ([text, at, piece]) =>
          text.slice(0, at % (text.length + 1)) + piece + text.slice((at % text.length) + 1),
      );
    fc.assert(
      fc.property(fc.oneof(texts, changed, fc.json()), (text) => {
        expect([text, unexpectedIn(text) === undefined]).toEqual([text, isJson(text)]);
      }),
      { numRuns: 2000 },
    );
  });

  it('is found in texts of any depth and length', () => {
    const many = 2 ** 22;
    for (const text of ['['.repeat(many), `"${'a'.repeat(many)}`, '1'.repeat(many) + 'x', ' '.repeat(many)])
      expect(unexpectedIn(text)).toContain('unexpected');
  });
});

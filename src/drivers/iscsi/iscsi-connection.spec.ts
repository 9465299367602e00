import { describe, expect, it } from '@jest/globals';
import { wantsMultipath } from './iscsi-connection.js';

describe('multipath', () => {
  it.each([
    [true, true],
    ['True', true],
    [false, false],
    ['False', false],
    [1, false],
  ])('%p means %p', (multipath, expected) => {
    expect(wantsMultipath({ multipath })).toBe(expected);
  });
});

import { describe, expect, it } from '@jest/globals';
import { InvalidInput } from '../../platform/errors.js';
import { checkExtraSpecs, hasExtraSpecs, isMultiattach, shownExtraSpecs } from './extra-specs.js';

const YES = '<is> True';

describe('isMultiattach', () => {
  it.each([
    [{ multiattach: YES }, true],
    [{ multiattach: '<is> False' }, false],
    [{ multiattach: 'true' }, false],
    [{ multiattach: null }, false],
    [{}, false],
  ])('of %j is %s', (extraSpecs, expected) => {
    expect(isMultiattach({ extraSpecs })).toBe(expected);
  });
});

describe('shownExtraSpecs', () => {
  const extraSpecs = { multiattach: YES, volume_backend_name: 'fast', 'RESKEY:availability_zones': 'az1' };

  it('shows admins everything', () => {
    expect(shownExtraSpecs(extraSpecs, true)).toEqual(extraSpecs);
  });

  it('hides from others how the storage is built', () => {
    expect(shownExtraSpecs(extraSpecs, false)).toEqual({
      multiattach: YES,
      'RESKEY:availability_zones': 'az1',
    });
  });
});

describe('checkExtraSpecs', () => {
  it('refuses a volume that hosts share and cache', () => {
    expect(() => checkExtraSpecs({ multiattach: YES, cacheable: YES })).toThrow(InvalidInput);
  });

  it('accepts either alone', () => {
    expect(() => checkExtraSpecs({ multiattach: YES, cacheable: '<is> False' })).not.toThrow();
    expect(() => checkExtraSpecs({ cacheable: YES })).not.toThrow();
  });
});

describe('hasExtraSpecs', () => {
  const extraSpecs = { a: 'b', none: null, 'RESKEY:availability_zones': 'az1, az2' };

  it.each([
    [{}, true],
    [{ a: 'b' }, true],
    [{ a: 'B' }, false],
    [{ a: 'b', c: 'd' }, false],
    [{ none: 'null' }, false],
    [{ toString: 'x' }, false],
    [{ 'RESKEY:availability_zones': 'az2' }, true],
    [{ 'RESKEY:availability_zones': 'az3' }, false],
  ])('%j: %s', (wanted, expected) => {
    expect(hasExtraSpecs(extraSpecs, new Map(Object.entries(wanted)))).toBe(expected);
  });
});

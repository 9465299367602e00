import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DomainError, InvalidInput } from '../platform/errors.js';
import { HISTORY } from './history.js';
import { MAXIMUM, Microversion, MINIMUM, versionOf } from './microversion.js';
import { negotiate, VersionOutOfRange } from './negotiation.js';

describe('the history', () => {
  it('begins at 3.0 and has every minor version up to its last, in order', () => {
    expect(HISTORY.map(({ version }) => version)).toEqual(HISTORY.map((_, minor) => `3.${minor}`));
    expect([MINIMUM.toString(), MAXIMUM.toString()]).toEqual(['3.0', `3.${HISTORY.length - 1}`]);
  });

  it.each(HISTORY.map(({ id, version }) => [id, version] as const))(
    '%s is there from %s on, not before',
    (id, version) => {
      const since = versionOf(id);
      expect(since.toString()).toBe(version);
      expect(since.has(id)).toBe(true);
      const before = Microversion.parse(`3.${since.minor - 1}`);
      if (since.minor > 0) expect(before?.has(id)).toBe(false);
    },
  );
});

describe('negotiating a version', () => {
  it.each([
    [undefined, '3.0'],
    ['volume 3.0', '3.0'],
    ['volume 3.44', '3.44'],
    ['volume latest', MAXIMUM.toString()],
    ['volumev3 3.27', '3.27'],
    ['volume  3.27', '3.27'],
    [' volume\t3.27 ', '3.27'],
    ['compute 2.1, volume 3.27', '3.27'],
    ['volume 3.27, volume 3.44', '3.27'],
    ['volume 3.27,', '3.27'],
  ])('%j asks for %s', (header, version) => {
    expect(negotiate(header).toString()).toBe(version);
  });

  it.each([
    '',
    'volume',
    'volume ',
    'volume=3.27',
    'volume 3.27 extra',
    'compute 3.27',
    'Volume 3.27',
    'block-storage 3.27',
    '3.27',
    'latest',
    'volume 3',
    'volume 3.',
    'volume 3.027',
    'volume 03.1',
    'volume 3.1.1',
    'volume x',
    'volume LATEST',
    'volume 0.0',
    'volume -3.1',
    'volume 3,27',
  ])('%j is not understood', (header) => {
    expect(() => negotiate(header)).toThrow(InvalidInput);
  });

  it.each(['volume 2.0', 'volume 3.72', 'volume 3.999', 'volume 4.0'])('%j is out of range', (header) => {
    expect(() => negotiate(header)).toThrow(VersionOutOfRange);
  });

  it('never fails in another way', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (header) => {
        try {
          negotiate(`volume ${header}`);
        } catch (error) {
          expect(error).toBeInstanceOf(DomainError);
        }
      }),
    );
  });
});

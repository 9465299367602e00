import { describe, expect, it } from '@jest/globals';
import { ceilingGib, NO_CEILING, type PromiseRules, type Space } from './capacity.js';

const THICK: PromiseRules = { isThin: false, maxOverSubscriptionRatio: 20, reservedPercentage: 0 };
const THIN: PromiseRules = { ...THICK, isThin: true };

function ceiling(space: Partial<Space> & Partial<Space['stats']>, rules = THICK): number {
  const { totalGib = 100, freeGib = 100, allocatedGib = 0, pendingGib = 0 } = space;
  return ceilingGib({ stats: { totalGib, freeGib }, allocatedGib, pendingGib }, rules);
}

describe('the size up to which volumes may grow', () => {
  it.each<[string, Parameters<typeof ceiling>, number]>([
    ['is the capacity', [{}], 100],
    ['is a whole number', [{ totalGib: 99.9, freeGib: 99.9 }], 99],
    ['leaves out what is reserved', [{}, { ...THICK, reservedPercentage: 15 }], 85],
    ['is less when others use the backend', [{ allocatedGib: 20, freeGib: 30 }], 50],
    ['counts what is being created only once', [{ allocatedGib: 20, pendingGib: 20, freeGib: 100 }], 100],
    ['of a thin backend is a multiple', [{ freeGib: 1 }, THIN], 2000],
    ['of a thin backend leaves out what is reserved', [{}, { ...THIN, reservedPercentage: 50 }], 1000],
    ['is unknown without the free space', [{ freeGib: null }], NO_CEILING],
    ['is unknown without the capacity', [{ totalGib: null }], NO_CEILING],
    [
      'is 0 when a part of an unknown capacity is reserved',
      [{ totalGib: null }, { ...THICK, reservedPercentage: 1 }],
      0,
    ],
  ])('%s', (_, given, expected) => {
    expect(ceiling(...given)).toBe(expected);
  });
});

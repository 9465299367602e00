import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type AttachStatus, TRANSITIONS } from './attachment-status.js';
import { keepsStatusWhenDetached, volumeEffect } from './volume-effect.js';

const anyStatus = fc.constantFrom(...(Object.keys(TRANSITIONS) as AttachStatus[]));

describe('what attachments make of their volume', () => {
  it.each<[AttachStatus[], string, string]>([
    [[], 'available', 'detached'],
    [['reserved'], 'reserved', 'reserved'],
    [['reserved', 'attaching'], 'attaching', 'attaching'],
    [['reserved', 'detaching'], 'detaching', 'detaching'],
    [['attaching', 'attached', 'reserved'], 'in-use', 'attached'],
    [['error_attaching'], 'reserved', 'detached'],
    [['error_detaching', 'error_attaching'], 'reserved', 'detached'],
    [['error_attaching', 'reserved'], 'reserved', 'reserved'],
    [['error_detaching', 'attached'], 'in-use', 'attached'],
  ])('%j makes it %s', (statuses, status, attachStatus) => {
    expect(volumeEffect(statuses)).toEqual({ status, attachStatus });
  });

  it('does not depend on the order of the attachments', () => {
    fc.assert(
      fc.property(fc.array(anyStatus), (statuses) => {
        expect(volumeEffect(statuses.toReversed())).toEqual(volumeEffect(statuses));
      }),
    );
  });

  it('is in-use exactly when an attachment is attached, and available exactly when there is none', () => {
    fc.assert(
      fc.property(fc.array(anyStatus), (statuses) => {
        const { status } = volumeEffect(statuses);
        expect(status === 'in-use').toBe(statuses.includes('attached'));
        expect(status === 'available').toBe(statuses.length === 0);
      }),
    );
  });
});

describe('a volume that is busy otherwise', () => {
  it.each([
    ['in-use', 'migrating', true],
    ['in-use', 'success', false],
    ['in-use', 'error', false],
    ['uploading', null, true],
    ['in-use', null, false],
  ])('%s and migrating %s: keeps its status is %s', (status, migrationStatus, expected) => {
    expect(keepsStatusWhenDetached({ status, migrationStatus })).toBe(expected);
  });
});

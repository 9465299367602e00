import { describe, expect, it } from '@jest/globals';
import {
  differences,
  keyConflict,
  processName,
  type ProcessSettings,
  readSettings,
  writtenSettings,
} from './process-settings.js';

const withKeys = (...keyIds: string[]): ProcessSettings => ({
  leaseS: 30,
  where: 'here',
  keyIds,
  shared: {},
});

describe('the settings in the row of a process', () => {
  it('are read as they were written', () => {
    const settings = {
      leaseS: 30,
      where: 'storage-3 (process 4711)',
      keyIds: ['b', 'a'],
      shared: { message_ttl_s: 5, nova_endpoint: null },
    };
    expect(readSettings(writtenSettings(settings))).toEqual(settings);
  });

  it.each([
    null,
    '{}',
    '{"process_lease_s": 30}',
    '{"process_lease_s": "30", "secret_keys": [], "shared": {}}',
  ])('are unknown in a row of another release: %s', (text) => expect(readSettings(text)).toBeNull());

  it('are read although a later release has added to them', () => {
    const text = JSON.stringify({
      process_lease_s: 9,
      where: 'here',
      secret_keys: ['a'],
      shared: { new_ttl_s: 1 },
      more: {},
    });
    expect(readSettings(text)).toMatchObject({ leaseS: 9, keyIds: ['a'] });
  });
});

describe('the name of a process', () => {
  const settings = writtenSettings({ ...withKeys(), where: 'storage-3 (process 4711)' });

  it.each([
    [{ id: 'x', node: 'ssd', settings }, 'volume node ssd on storage-3 (process 4711)'],
    [{ id: 'x', node: null, settings }, 'server on storage-3 (process 4711)'],
    [{ id: 'x', node: 'ssd', settings: null }, 'volume node ssd'],
    [{ id: 'x', node: null, settings: null }, 'server x'],
  ])('says what an operator can find: %j', (row, name) => expect(processName(row)).toBe(name));
});

describe('the keys of two processes', () => {
  it.each<[string[], string[]]>([
    [[], []],
    [['a'], ['a']],
    [
      ['a', 'b'],
      ['b', 'a'],
    ],
    [['a'], ['a', 'b']],
  ])('fit: %j beside %j', (here, there) => {
    expect(keyConflict(withKeys(...here), withKeys(...there))).toBeNull();
    expect(keyConflict(withKeys(...there), withKeys(...here))).toBeNull();
  });

  it.each<[string[], string[]]>([
    [[], ['a']],
    [['a'], ['b']],
    [['b', 'a'], ['a']],
  ])('do not fit, whichever is asked: %j beside %j', (here, there) => {
    expect(keyConflict(withKeys(...here), withKeys(...there))).toEqual(expect.any(String));
    expect(keyConflict(withKeys(...there), withKeys(...here))).toEqual(expect.any(String));
  });
});

describe('settings that should be the same', () => {
  it('are compared as far as both processes know them', () => {
    const here = {
      ...withKeys(),
      shared: { message_ttl_s: 5, reservation_ttl_s: 0, nova_endpoint: 'http://n' },
    };
    const there = { ...withKeys(), shared: { message_ttl_s: 6, reservation_ttl_s: 0, nova_endpoint: null } };
    expect(differences(here, there)).toEqual([
      { setting: 'message_ttl_s', here: 5, there: 6 },
      { setting: 'nova_endpoint', here: 'http://n', there: null },
    ]);
    expect([differences(here, withKeys()), differences(withKeys(), here)]).toEqual([[], []]);
  });
});

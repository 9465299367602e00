import { describe, expect, it } from '@jest/globals';
import {
  differences,
  keyConflict,
  type ProcessSettings,
  readSettings,
  writtenSettings,
} from './process-settings.js';

const withKeys = (...keyIds: string[]): ProcessSettings => ({ leaseS: 30, keyIds, shared: {} });

describe('the settings in the row of a process', () => {
  it('are read as they were written', () => {
    const settings = { leaseS: 30, keyIds: ['b', 'a'], shared: { message_ttl_s: 5, nova_endpoint: null } };
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
      secret_keys: ['a'],
      shared: { new_ttl_s: 1 },
      more: {},
    });
    expect(readSettings(text)).toMatchObject({ leaseS: 9, keyIds: ['a'] });
  });
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

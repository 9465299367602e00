import { describe, expect, it } from '@jest/globals';
import { InvalidInput } from '../../platform/errors.js';
import type { Feature } from '../../microversion/history.js';
import { versionOf } from '../../microversion/microversion.js';
import { selectTypes } from './volume-type-list.js';

const select = (
  isAdmin: boolean,
  filters: Record<string, string>,
  since: Feature = 'type-extra-specs-filter',
) => selectTypes({ isAdmin }, versionOf(since), new Map(Object.entries(filters)));

const publicOnly = [{ sql: 'is_public = ?', parameters: [true] }];

describe('types that an admin asks for', () => {
  it.each([
    [{}, publicOnly],
    [{ is_public: 'True' }, publicOnly],
    [{ is_public: '0' }, [{ sql: 'is_public = ?', parameters: [false] }]],
    [{ is_public: 'None' }, []],
    [{ is_public: 'none', name: 'fast' }, [{ sql: 'name = ?', parameters: ['fast'] }]],
  ])('%j', (filters, conditions) => {
    expect(select(true, filters)?.conditions).toEqual(conditions);
  });

  it('are none when a filter is no column', () => {
    expect(select(true, { bogus: '1' })).toBeNull();
  });

  it('cannot be public in a way that means nothing', () => {
    expect(() => select(true, { is_public: '' })).toThrow('Invalid is_public filter []');
  });

  it('may have to have extra specs, at any version', () => {
    const selection = select(true, { extra_specs: "{'a': 'b'}" }, 'base');
    expect(selection?.extraSpecs).toEqual(new Map([['a', 'b']]));
    expect(() => select(true, { extra_specs: 'a=b' })).toThrow(InvalidInput);
  });
});

describe('types that others ask for', () => {
  it.each([{}, { is_public: 'false' }, { is_public: 'nonsense' }, { all_tenants: '1' }])(
    'are the public ones: %j',
    (filters) => {
      expect(select(false, filters)?.conditions).toEqual(publicOnly);
    },
  );

  it('have no other filters, and none at all before filters were checked', () => {
    expect(() => select(false, { name: 'x', bogus: '1' })).toThrow(
      'Invalid filters name,bogus are found in query options.',
    );
    expect(select(false, { name: 'x', extra_specs: "{'a': 'b'}" }, 'multiattach')).toEqual({
      conditions: publicOnly,
      extraSpecs: new Map(),
    });
  });

  it('cannot be found by extra specs that are not theirs to see', () => {
    expect(select(false, { extra_specs: "{'multiattach': '<is> True'}" })?.extraSpecs.size).toBe(1);
    expect(select(false, { extra_specs: "{'volume_backend_name': 'fast'}" })).toBeNull();
  });
});

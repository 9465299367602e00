import { CallerToken } from '../../api/auth/caller-token.js';
import { describe, expect, it } from '@jest/globals';
import { requestContext } from '../../api/auth/request-context.js';
import { MAXIMUM, Microversion } from '../../microversion/microversion.js';
import { readVolumeList, scopeConditions } from './volume-list.js';

const token = new CallerToken('t');
const admin = requestContext(
  { userId: 'a', projectId: 'own', roles: new Set(['admin']), isAdmin: true },
  'req',
  token,
);
const member = requestContext(
  { userId: 'm', projectId: 'own', roles: new Set(['member']), isAdmin: false },
  'req',
  token,
);
const OWN = { sql: 'project_id = ?', parameters: ['own'] };

function conditions(ctx: typeof admin, version: string, filters: Record<string, string>) {
  const parsed = Microversion.parse(version);
  if (parsed === null) throw new Error(version);
  const { scope, conditions: wanted } = readVolumeList(ctx, parsed, filters, 1000);
  return wanted === null ? null : [...scopeConditions(ctx, scope), ...wanted];
}

describe('the scope of a list', () => {
  it.each([
    [{}, [OWN]],
    [{ project_id: 'other' }, [OWN]],
    [{ all_tenants: '0' }, [OWN]],
    [{ all_tenants: 'False' }, [OWN]],
    [{ all_tenants: '1' }, []],
    [{ all_tenants: '1', project_id: 'other' }, [{ sql: 'project_id = ?', parameters: ['other'] }]],
  ])('of an admin with %j', (filters, expected) => {
    expect(conditions(admin, MAXIMUM.toString(), filters)).toEqual(expected);
  });

  it('is rejected for an admin with a value that is not a boolean', () => {
    expect(() => conditions(admin, MAXIMUM.toString(), { all_tenants: 'bogus' })).toThrow(
      "Value 'bogus' for 'all_tenants' is not a boolean.",
    );
  });

  it.each(['1', '0', 'bogus', ''])('of a member is the own project, all_tenants=%s or not', (value) => {
    expect(conditions(member, MAXIMUM.toString(), { all_tenants: value })).toEqual([OWN]);
  });
});

describe('the filters of a list', () => {
  it.each([
    ['3.30', { bogus: '1', multiattach: 'true', id: 'x' }],
    ['3.30', { created_at: 'gt:2026-01-01' }],
    ['3.9', { group_id: 'g' }],
  ])('of a member at %s leave %j out', (version, filters) => {
    expect(conditions(member, version, filters)).toEqual([OWN]);
  });

  it('of a member may not have other names from 3.31 on', () => {
    const filters = { bogus: '1', status: 'error', 'name~': 'n', all_tenants: '1' };
    expect(() => conditions(member, '3.31', filters)).toThrow(
      'Invalid filters bogus,name~ are found in query options.',
    );
  });

  it('of an admin that are unknown match nothing', () => {
    expect(conditions(admin, MAXIMUM.toString(), { bogus: '1' })).toBeNull();
    expect(conditions(admin, MAXIMUM.toString(), { 'bogus~': '1' })).toBeNull();
    expect(conditions(admin, MAXIMUM.toString(), { group_id: 'g' })).toBeNull();
  });

  it('have names of ASCII characters from 3.31 on', () => {
    expect(() => conditions(admin, '3.31', { é: '1' })).toThrow('ASCII');
    expect(conditions(admin, '3.30', { é: '1' })).toBeNull();
  });

  it.each<[string, string, string, unknown]>([
    ['name', "['a']", 'name = ?', "['a']"],
    ['status', 'error', 'status IN (?)', 'error'],
    ['size', '2', 'size IN (?)', 2],
    ['multiattach', 'yes', 'multiattach = ?', true],
    ['host', 'clinker@b#b', 'backend = ?', 'b'],
    ['name~', '5%_!', "name LIKE ? ESCAPE '!'", '%5!%!_!!%'],
    ['created_at', 'gte:2026-01-31', '(created_at >= ?)', '2026-01-31T00:00:00.000000'],
  ])('%s=%s', (key, value, sql, parameter) => {
    expect(conditions(admin, MAXIMUM.toString(), { [key]: value })).toEqual([
      OWN,
      { sql, parameters: [parameter] },
    ]);
  });

  it.each([
    ['size', 'abc'],
    ['size', '99999999999'],
    ['host', 'x@y'],
    ['host', 'clinker@a#b'],
    ['metadata', 'x'],
    ['consumes_quota', 'false'],
    ['glance_metadata', "{'a': 'b'}"],
  ])('%s=%s matches nothing', (key, value) => {
    expect(conditions(admin, MAXIMUM.toString(), { [key]: value })).toBeNull();
  });

  it.each([
    ['host', 'clinker'],
    ['metadata', '{}'],
    ['consumes_quota', 'true'],
    ['no_migration_targets', '1'],
  ])('%s=%s matches everything', (key, value) => {
    expect(conditions(admin, MAXIMUM.toString(), { [key]: value })).toEqual([OWN]);
  });

  it('takes every other text for yes before booleans were checked', () => {
    expect(conditions(admin, '3.1', { bootable: 'bogus' })).toContainEqual({
      sql: 'bootable = ?',
      parameters: [true],
    });
    expect(() => conditions(admin, '3.2', { bootable: 'bogus' })).toThrow("'bootable = bogus'");
  });

  it('knows parts of texts for admins, and of names from 3.31 on', () => {
    expect(conditions(admin, '3.0', { 'status~': 'n' })).toHaveLength(2);
    expect(conditions(admin, '3.30', { 'name~': 'n' })).toHaveLength(1);
    expect(conditions(admin, '3.31', { 'name~': 'n' })).toHaveLength(2);
  });
});

import { describe, expect, it } from '@jest/globals';
import { InvalidInput } from '../../platform/errors.js';
import { checkSchema } from '../../api/http/json-schema.js';
import {
  createExtraSpecsBodies,
  createTypeBodies,
  isYes,
  updateExtraSpecBodies,
  updateTypeBodies,
} from './volume-type.schema.js';

const create = (fields: object) => () =>
  checkSchema(createTypeBodies.latest, { volume_type: { name: 'fast', ...fields } });
const update = (fields: object) => () => checkSchema(updateTypeBodies.latest, { volume_type: fields });

describe('bodies of volume types', () => {
  it.each([
    {},
    { description: null },
    { name: '😀'.repeat(255) },
    { 'os-volume-type-access:is_public': 'off' },
    { extra_specs: { 'a/b c': 'x', empty: '', none: null } },
  ])('create takes %j', (fields) => {
    expect(create(fields)).not.toThrow();
  });

  it.each([
    { name: null },
    { name: '' },
    { name: 'x'.repeat(256) },
    { name: 'a\u0000b' },
    { description: 'a\u0000b' },
    { is_public: true },
    { 'os-volume-type-access:is_public': null },
    { extra_specs: { a: 1 } },
    { extra_specs: { a: '\u0000' } },
    { extra_specs: { '': 'x' } },
  ])('create refuses %j', (fields) => {
    expect(create(fields)).toThrow(InvalidInput);
  });

  it('update takes null for no change', () => {
    expect(update({ name: null, description: null })).not.toThrow();
    expect(update({ is_public: null })).toThrow(InvalidInput);
    expect(update({ extra_specs: {} })).toThrow(InvalidInput);
  });

  it('reads texts as booleans', () => {
    expect([true, 'True', 'on', '1'].every(isYes)).toBe(true);
    expect([false, 'False', 'off', '0'].some(isYes)).toBe(false);
  });
});

describe('bodies of extra specs', () => {
  it('have keys that can stand in a URL', () => {
    const check = (extra_specs: object) => () => checkSchema(createExtraSpecsBodies.latest, { extra_specs });
    expect(check({ 'capabilities:x': 'y', none: null })).not.toThrow();
    expect(check({ 'a/b': 'x' })).toThrow(InvalidInput);
    expect(check({ 'a b': 'x' })).toThrow(InvalidInput);
  });

  it('have one key where the URL has it', () => {
    const check = (body: object) => () => checkSchema(updateExtraSpecBodies.latest, body);
    expect(check({ a: 'x' })).not.toThrow();
    expect(check({})).toThrow('{} does not have enough properties');
    expect(check({ a: 'x', b: 'y' })).toThrow(InvalidInput);
  });
});

import { describe, expect, it } from '@jest/globals';
import { POLICY } from '../api/auth/policy.js';
import { checkSchema } from '../api/http/json-schema.js';
import { MAXIMUM } from '../microversion/microversion.js';
import { bodiesOf, rulesOf } from './define-action.js';
import { VOLUME_ACTIONS } from './volume-actions.js';

const bodies = bodiesOf(VOLUME_ACTIONS);
const rules = rulesOf(VOLUME_ACTIONS);

describe.each(Object.entries(VOLUME_ACTIONS))('%s', (name, { schema, example, handle }) => {
  const bodySchema = bodies[name]?.schemas.at(MAXIMUM);

  it('has a schema that says what the action does', () => {
    expect(schema['description']).toMatch(/^[A-Z].{10,}\.$/);
  });

  it('has an example that its schema lets through', () => {
    expect(bodies[name]?.example).toEqual({ [name]: example });
    expect(() => checkSchema(bodySchema ?? {}, { [name]: example })).not.toThrow();
  });

  it('has a body with its name and nothing else', () => {
    const body = { [name]: example };
    expect(() => checkSchema(bodySchema ?? {}, {})).toThrow(`'${name}' is a required property`);
    expect(() => checkSchema(bodySchema ?? {}, { ...body, other: 1 })).toThrow('Additional properties');
  });

  it('has a policy rule that exists', () => {
    expect(Object.keys(POLICY)).toContain(rules[name]);
  });

  it('has something that does it', () => {
    expect(handle).toBeInstanceOf(Function);
  });
});

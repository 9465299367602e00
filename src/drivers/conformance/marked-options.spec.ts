import { expect, it } from '@jest/globals';
import { ofDefinition } from './defined-driver.js';
import fake from '../fake/fake.driver.js';

it('options that the schema marks as secret are looked for, at every depth', () => {
  const login = { type: 'object', properties: { pin: { type: 'string', format: 'password' }, user: {} } };
  const optionsSchema = { type: 'object', properties: { key: { type: 'array', writeOnly: true }, login } };
  const options = { key: ['first key'], login: { pin: 'second pin', user: 'someone' }, other: 'no secret' };
  const { secrets } = ofDefinition({ definition: { ...fake, optionsSchema }, options });
  expect(secrets).toEqual(['first key', 'second pin']);
});

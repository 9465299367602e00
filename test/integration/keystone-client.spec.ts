import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { KeystoneClient } from '../../src/auth/keystone/keystone-client.js';
import { KeystoneHttp } from '../../src/auth/keystone/keystone-http.js';
import { OwnToken } from '../../src/auth/keystone/own-token.js';
import { KeystoneStandIn } from '../support/keystone.js';

let keystone: KeystoneStandIn;
let own: OwnToken;
let client: KeystoneClient;

beforeEach(async () => {
  keystone = new KeystoneStandIn('right');
  const http = new KeystoneHttp(await keystone.start(), 5_000, () => undefined);
  own = new OwnToken(http, {
    username: 'clinker',
    password: () => 'right',
    userDomainName: 'Default',
    projectName: 'service',
    projectDomainName: 'Default',
  });
  client = new KeystoneClient(http, own);
  keystone.issue('good', { roles: ['member'] });
});
afterEach(() => keystone.stop());

describe('a token that Keystone does not find', () => {
  it('is not valid, and the own token is looked at once for many of them', async () => {
    for (const forged of ['a', 'b', 'c']) expect(await client.validate(forged, false)).toBeNull();
    expect(keystone.validations).toEqual(['a', 'own-1', 'b', 'c']);
    expect(keystone.logins).toBe(1);
  });

  it('may be found under a new own token, when the user of the old one is gone', async () => {
    await own.text();
    keystone.renewOwnUser();
    expect(await client.validate('good', false)).toMatchObject({ userId: 'user-good' });
    expect(keystone.logins).toBe(2);
  });

  it('is not looked for twice after an answer that proves the own token', async () => {
    await client.validate('good', false);
    await client.validate('forged', false);
    expect(keystone.validations).toEqual(['good', 'forged']);
  });
});

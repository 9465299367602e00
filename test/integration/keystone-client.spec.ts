import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { KeystoneClient } from '../../src/api/auth/keystone/keystone-client.js';
import { KeystoneHttp } from '../../src/api/auth/keystone/keystone-http.js';
import { OwnToken } from '../../src/api/auth/keystone/own-token.js';
import { TokenValidator } from '../../src/api/auth/keystone/token-validator.js';
import { letTimePass, rightTime, setClockBy } from '../support/host-clock.js';
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
afterEach(async () => {
  jest.restoreAllMocks();
  await keystone.stop();
});

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

describe('a token that is remembered', () => {
  const DAY_MS = 86_400_000;

  it.each([
    ['a day ahead', DAY_MS],
    ['a day late', -DAY_MS],
  ])('is valid until Keystone says, at a host whose clock is %s', async (_, ms) => {
    setClockBy(ms);
    keystone.issue('short', { roles: ['member'], expiresAt: rightTime() + 10_000 });
    const tokens = new TokenValidator((token, allowExpired) => client.validate(token, allowExpired), 60_000);
    for (let time = 0; time < 2; time += 1)
      expect(await tokens.validate('short')).toMatchObject({ userId: 'user-short' });
    expect(keystone.validations).toEqual(['short']);
    keystone.tokens.delete('short');
    letTimePass(11_000);
    // The cache reads its clock at most once a millisecond.
    await delay(5);
    expect(await tokens.validate('short')).toBeNull();
  });
});

import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { letTimePass, setClockBy } from '../support/host-clock.js';
import { KeystoneStandIn } from '../support/keystone.js';
import { KeystoneHttp } from '../../src/api/auth/keystone/keystone-http.js';
import { OwnToken } from '../../src/api/auth/keystone/own-token.js';

let keystone: KeystoneStandIn;
let password: () => string;
let own: OwnToken;
let troubles: string[];

beforeEach(async () => {
  keystone = new KeystoneStandIn('right');
  password = () => 'right';
  troubles = [];
  const http = new KeystoneHttp(await keystone.start(), 5_000, (problem) => troubles.push(problem));
  own = new OwnToken(http, {
    username: 'clinker',
    password: () => password(),
    userDomainName: 'Default',
    projectName: 'service',
    projectDomainName: 'Default',
  });
});
afterEach(async () => {
  jest.restoreAllMocks();
  await keystone.stop();
});

describe("the server's own token", () => {
  it('is asked for once', async () => {
    const texts = await Promise.all([own.text(), own.text(), own.text()]);
    expect([new Set(texts).size, keystone.logins]).toEqual([1, 1]);
  });

  it('is replaced once, however late some find out that it is lost', async () => {
    const lost = await own.text();
    await Promise.all([own.forget(lost), own.forget(lost)]);
    const renewed = await own.text();
    await own.forget(lost);
    expect([await own.text(), keystone.logins]).toEqual([renewed, 2]);
  });

  it('of a short life serves for half of it', async () => {
    keystone.ownLifeMs = 30_000;
    await own.text();
    await own.text();
    expect(keystone.logins).toBe(1);
  });

  it('is asked for with the password of the moment', async () => {
    const lost = await own.text();
    password = () => 'wrong';
    await own.forget(lost);
    await expect(own.text()).rejects.toThrow('The identity service is unavailable.');
    expect(troubles).toEqual([
      'Keystone returned 401 for the credentials of user clinker in project service',
    ]);
  });

  it('is not asked for again at once after a refusal', async () => {
    password = () => 'wrong';
    await expect(own.text()).rejects.toThrow();
    await expect(own.text()).rejects.toThrow();
    expect([keystone.logins, troubles.length]).toEqual([1, 1]);
  });

  it('is asked for again soon after a refusal, though the clock of the host is set back', async () => {
    password = () => 'wrong';
    await expect(own.text()).rejects.toThrow();
    password = () => 'right';
    setClockBy(-3_600_000);
    letTimePass(6_000);
    expect(await own.text()).toBe('own-2');
  });

  it.each([
    ['ahead', 86_400_000],
    ['late', -86_400_000],
  ])('is asked for once, and again before it expires, by a host whose clock is a day %s', async (_, ms) => {
    setClockBy(ms);
    await own.text();
    expect([await own.text(), keystone.logins]).toEqual(['own-1', 1]);
    letTimePass(keystone.ownLifeMs - 30_000);
    expect([await own.text(), keystone.logins]).toEqual(['own-2', 2]);
  });

  it('cannot be had when the file of the password is gone, which the log says', async () => {
    password = () => {
      throw new Error('ENOENT');
    };
    await expect(own.text()).rejects.toThrow('The identity service is unavailable.');
    expect(troubles).toEqual(['The file keystone_password_file cannot be read']);
  });
});

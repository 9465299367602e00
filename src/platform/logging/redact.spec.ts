import { describe, expect, it } from '@jest/globals';
import { growth } from '../../../test/support/growth.js';
import { collectSecrets, redactSecrets, redactText, showsSecret } from './redact.js';

describe('redactSecrets', () => {
  it.each([
    'auth_password',
    'discovery_auth_password',
    'password',
    'adminPass',
    'keyring',
    'secret',
    'secret_key',
    'X-Auth-Token',
    'x-service-token',
    'Authorization',
    'san_api_key',
  ])('masks what stands under %s', (key) => {
    expect(redactSecrets({ [key]: 'hunter2hunter2' })).toEqual({ [key]: '***' });
  });

  it.each(['auth_username', 'target_iqn', 'keyboard', 'compass', 'host', 'passthrough'])(
    'keeps %s',
    (key) => {
      expect(redactSecrets({ [key]: 'value' })).toEqual({ [key]: 'value' });
    },
  );

  it('masks at every depth, whatever the secret is made of', () => {
    expect(
      redactSecrets({ list: [{ data: { auth_password: 'abc', lun: 0 } }], secrets: { a: [1] } }),
    ).toEqual({
      list: [{ data: { auth_password: '***', lun: 0 } }],
      secrets: '***',
    });
  });

  it('shows that a secret is absent', () => {
    expect(redactSecrets({ auth_password: null, token: '' })).toEqual({ auth_password: null, token: '' });
  });

  it('leaves its argument as it was', () => {
    const value = { auth_password: 'abc' };
    redactSecrets(value);
    expect(value).toEqual({ auth_password: 'abc' });
  });

  it('masks the texts of an error', () => {
    expect(redactSecrets({ err: new TypeError('password=hunter2') })).toMatchObject({
      err: { type: 'TypeError', message: 'password=***', stack: expect.stringContaining('password=***') },
    });
  });

  it('ends with data that holds itself', () => {
    const loop: Record<string, unknown> = { password: 'abc' };
    loop.self = loop;
    expect(JSON.stringify(redactSecrets(loop))).not.toContain('abc');
  });
});

describe('collectSecrets', () => {
  it('finds the texts under secret names, once each, at every depth', () => {
    const data = { auth_password: 'first', nested: [{ keyring: { a: 'second' } }, { password: 'first' }] };
    expect(collectSecrets(data).sort()).toEqual(['first', 'second']);
  });

  it('ignores secrets too short to be distinguished from ordinary text', () => {
    expect(collectSecrets({ password: 'abc' })).toEqual([]);
  });

  it('finds nothing in what is no data', () => {
    expect([undefined, null, 1, 'password'].flatMap(collectSecrets)).toEqual([]);
  });
});

describe('redactText', () => {
  it('masks known secrets wherever they stand, the longest first', () => {
    expect(redactText('got s3cret-long and s3cret', ['s3cret', 's3cret-long'])).toBe('got *** and ***');
  });

  it.each([
    ['password=hunter2 rest', 'password=*** rest'],
    ['{"auth_password": "hun ter2", "lun": 0}', '{"auth_password": ***, "lun": 0}'],
    ["keyring: 'AQ=='", 'keyring: ***'],
    ['tgtadm --user u --password hunter2 --tid 1', 'tgtadm --user u --password *** --tid 1'],
    ['https://admin:hunter2@array.example/api', 'https://admin:***@array.example/api'],
    ['X-Auth-Token: gAAAAA', 'X-Auth-Token: ***'],
  ])('masks what looks like a credential: %s', (text, expected) => {
    expect(redactText(text)).toBe(expected);
  });

  it('keeps ordinary messages', () => {
    const text = 'no free target on 127.0.0.1:3260 for volume-1 (CHAP authentication)';
    expect(redactText(text)).toBe(text);
  });

  it('takes time that grows with the length of a hostile text, not with its square', () => {
    const factor = growth((length) => {
      redactText(`${'password-'.repeat(length)}${' '.repeat(2 * length)}`);
    }, 5_000);
    expect(factor).toBeLessThan(10);
  });
});

describe('showsSecret', () => {
  it.each([
    'request failed: {"password":"9M1x7Qe2Lr"}',
    String.raw`request failed: "{\"password\":\"9M1x7Qe2Lr\"}"`,
    'login with password=hunter',
    'chap --password hunter22',
    'GET https://admin:hunter@array.example/',
    'Authorization: Basic YWRtaW46aHVudGVy',
    'X-Auth-Token: 9M1x7Qe2Lr',
    `token gAAAAA${'b'.repeat(30)}`,
  ])('finds the one in %s, which redactText masks', (text) => {
    expect(showsSecret(text)).toBe(true);
    expect(redactText(text)).not.toMatch(/hunter|9M1x|bbbb|YWRt/);
  });

  it.each([
    'token: expired',
    'the secret is missing',
    'password=***',
    '{"password":"***"}',
    'basic authentication failed',
    'add --password and try again',
    'POST /auth/tokens: 401',
    'password=[REDACTED]',
    '{"password":"<redacted>"}',
    'password=xxxxxx',
    '{"user":"admin","password":null}',
    'password=undefined',
    '{"authTokenExpired":true}',
    '{"token_ttl":3600}',
    '{"errors":{"password":["too short"]}}',
    'Command failed: rbd --keyring /etc/ceph/c.keyring map',
    '/etc/ceph/c.keyring: (2) No such file or directory',
    'curl --password-file=/run/secret',
    'the array refuses the token: it has expired',
    "the array refuses the token: it's expired",
    'token: re-create it',
    'the secret: 2 of 3 keys',
    'a basic health-check failed',
    'Bearer token-based auth is off',
  ])('finds none in %s', (text) => expect(showsSecret(text)).toBe(false));
});

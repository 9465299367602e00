import { describe, expect, it } from '@jest/globals';
import { addressOf, hostNameOf, isAddress, isLoopbackName } from './host-name.js';

const nameOf = (host: string): string | undefined => {
  const url = addressOf(host);
  return url === undefined ? undefined : hostNameOf(url);
};

describe('the host that a header names', () => {
  it.each([
    ['localhost', 'localhost'],
    ['LOCALHOST:8776', 'localhost'],
    ['localhost.', 'localhost'],
    ['localhost..', 'localhost.'],
    ['my_service:8776', 'my_service'],
    ['127.0.0.1:', '127.0.0.1'],
    ['127.1', '127.0.0.1'],
    ['0x7f000001', '127.0.0.1'],
    ['2130706433', '127.0.0.1'],
    ['[::1]:8776', '[::1]'],
    ['[0:0:0:0:0:0:0:1]', '[::1]'],
    ['[::ffff:127.0.0.1]', '[::ffff:7f00:1]'],
    ['[fe80::1%eth0]:8776', '[fe80::1]'],
    ['', undefined],
    [':8776', undefined],
    ['localhost:99999', undefined],
    ['localhost@evil.example', undefined],
    ['evil.example/localhost', undefined],
    ['evil.example#localhost', undefined],
    ['local%68ost', undefined],
    ['localhost, evil.example', undefined],
    ['192.0.2.300', undefined],
    ['[::1', undefined],
    ['::1', undefined],
    ['x'.repeat(300), undefined],
  ])('%s is %s', (host, expected) => {
    expect(nameOf(host)).toBe(expected);
  });
});

describe('a name of this machine', () => {
  it.each(['localhost', 'a.localhost', '127.0.0.1', '127.9.8.7', '[::1]', '[::ffff:7f00:1]'])(
    '%s',
    (name) => {
      expect(isLoopbackName(name)).toBe(true);
    },
  );

  it.each([
    ...['localhost.evil.example', 'evillocalhost', 'evil.example', '127.0.0.1.evil.example', ''],
    ...['128.0.0.1', '0.0.0.0', '[::]', '[::2]', '[::ffff:8000:1]'],
  ])('is not %s', (name) => {
    expect(isLoopbackName(name)).toBe(false);
  });

  it('is distinguished from an address by its form', () => {
    expect(['192.0.2.1', '[2001:db8::1]'].map(isAddress)).toEqual([true, true]);
    expect(['a.example', '192.0.2.1.example'].map(isAddress)).toEqual([false, false]);
  });
});

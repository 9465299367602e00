import { describe, expect, it } from '@jest/globals';
import { OwnHosts } from './own-hosts.js';

const hosts = (settings: Partial<ConstructorParameters<typeof OwnHosts>[0]> = {}): OwnHosts =>
  new OwnHosts({ host: '127.0.0.1', public_endpoint: undefined, allowed_hosts: [], ...settings });

describe('the hosts of a server', () => {
  it('on loopback are those of loopback', () => {
    const own = hosts();
    for (const host of ['localhost:1', '127.0.0.1', '[::1]:8776', 'Clinker.Localhost.'])
      expect([host, own.includes(host)]).toEqual([host, true]);
    for (const host of [
      'evil.example',
      '192.0.2.1',
      '0.0.0.0',
      '[2001:db8::1]',
      'localhost@evil.example',
      '',
    ])
      expect([host, own.includes(host)]).toEqual([host, false]);
  });

  it('are what it listens on, its public endpoint and those that are allowed', () => {
    const own = hosts({
      host: '2001:db8::1',
      public_endpoint: 'https://Volume.example.org/volume',
      allowed_hosts: ['storage'],
    });
    for (const host of ['[2001:DB8:0::1]:8776', 'volume.example.org', 'STORAGE.:8776'])
      expect([host, own.includes(host)]).toEqual([host, true]);
    for (const host of ['192.0.2.1', 'example.org', 'a.storage', 'evil.example'])
      expect([host, own.includes(host)]).toEqual([host, false]);
  });

  it.each(['0.0.0.0', '::', '0'])('are all addresses, and no names, where it listens on %s', (host) => {
    const own = hosts({ host });
    expect(['192.0.2.1:8776', '[2001:db8::1]'].map((name) => own.includes(name))).toEqual([true, true]);
    expect(['evil.example', '192.0.2.1.evil.example'].map((name) => own.includes(name))).toEqual([
      false,
      false,
    ]);
  });
});

describe('the origin of a page', () => {
  const own = hosts({ public_endpoint: 'https://volume.example.org/volume', allowed_hosts: ['storage'] });

  it.each([
    ['http://localhost:8776', 'localhost:8776', true],
    ['http://localhost', 'localhost:80', true],
    ['https://localhost', 'localhost', true],
    ['http://LOCALHOST:8776', 'Localhost:8776', true],
    ['https://volume.example.org', '127.0.0.1:8776', true],
    ['http://volume.example.org', '127.0.0.1:8776', false],
    ['http://localhost:3000', 'localhost:8776', false],
    ['http://127.0.0.1:8776', 'localhost:8776', false],
    ['http://storage:3000', 'storage:8776', false],
    ['http://evil.example', 'localhost', false],
    ['null', 'localhost', false],
    ['', 'localhost', false],
    ['file://', 'localhost', false],
    ['chrome-extension://localhost', 'localhost', false],
    ['http://localhost@evil.example', 'localhost', false],
    ['http://localhost, http://evil.example', 'localhost', false],
  ])('%s at %s: %s', (origin, host, expected) => {
    expect(own.isOwnOrigin(origin, [host])).toBe(expected);
  });
});

import { expect, it } from '@jest/globals';
import { isNamedBy } from './named-host.js';

it.each([
  [{ initiator: 'iqn.1993-08.org.debian:NODE' }, { initiator: 'iqn.1993-08.org.debian:node' }, true],
  [{ ip: '2001:DB8:0::1' }, { ip: '2001:db8::1' }, true],
  [{ ip: '::ffff:192.0.2.1' }, { ip: '192.0.2.1' }, true],
  [{ host: 'node.example.org.' }, { host: 'node.example.org' }, true],
  [{ host: 'node-a' }, { host: 'node-b' }, false],
  [{ ip: '192.0.2.1' }, { ip: null }, false],
  [{ ip: '192.0.2.1' }, {}, false],
  [{ ip: null, host: 'a' }, { ip: '192.0.2.1', host: 'a' }, true],
])('%j names the host of %j: %p', (named, connected, expected) => {
  expect(isNamedBy(named, connected)).toBe(expected);
});

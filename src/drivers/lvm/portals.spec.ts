import { describe, expect, it } from '@jest/globals';
import { checkPortals, portalIn } from './portals.js';

describe('a portal', () => {
  it.each([
    ['192.0.2.10:3260', { address: '192.0.2.10', port: 3260 }],
    ['[2001:db8::10]:3261', { address: '2001:db8::10', port: 3261 }],
    ['[::1]:860', { address: '::1', port: 860 }],
  ])('%s is taken apart, and can be reached', (text, portal) => {
    expect(portalIn(text)).toEqual(portal);
    expect(() => checkPortals([text])).not.toThrow();
  });

  it.each([
    ['192.0.2.256:3260', 'has no IP address'],
    ['[2001:db8::10::]:3260', 'has no IP address'],
    ['192.0.2.10:0', 'has no port'],
    ['192.0.2.10:65536', 'has no port'],
    ['0.0.0.0:3260', 'not an address that hosts can reach'],
    ['[::]:3260', 'not an address that hosts can reach'],
    ['[::ffff:192.0.2.1]:3260', 'use plain IPv4'],
  ])('%s stops the start, and is named', (text, fault) => {
    const refusal = { code: 'FAILED_PRECONDITION', message: expect.stringContaining(fault) };
    expect(() => checkPortals(['192.0.2.10:3260', text])).toThrow(expect.objectContaining(refusal));
    expect(() => checkPortals([text])).toThrow(text);
  });
});

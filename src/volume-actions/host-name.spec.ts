import { describe, expect, it } from '@jest/globals';
import { sanitizedHostName } from './host-name.js';

describe('the name of a host', () => {
  it.each([
    ['host-a', 'host-a'],
    ['My Host_7', 'my-host-7'],
    ['.-node-1.example.org.-', 'node-1.example.org'],
    ['a;b|c$(d)', 'abcd'],
    ['Zürich', 'zürich'],
    ['主机-1', '1'],
    ['\u0000\n', ''],
    ['', ''],
  ])('%j is kept as %j', (given, kept) => {
    expect(sanitizedHostName(given)).toBe(kept);
  });
});

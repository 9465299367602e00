import { describe, expect, it } from '@jest/globals';
import { isUuidLike } from '../../platform/uuid.js';
import { backendAt, hostOf, serviceUuid } from './volume-host.js';

describe('the host of a volume', () => {
  it('leads back to its backend', () => {
    expect(backendAt(hostOf('b-1.x'))).toBe('b-1.x');
    expect(backendAt('clinker@b')).toBe('b');
    expect(backendAt('clinker')).toBeNull();
    expect(backendAt('other@b#b')).toBeUndefined();
    expect(backendAt('clinker@b#c')).toBeUndefined();
    expect(backendAt('')).toBeUndefined();
  });

  it('has a service with a UUID of its own', () => {
    expect(isUuidLike(serviceUuid('a'))).toBe(true);
    expect(serviceUuid('a')).toBe(serviceUuid('a'));
    expect(serviceUuid('a')).not.toBe(serviceUuid('b'));
  });
});

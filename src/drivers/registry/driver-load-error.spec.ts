import { describe, expect, it } from '@jest/globals';
import { thrownLine } from './driver-load-error.js';

const KEY = '-----BEGIN PRIVATE KEY-----\nMIIB\nabcd\n-----END PRIVATE KEY-----';

describe('the line of what a driver has thrown', () => {
  it('has no secret of several lines', () => {
    expect(thrownLine(new Error(`bad key\n${KEY}`), [KEY])).not.toMatch(/MIIB|abcd/);
  });

  it('has no part of a secret that is cut', () => {
    const line = thrownLine(new Error(`${'x'.repeat(495)} my-long-secret`), ['my-long-secret']);
    expect(line).not.toContain('my-l');
    expect(line.length).toBeLessThan(510);
  });

  it('tells what is no error, too', () => {
    expect(thrownLine({ code: 7 })).toBe('{ code: 7 }');
  });
});

import { describe, expect, it } from '@jest/globals';
import { checkInitiator, initiatorOf } from './initiator.js';

describe('an initiator name', () => {
  it.each([
    'iqn.1993-08.org.debian:01:48e0b7ea4b12',
    'iqn.1991-05.com.microsoft:win-host.example.com',
    'iqn.2001-04.com.example',
    'eui.02004567A425678D',
    'naa.52004567BA64678D',
    'naa.62004567BA64678D0123456789ABCDEF',
  ])('%s is accepted', (initiator) => {
    expect(() => checkInitiator({ initiator })).not.toThrow();
  });

  it.each([
    [undefined, 'has no initiator'],
    [null, 'has no initiator'],
    [42, 'is not a string'],
    [['iqn.1993-08.org.debian:a'], 'is not a string'],
    ['', 'not an iSCSI name'],
    ['host1', 'not an iSCSI name'],
    ['ALL', 'not an iSCSI name'],
    ['iqn.1993-13.org.debian:a', 'not an iSCSI name'],
    ['iqn.1993-08.org.debian:a\n', 'not an iSCSI name'],
    ['iqn.1993-08.org.debian:a b', 'not an iSCSI name'],
    ['iqn.1993-08.org.debian:$(id)', 'not an iSCSI name'],
    ['iqn.1993-08.org.debian:a"', 'not an iSCSI name'],
    ["iqn.1993-08.org.debian:a'", 'not an iSCSI name'],
    ['iqn.1993-08.org.debian:../../a', 'not an iSCSI name'],
    ['--op', 'not an iSCSI name'],
    [`iqn.1993-08.org.debian:${'a'.repeat(300)}`, 'more than 223'],
  ])('%p is refused, and the error names the field', (initiator, reason) => {
    const check = () => checkInitiator(initiator === undefined ? {} : { initiator });
    expect(check).toThrow(expect.objectContaining({ code: 'INVALID_CONNECTOR', field: 'initiator' }));
    expect(check).toThrow(reason);
  });

  it('is checked again where it is used', () => {
    expect(() => initiatorOf({ attachmentId: 'a', connector: { initiator: 'a;b' }, mode: 'rw' })).toThrow(
      'iSCSI',
    );
  });
});

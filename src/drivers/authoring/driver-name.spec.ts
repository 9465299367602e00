import { describe, expect, it } from '@jest/globals';
import { BUILTIN_DRIVERS } from '../registry/builtin-drivers.js';
import { BUILT_IN_NAMES, driverName } from './driver-name.js';

describe('the name of a new driver', () => {
  it.each([
    ['clinker-driver-mine', 'clinker-driver-mine', 'mine', 'Mine'],
    ['cinder-driver-big-box', 'cinder-driver-big-box', 'big-box', 'BigBox'],
    ['@acme/storage.v2', 'storage.v2', 'storage-v2', 'StorageV2'],
    ['clinker-driver-3par', 'clinker-driver-3par', '3par', 'Storage3par'],
    ['clinker-driver-', 'clinker-driver-', 'clinker-driver', 'ClinkerDriver'],
    ['~', '~', 'storage', 'Storage'],
  ])('%s gives its folder, its short name and its class a name', (packageName, folder, short, className) => {
    expect(driverName(packageName)).toEqual({ packageName, folder, short, className });
  });

  it('is cut where it would make names of targets too long', () => {
    expect(driverName('x'.repeat(200))).toMatchObject({ short: 'x'.repeat(40) });
  });

  it.each(['', 'Mine', '../mine', 'a/b', '@a', '.mine', '_mine', '--bogus', 'mine driver', 'x'.repeat(215)])(
    '"%s" is no name of a package',
    (packageName) => {
      expect(driverName(packageName)).toEqual({
        fault: `"${packageName}" is not a valid npm package name: use lower case, digits and hyphens`,
      });
    },
  );

  it.each(['fs', 'node_modules', 'clinker-driver', ...Object.keys(BUILTIN_DRIVERS)])(
    '%s already means something else',
    (packageName) => {
      expect(driverName(packageName)).toEqual({ fault: expect.stringContaining('choose another name') });
    },
  );

  it('is none of the built-in drivers', () => {
    expect(BUILT_IN_NAMES).toEqual(Object.keys(BUILTIN_DRIVERS));
  });
});

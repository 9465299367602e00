import { describe, expect, it } from '@jest/globals';
import { backendTraits, unmetSpec } from './backend-fit.js';

const TRAITS = backendTraits('fast', 'iSCSI');

function unmet(extraSpecs: Record<string, string | null>): string | null {
  return unmetSpec({ extraSpecs }, TRAITS);
}

describe('a backend', () => {
  it.each([
    [{}],
    [{ volume_backend_name: 'fast' }],
    [{ storage_protocol: 'iSCSI', vendor_name: 'Open Source' }],
    [{ storage_protocol: 'iscsi' }],
    [{ 'capabilities:storage_protocol': '<in> scsi' }],
    [{ storage_protocol: '<or> NFS <or> iSCSI' }],
    [{ storage_protocol: 's== iSCSI' }],
    [{ storage_protocol: null }],
    [{ multiattach: '<is> True', 'vendor:speed': 'high', color: 'red' }],
  ])('meets %j', (extraSpecs) => {
    expect(unmet(extraSpecs)).toBeNull();
  });

  it.each([
    [{ volume_backend_name: 'slow' }, 'volume_backend_name=slow'],
    [{ vendor_name: 'Open Source', storage_protocol: 'FC' }, 'storage_protocol=FC'],
    [{ 'capabilities:vendor_name': 'Other' }, 'capabilities:vendor_name=Other'],
    [{ storage_protocol: '<or> NFS <or> FC' }, 'storage_protocol=<or> NFS <or> FC'],
    [{ storage_protocol: '<in> fc' }, 'storage_protocol=<in> fc'],
    [{ storage_protocol: 's== i' }, 'storage_protocol=s== i'],
  ])('does not meet %j', (extraSpecs, expected) => {
    expect(unmet(extraSpecs)).toBe(expected);
  });
});

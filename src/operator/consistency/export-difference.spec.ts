import { describe, expect, it } from '@jest/globals';
import { exportDifference } from './export-difference.js';

const connection = (connector: object) => ({
  attachmentId: 'a',
  connector: connector as never,
  mode: 'rw' as const,
});
const one = connection({ initiator: 'iqn.1993-08.org.debian:01:One', ip: '2001:DB8::0:1' });

describe('the difference between an export and its connections', () => {
  it.each([
    ['is none when the host is admitted, in whichever case', 'none', true, ['IQN.1993-08.org.debian:01:one']],
    [
      'is unjustified access when everybody is',
      'unjustified-access',
      true,
      ['iqn.1993-08.org.debian:01:one', 'ALL'],
    ],
    ['is a missing export without one', 'missing-export', false, []],
    ['is a missing export when the host is not admitted', 'missing-export', true, []],
    [
      'is unjustified access when another host is',
      'unjustified-access',
      true,
      ['iqn.1993-08.org.debian:01:one', 'iqn.x:2'],
    ],
    ['is unknown, so none, when the driver cannot tell who is admitted', 'none', true, null],
  ])('%s', (_title, kind, exported, admitted) => {
    const state = { exists: true, exported, admitted };
    expect(exportDifference(state, [one], 'initiator').kind).toBe(kind);
  });

  it('compares names that are no iqn, eui or naa, too', () => {
    const fake = connection({ initiator: 'fake', ip: '192.0.2.11', host: 'host-a' });
    const state = { exists: true, exported: true, admitted: ['fake'] };
    expect(exportDifference(state, [fake], 'initiator').kind).toBe('none');
    expect(exportDifference(state, [one], 'initiator')).toMatchObject({ unjustified: ['fake'] });
  });

  it('compares addresses, however they are written', () => {
    const mapped = connection({ ip: '::ffff:192.0.2.1' });
    expect(
      exportDifference({ exists: true, exported: true, admitted: ['192.0.2.1'] }, [mapped], 'address').kind,
    ).toBe('none');
    const state = { exists: true, exported: true, admitted: ['2001:db8::1'] };
    expect(exportDifference(state, [one], 'address').kind).toBe('none');
    expect(exportDifference({ ...state, admitted: ['2001:db8::2'] }, [one], 'address')).toEqual({
      kind: 'unjustified-access',
      missing: ['2001:db8::1'],
      unjustified: ['2001:db8::2'],
    });
  });

  it('compares the NQNs of hosts of NVMe, whatever their initiators', () => {
    const [host, other] = ['nqn.2014-08.org.nvmexpress:uuid:1', 'nqn.2014-08.org.nvmexpress:uuid:2'];
    const both = connection({ nqn: host, initiator: 'iqn.1993-08.org.debian:01:one' });
    const state = { exists: true, exported: true, admitted: [host] };
    expect(exportDifference(state, [both], 'nqn').kind).toBe('none');
    expect(exportDifference({ ...state, admitted: [other] }, [both], 'nqn')).toMatchObject({
      missing: [host],
      unjustified: [other],
    });
  });

  it('without connections is the export itself', () => {
    const state = { exists: true, exported: true, admitted: [] };
    expect(exportDifference(state, [], 'initiator').kind).toBe('orphan-export');
    expect(exportDifference({ ...state, exported: false }, [], 'initiator').kind).toBe('none');
  });

  it('is a lost volume when the backend has none', () => {
    const state = { exists: false, exported: false, admitted: [] };
    expect(exportDifference(state, [one], 'initiator').kind).toBe('lost-volume');
    expect(exportDifference(state, [], 'initiator').kind).toBe('lost-volume');
    expect(exportDifference({ ...state, exported: true }, [], 'initiator').kind).toBe('orphan-export');
  });
});

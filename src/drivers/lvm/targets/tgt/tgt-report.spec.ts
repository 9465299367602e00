import { describe, expect, it } from '@jest/globals';
import { targetsIn } from './tgt-report.js';

/** Recorded from tgt 1.0.85: tgtadm --lld iscsi --mode target --op show. */
const SHOWN = `Target 1: iqn.2010-10.org.openstack:volume-1
    System information:
        Driver: iscsi
        State: ready
    I_T nexus information:
        I_T nexus: 3
            Initiator: iqn.1993-08.org.debian:host1 alias: none
            Connection: 0
                IP Address: 127.0.0.1
    LUN information:
        LUN: 0
            Type: controller
            SCSI ID: IET     00010000
            Size: 0 MB, Block size: 1
            Readonly: No
            Backing store type: null
            Backing store path: None
            Backing store flags: 
        LUN: 1
            Type: disk
            SCSI ID: IET     00010001
            SCSI SN: beaf11
            Size: 1074 MB, Block size: 512
            Readonly: Yes
            Thin-provisioning: Yes
            Backing store type: rdwr
            Backing store path: /dev/vg/volume-1
            Backing store flags: 
    Account information:
        u1
    ACL information:
        255.255.255.255
        iqn.1993-08.org.debian:host1
        ALL
Target 22: iqn.2010-10.org.openstack:volume-2
    System information:
        Driver: iscsi
        State: ready
    I_T nexus information:
    LUN information:
        LUN: 0
            Type: controller
            Backing store path: None
    Account information:
    ACL information:
`;

describe('the report of tgtadm', () => {
  it('reports everything about a target, including a foreign rule', () => {
    expect(targetsIn(SHOWN)[0]).toEqual({
      tid: 1,
      iqn: 'iqn.2010-10.org.openstack:volume-1',
      device: '/dev/vg/volume-1',
      megabytes: 1074,
      readOnly: true,
      identity: { id: 'IET     00010001', serial: 'beaf11' },
      accounts: ['u1'],
      rules: ['iqn.1993-08.org.debian:host1', 'ALL'],
      sessions: [{ initiator: 'iqn.1993-08.org.debian:host1', session: 3, connection: 0 }],
    });
  });

  it('reports an unfinished target', () => {
    expect(targetsIn(SHOWN)[1]).toEqual({
      tid: 22,
      iqn: 'iqn.2010-10.org.openstack:volume-2',
      device: null,
      identity: null,
      megabytes: 0,
      readOnly: false,
      accounts: [],
      rules: [],
      sessions: [],
    });
  });

  it('is limited to wanted targets', () => {
    const wanted = targetsIn(SHOWN, (iqn) => iqn.endsWith('volume-2'));
    expect(wanted.map(({ tid }) => tid)).toEqual([22]);
  });

  it('is empty when there are no targets', () => {
    expect(targetsIn('')).toEqual([]);
  });
});

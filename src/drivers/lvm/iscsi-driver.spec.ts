import { describe, expect, it } from '@jest/globals';
import type { Connection, VolumeRef } from '../contract/index.js';
import type { HostOptions } from './connection-info.js';
import { IscsiDriver } from './iscsi-driver.js';
import type { TargetAccess } from '../iscsi/iscsi-connection.js';
import type { AdmittedHost, HostChange, Target } from './targets/target.js';
import type { VolumeStore } from './volume-store.js';

const id = '4b2a1c9e-7d35-4f6a-9c1b-0e8d2f3a4b5c';
const volume: VolumeRef = { id, name: `volume-${id}`, sizeGib: 1, projectId: 'p', exportDetails: null };
const call = { signal: new AbortController().signal, requestId: 'req-1' };
const connection = (initiator: string, mode: 'rw' | 'ro' = 'rw'): Connection => ({
  attachmentId: `${initiator}-${mode}`,
  connector: { initiator },
  mode,
});
const A = 'iqn.1993-08.org.debian:a';
const B = 'iqn.1993-08.org.debian:b';

/** A driver with a target that applies every change, and a store in which every volume exists. */
function driverWith(
  portals: readonly string[] = ['192.0.2.1:3260'],
  sessions: readonly string[] = [],
  more: Partial<HostOptions> = {},
) {
  let hosts: readonly AdmittedHost[] = [];
  const access: TargetAccess = {
    iqn: `iqn.2010-10.org.openstack:${volume.name}`,
    lun: 1,
    portals,
    credentials: { username: 'user', password: 'word' },
    wwn: '3600140500000000000000000000000000',
  };
  const target: Target = {
    setup: () => Promise.resolve(),
    find: (name) => Promise.resolve({ name, device: '/dev/vg/v', hosts, sessions }),
    list: () =>
      Promise.resolve(
        [volume.name, 'other', `${volume.name}-x`].map((name) => ({
          name,
          device: '/dev/vg/v',
          hosts,
          sessions,
        })),
      ),
    isUnused: () => Promise.resolve(false),
    ensure: () => Promise.resolve(access),
    changeHosts: (_name, change: HostChange) => {
      hosts = change(hosts);
      return Promise.resolve(access);
    },
    remove: () => Promise.resolve(),
    resized: () => Promise.resolve(),
  };
  const volumes = {
    exists: () => Promise.resolve(true),
    owns: () => true,
  } as Partial<VolumeStore> as VolumeStore;
  const driver = new IscsiDriver({ discard: true, ...more }, volumes, target);
  return { driver, admitted: () => hosts };
}

describe('the hosts of a volume', () => {
  it('get the widest mode that one of their attachments asks for, and lose it with that one', async () => {
    const { driver, admitted } = driverWith();
    const [reader, writer] = [connection(A, 'ro'), connection(A, 'rw')];
    await driver.initializeConnection(volume, reader, [], call);
    expect(admitted()).toEqual([{ initiator: A, mode: 'ro' }]);
    await driver.initializeConnection(volume, writer, [reader], call);
    expect(admitted()).toEqual([{ initiator: A, mode: 'rw' }]);
    await driver.terminateConnection(volume, writer, [reader], call);
    expect(admitted()).toEqual([{ initiator: A, mode: 'ro' }]);
  });

  it('stay when another one comes or goes', async () => {
    const { driver, admitted } = driverWith();
    await driver.initializeConnection(volume, connection(A), [], call);
    await driver.initializeConnection(volume, connection(B), [connection(A)], call);
    await driver.terminateConnection(volume, connection(A), [connection(B)], call);
    expect(admitted()).toEqual([{ initiator: B, mode: 'rw' }]);
  });

  it('are admitted in every spelling of their attachments, and lose all with the last', async () => {
    const { driver, admitted } = driverWith();
    const [upper, lower] = [connection(A.toUpperCase().replace('IQN', 'iqn')), connection(A)];
    await driver.initializeConnection(volume, upper, [], call);
    await driver.initializeConnection(volume, lower, [upper], call);
    const both = [upper, lower].map(({ connector }) => ({ initiator: connector.initiator, mode: 'rw' }));
    expect(admitted()).toEqual(both);
    // The remaining connection may be logged in with the other's spelling.
    await driver.terminateConnection(volume, upper, [lower], call);
    expect(admitted()).toEqual(both);
    await driver.terminateConnection(volume, lower, [], call);
    expect(admitted()).toEqual([]);
  });

  it('are the same in capitals', async () => {
    const { driver, admitted } = driverWith();
    await driver.initializeConnection(volume, connection(A), [], call);
    await driver.terminateConnection(volume, connection(A.toUpperCase()), [], call);
    expect(admitted()).toEqual([]);
  });

  it('are not fenced while another attachment of theirs stays, nor when a session is left', async () => {
    const refused = { code: 'FAILED_PRECONDITION' };
    const shared = driverWith().driver.fenceConnection(volume, connection(A), [connection(A)], call);
    await expect(shared).rejects.toMatchObject(refused);
    const stuck = driverWith(['192.0.2.1:3260'], [A]).driver.fenceConnection(volume, connection(A), [], call);
    await expect(stuck).rejects.toMatchObject(refused);
  });
});

describe('the connection information', () => {
  it('has Cinder’s keys for one portal, and the identity of the disk', async () => {
    const { driver } = driverWith();
    const { data } = await driver.initializeConnection(volume, connection(A), [], call);
    expect(data).toEqual({
      target_discovered: false,
      target_portal: '192.0.2.1:3260',
      target_iqn: `iqn.2010-10.org.openstack:${volume.name}`,
      target_lun: 1,
      volume_id: id,
      wwn: '3600140500000000000000000000000000',
      discard: true,
      auth_method: 'CHAP',
      auth_username: 'user',
      auth_password: 'word',
    });
  });

  it.each([
    ['512', '512', '512'],
    ['512e', '4096', '512'],
    ['4k', '4096', '4096'],
  ] as const)('has the block sizes of a disk with geometry %s', async (geometry, physical, logical) => {
    const { driver } = driverWith(undefined, undefined, { disk_geometry: geometry });
    const { data } = await driver.initializeConnection(volume, connection(A), [], call);
    expect(data).toMatchObject({ physical_block_size: physical, logical_block_size: logical });
  });

  it('has lists of one length for several portals', async () => {
    const { driver } = driverWith(['192.0.2.1:3260', '192.0.2.2:3260']);
    const { data } = await driver.initializeConnection(volume, connection(A), [], call);
    expect(data.target_portals).toEqual(['192.0.2.1:3260', '192.0.2.2:3260']);
    expect(data.target_iqns).toHaveLength(2);
    expect(data.target_luns).toEqual([1, 1]);
  });
});

describe('names', () => {
  it('of volumes that are not of their id run no command', async () => {
    const { driver } = driverWith();
    const climbing = { ...volume, name: `volume-../../${id}` };
    await expect(driver.deleteVolume(climbing, call)).rejects.toThrow('no usable name');
  });

  it('of other targets are not listed', async () => {
    const { driver } = driverWith();
    await expect(driver.listExports({ after: null, limit: 10 }, call)).resolves.toEqual([
      { volumeId: id, admitted: [] },
    ]);
  });
});

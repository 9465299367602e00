import { randomUUID } from 'node:crypto';
import { expect, it } from '@jest/globals';
import type { CallContext, Connection, VolumeRef } from '../contract/index.js';
import { SimulatedStorageHost } from '../../../test/support/storage/simulated-storage-host.js';

const call: CallContext = { signal: new AbortController().signal, requestId: 'req-1' };
const connection: Connection = {
  attachmentId: randomUUID(),
  connector: { initiator: 'iqn.1993-08.org.debian:01:node' },
  mode: 'rw',
};

it.each(['exported', 'grown'] as const)(
  'what was wiped of a volume counts for nothing once it is %s again',
  async (how) => {
    const host = await SimulatedStorageHost.make();
    const driver = host.driver();
    const id = randomUUID();
    const volume: VolumeRef = { id, name: `volume-${id}`, sizeGib: 1, projectId: 'p', exportDetails: null };
    await driver.setup();
    await driver.createVolume(volume, call);
    // As after a killed deletion, when an operator has reset the volume's status.
    host.lvm.tags.set(volume.name, ['operators.own', 'clinker.wiped.768.0123456789abcdef']);
    if (how === 'grown') await driver.extendVolume(volume, 2, call);
    else await driver.createExport(volume, connection, call);
    expect(host.lvm.tags.get(volume.name)).toEqual(['operators.own']);
    await driver.deleteVolume(volume, call);
    expect(host.lvm.wiped[0]).toContain('--offset 0 ');
    await host.remove();
  },
);

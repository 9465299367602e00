import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { CallContext, Connection, VolumeRef } from '../contract/index.js';
import type { IscsiDriver } from './iscsi-driver.js';
import { naaOfId, naaOfSerial } from './targets/disk-identity.js';
import { SimulatedStorageHost } from '../../../test/support/storage/simulated-storage-host.js';

const call: CallContext = { signal: new AbortController().signal, requestId: 'req-1' };

function connection(name: string): Connection {
  return {
    attachmentId: randomUUID(),
    connector: { initiator: `iqn.1993-08.org.debian:01:${name}` },
    mode: 'rw',
  };
}

let host: SimulatedStorageHost;
beforeEach(async () => void (host = await SimulatedStorageHost.make()));
afterEach(() => host.remove());

async function exported(driver: IscsiDriver): Promise<VolumeRef> {
  const id = randomUUID();
  const volume: VolumeRef = { id, name: `volume-${id}`, sizeGib: 1, projectId: 'p', exportDetails: null };
  await driver.createVolume(volume, call);
  return { ...volume, exportDetails: await driver.createExport(volume, connection('a'), call) };
}

const toldOf = async (driver: IscsiDriver, volume: VolumeRef) =>
  (await driver.initializeConnection(volume, connection('a'), [], call)).data.wwn;

describe('the identity of a volume’s disk', () => {
  it('is the same by tgt and by LIO', async () => {
    const [tgt, lio] = [host.driver({ target: 'tgt' }), host.driver({ target: 'lio' })];
    await tgt.setup();
    const volume = await exported(tgt);
    const told = await toldOf(tgt, volume);
    expect(told).toBe(`36001405${volume.id.replaceAll('-', '').slice(0, 25)}`);
    await tgt.removeExport(volume, call);
    await lio.setup();
    const exportDetails = await lio.createExport({ ...volume, exportDetails: null }, connection('a'), call);
    expect(await toldOf(lio, { ...volume, exportDetails })).toBe(told);
    expect(await host.lio.wwnOf(volume.id)).toBe(told);
  });

  /** Exports a volume as a version did that gave disks no identity. */
  async function exportedBefore(driver: IscsiDriver): Promise<VolumeRef> {
    const volume = await exported(driver);
    const file = join(host.folder, 'tgt', `${volume.name}.conf`);
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replaceAll(/^ *scsi_.*\n/gm, ''));
    const iqn = [...host.tgtd.targets.keys()].find((name) => name.endsWith(volume.id)) ?? '';
    await host.run(['tgt-admin', '-c', file, '--update', iqn], call);
    return volume;
  }

  it('of a target of an earlier version stays under the hosts until the next export', async () => {
    const driver = host.driver({ target: 'tgt' });
    await driver.setup();
    const volume = await exportedBefore(driver);
    const before = host.tgtd.wwnOf(volume.id);
    expect(before).toBe(`3${naaOfId('IET     00020001')}`);
    const upgraded = host.driver({ target: 'tgt' });
    await upgraded.setup();
    expect(await toldOf(upgraded, volume)).toBe(before);
    await exported(upgraded);
    await upgraded.extendVolume(volume, 2, call);
    expect(host.tgtd.wwnOf(volume.id)).toBe(before);
    host.tgtd.restart();
    await upgraded.ensureExport(volume, [connection('a')], call);
    expect(host.tgtd.wwnOf(volume.id)).toBe(before);
    await upgraded.removeExport(volume, call);
    await upgraded.createExport({ ...volume, exportDetails: null }, connection('a'), call);
    expect(host.tgtd.wwnOf(volume.id)).toContain(volume.id.slice(0, 8));
  });

  it('of a backstore of an earlier version stays the same when the backstore is lost and recreated', async () => {
    const driver = host.driver({ target: 'lio' });
    await driver.setup();
    const volume = await exported(driver);
    const serial = '0f1e2d3c-4b5a-4968-8776-655443322110';
    const backstore = join(host.lio.root, 'core', 'iblock_0', volume.name, 'wwn', 'vpd_unit_serial');
    await writeFile(backstore, `T10 VPD Unit Serial Number: ${serial}\n`);
    const file = join(host.folder, 'lio', `${volume.name}.json`);
    const { username, password } = JSON.parse(await readFile(file, 'utf8')) as Record<string, string>;
    await writeFile(file, JSON.stringify({ username, password }));
    const upgraded = host.driver({ target: 'lio' });
    await upgraded.setup();
    await host.lio.lose(volume.id);
    await upgraded.ensureExport(volume, [], call);
    expect(await host.lio.wwnOf(volume.id)).toBe(`3${naaOfSerial(serial)}`);
    expect(await toldOf(upgraded, volume)).toBe(`3${naaOfSerial(serial)}`);
  });

  it('is right although a backstore of the volume is there already, in no target', async () => {
    const driver = host.driver({ target: 'lio' });
    await driver.setup();
    const volume = await exported(driver);
    await driver.removeExport(volume, call);
    const stdin = `/backstores/block create name=${volume.name} dev=/dev/vg/${volume.name}\n`;
    await host.run(['targetcli'], { ...call, stdin });
    await driver.createExport({ ...volume, exportDetails: null }, connection('a'), call);
    expect(await host.lio.wwnOf(volume.id)).toContain(volume.id.slice(0, 8));
  });
});

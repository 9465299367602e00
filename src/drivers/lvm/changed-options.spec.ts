import { randomUUID } from 'node:crypto';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DriverError, type CallContext, type Connection, type VolumeRef } from '../contract/index.js';
import type { IscsiDriver } from './iscsi-driver.js';
import type { LvmOptions } from './lvm-options.js';
import { SimulatedStorageHost } from '../../../test/support/storage/simulated-storage-host.js';

const call: CallContext = { signal: new AbortController().signal, requestId: 'req-1' };
const initiator = 'iqn.1993-08.org.debian:01:node';
const connection: Connection = { attachmentId: randomUUID(), connector: { initiator }, mode: 'rw' };

let host: SimulatedStorageHost;
beforeEach(async () => void (host = await SimulatedStorageHost.make()));
afterEach(() => host.remove());

async function started(options: Partial<LvmOptions>): Promise<IscsiDriver> {
  const driver = host.driver(options);
  await driver.setup();
  return driver;
}

async function attached(driver: IscsiDriver): Promise<VolumeRef> {
  const id = randomUUID();
  const volume: VolumeRef = { id, name: `volume-${id}`, sizeGib: 1, projectId: 'p', exportDetails: null };
  await driver.createVolume(volume, call);
  const exported = { ...volume, exportDetails: await driver.createExport(volume, connection, call) };
  await driver.initializeConnection(exported, connection, [], call);
  return exported;
}

/** Returns everything on the machine that lets a host reach a volume, now or after a restart of a daemon. */
async function waysIn(): Promise<readonly string[]> {
  const tgtds = [host.tgtd, host.secondTgtd].flatMap(({ targets }) => [...targets.keys()]);
  return [...tgtds, ...(await host.lio.left())];
}

const CHANGES: readonly (readonly [string, Partial<LvmOptions>, Partial<LvmOptions>])[] = [
  ['target_prefix with tgt', {}, { target_prefix: 'iqn.2026-01.com.example:other.' }],
  [
    'target_prefix with LIO',
    { target: 'lio' },
    { target: 'lio', target_prefix: 'iqn.2026-01.com.example:other.' },
  ],
  ['tgt_control_port', {}, { tgt_control_port: 5, portals: ['192.0.2.10:3261'] }],
  ['target: tgt, then lio', {}, { target: 'lio' }],
  ['target: lio, then tgt', { target: 'lio' }, { target: 'tgt' }],
  ['portals with tgt', {}, { portals: ['192.0.2.11:3260'] }],
  ['portals with LIO', { target: 'lio' }, { target: 'lio', portals: ['192.0.2.11:3260'] }],
  ['tgt_conf_folder', {}, { tgt_conf_folder: '/tmp' }],
];

describe.each(CHANGES)('%s changed while a volume is attached', (_what, before, after) => {
  async function changed(): Promise<{ readonly driver: IscsiDriver; readonly volume: VolumeRef }> {
    const volume = await attached(await started(before));
    const confFolder =
      after.tgt_conf_folder === undefined ? {} : { tgt_conf_folder: join(host.folder, 'tgt-2') };
    return { driver: await started({ ...after, ...confFolder }), volume };
  }

  it('is seen as it is', async () => {
    const { driver, volume } = await changed();
    const state = { exists: true, exported: true, admitted: [initiator] };
    expect(await driver.inspect(volume, call)).toEqual(state);
    expect(await driver.inspect({ ...volume, exportDetails: null }, call)).toEqual(state);
    expect(await driver.listExports({ after: null, limit: 100 }, call)).toEqual([
      { volumeId: volume.id, admitted: [initiator] },
    ]);
  });

  it('is not exported a second time', async () => {
    const { driver, volume } = await changed();
    const ways = await waysIn();
    expect(await driver.createExport(volume, connection, call)).toEqual(volume.exportDetails);
    expect(await driver.ensureExport(volume, [connection], call)).toEqual(volume.exportDetails);
    expect(await waysIn()).toEqual(ways);
  });

  it('keeps no host that is detached, and no export that is removed', async () => {
    const { driver, volume } = await changed();
    await driver.fenceConnection(volume, connection, [], call);
    expect((await driver.inspect(volume, call)).admitted).toEqual([]);
    await driver.removeExport(volume, call);
    expect(await waysIn()).toEqual([]);
    await driver.deleteVolume(volume, call);
    expect(await driver.listExports({ after: null, limit: 100 }, call)).toEqual([]);
  });

  it('is exported by the new options the next time', async () => {
    const { driver, volume } = await changed();
    await driver.removeExport(volume, call);
    const exportDetails = await driver.createExport({ ...volume, exportDetails: null }, connection, call);
    const { data } = await driver.initializeConnection({ ...volume, exportDetails }, connection, [], call);
    expect(data.target_portal).toBe(after.portals?.[0] ?? '192.0.2.10:3260');
    expect(data.target_iqn).toBe(`${after.target_prefix ?? 'iqn.2010-10.org.openstack:'}${volume.name}`);
    expect(data.target_lun).toBe(after.target === 'lio' ? 0 : 1);
  });
});

describe('a tgtd of earlier options', () => {
  it('that is gone for now finds no file that lets a detached host in', async () => {
    const volume = await attached(await started({}));
    host.tgtd.isRunning = false;
    const driver = await started({ tgt_control_port: 5 });
    expect((await driver.inspect(volume, call)).exported).toBe(false);
    await driver.terminateConnection(volume, connection, [], call);
    await driver.removeExport(volume, call);
    await expect(access(join(host.folder, 'tgt', `${volume.name}.conf`))).rejects.toThrow('ENOENT');
  });

  it('that is not installed any more exports nothing', async () => {
    const volume = await attached(await started({}));
    host.tgtd.targets.clear();
    host.tgtd.run = ([program]) =>
      program === 'tgtadm'
        ? Promise.reject(
            new DriverError('UNAVAILABLE', 'the program tgtadm is not installed or not in the PATH'),
          )
        : Promise.resolve(null);
    const driver = await started({ target: 'lio' });
    const exportDetails = await driver.ensureExport(volume, [connection], call);
    expect((await driver.inspect({ ...volume, exportDetails }, call)).admitted).toEqual([initiator]);
  });

  it('that fails otherwise stops the start', async () => {
    await attached(await started({}));
    const run = host.tgtd.run.bind(host.tgtd);
    host.tgtd.run = (argv) =>
      argv[0] === 'tgtadm' ? Promise.reject(new Error('tgtadm does not end')) : run(argv);
    await expect(started({ tgt_control_port: 5 })).rejects.toThrow('tgtadm does not end');
  });

  it('is forgotten when nothing of it is left', async () => {
    const volume = await attached(await started({}));
    await (await started({ tgt_control_port: 5 })).deleteVolume(volume, call);
    await started({ tgt_control_port: 5 });
    const driver = await started({ tgt_control_port: 5 });
    host.runner.commands.length = 0;
    await driver.listExports({ after: null, limit: 100 }, call);
    expect(
      host.runner.commands.filter(([program, ...args]) => program === 'tgtadm' && !args.includes('5')),
    ).toEqual([]);
  });
});

describe('volume_group changed', () => {
  it('is refused while the former one holds volumes, with what to do', async () => {
    await attached(await started({}));
    const run = host.lvm.run.bind(host.lvm);
    host.lvm.run = (argv) =>
      argv[0] === 'vgs'
        ? JSON.stringify({ report: [{ vg: [{ vg_name: 'other', vg_size: '1', vg_free: '1' }] }] })
        : run(argv);
    await expect(started({ volume_group: 'other' })).rejects.toMatchObject({
      code: 'FAILED_PRECONDITION',
      message: expect.stringMatching(/volume group vg, .* still holds 1 volumes: .*vgrename vg other/),
    });
  });

  it('is taken where the group was renamed', async () => {
    const driver = await started({});
    const volume = await attached(driver);
    host.lvm.group = 'other';
    const renamed = await started({ volume_group: 'other' });
    expect((await renamed.inspect(volume, call)).exists).toBe(true);
  });
});

describe('thin_pool, changed', () => {
  it('leaves the wiping of a linear volume as it must be', async () => {
    await host.remove();
    host = await SimulatedStorageHost.make(true);
    const volume = await attached(await started({}));
    const driver = await started({ thin_pool: 'pool' });
    await driver.deleteVolume(volume, call);
    const wiped = host.lvm.wiped.length;
    expect(wiped).toBeGreaterThan(0);
    const thin = await attached(driver);
    await (await started({})).deleteVolume(thin, call);
    expect(host.lvm.wiped).toHaveLength(wiped);
  });
});

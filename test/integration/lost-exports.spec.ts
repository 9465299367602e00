import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { exportDifference } from '../../src/operator/consistency/export-difference.js';
import type { DriverDefinition, VolumeDriver } from '../../src/drivers/contract/index.js';
import lvm from '../../src/drivers/lvm/lvm.driver.js';
import type { LvmOptions } from '../../src/drivers/lvm/lvm-options.js';
import { SimulatedStorageHost } from '../support/storage/simulated-storage-host.js';
import nfsServer, { nfsServerDriver } from '../../src/drivers/nfs/nfs-server.driver.js';
import type { NfsServerOptions } from '../../src/drivers/nfs/nfs-options.js';
import { SimulatedFiles } from '../support/storage/simulated-files.js';
import { SimulatedHost } from '../support/storage/simulated-nfs-host.js';
import { checkOptions } from '../../src/drivers/registry/driver-options.js';
import { aConnector } from '../support/api.js';

/** A driver on a simulated machine that can forget its exports, as real ones do when they restart. */
interface World {
  readonly definition: DriverDefinition;
  readonly driver: VolumeDriver;
  readonly restart: () => Promise<void>;
  readonly remove: () => Promise<void>;
}

async function onLvm(
  target: LvmOptions['target'],
  restart: (host: SimulatedStorageHost) => Promise<void>,
): Promise<World> {
  const host = await SimulatedStorageHost.make();
  return {
    definition: lvm,
    driver: host.driver({ target }),
    restart: () => restart(host),
    remove: () => host.remove(),
  };
}

async function emptyFolder(folder: string): Promise<void> {
  for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true });
}

async function onNfsServer(server: NfsServerOptions['server']): Promise<World> {
  const host = new SimulatedHost(new SimulatedFiles());
  const given = { folders: ['/srv/clinker'], address: '192.0.2.9', server };
  const checked = checkOptions(nfsServer.optionsSchema, given);
  if ('problem' in checked) throw new Error(checked.problem);
  const stateFolder = await mkdtemp(join(tmpdir(), 'clinker-nfs-server-'));
  return {
    definition: nfsServer,
    driver: nfsServerDriver(checked.options as unknown as NfsServerOptions, host.runner, stateFolder),
    restart: () => {
      host.exports.clear();
      host.ganesha.exports.clear();
      return Promise.resolve();
    },
    remove: () => rm(stateFolder, { recursive: true }),
  };
}

const WORLDS: readonly [string, () => Promise<World>][] = [
  [
    'tgtd',
    () =>
      onLvm('tgt', ({ tgtd }) => {
        tgtd.targets.clear();
        tgtd.accounts.clear();
        return Promise.resolve();
      }),
  ],
  [
    'LIO',
    () =>
      onLvm('lio', async ({ lio }) => {
        await emptyFolder(join(lio.root, 'iscsi'));
        await emptyFolder(join(lio.root, 'core', 'iblock_0'));
      }),
  ],
  ['the NFS server', () => onNfsServer('exportfs')],
  ['NFS-Ganesha, without its files', () => onNfsServer('ganesha')],
];

describe.each(WORLDS)('when %s has forgotten its exports', (_name, make) => {
  it('the difference is seen, and restored with the same connection information', async () => {
    const { definition, driver, restart, remove } = await make();
    const call = { signal: new AbortController().signal, requestId: 'req-1' };
    const id = randomUUID();
    const bare = { id, name: `volume-${id}`, sizeGib: 1, projectId: 'p', exportDetails: null };
    const one = { attachmentId: 'one', connector: aConnector() as never, mode: 'rw' as const };
    await driver.setup?.();
    await driver.createVolume(bare, call);
    const volume = { ...bare, exportDetails: await driver.createExport(bare, one, call) };
    const told = await driver.initializeConnection(volume, one, [], call);
    const difference = async () =>
      exportDifference(await driver.inspect(volume, call), [one], definition.capabilities.accessControl).kind;
    expect(await difference()).toBe('none');
    await restart();
    expect(await difference()).toBe('missing-export');
    await driver.ensureExport(volume, [one], call);
    expect(await difference()).toBe('none');
    expect(await driver.initializeConnection(volume, one, [], call)).toEqual(told);
    await driver.deleteVolume(volume, call);
    await remove();
  });
});

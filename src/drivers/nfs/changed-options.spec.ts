import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { CallContext, Connection, VolumeRef } from '../contract/index.js';
import type { NfsServerOptions } from './nfs-options.js';
import { nfsServerDriver } from './nfs-server.driver.js';
import { SimulatedFiles } from '../../../test/support/storage/simulated-files.js';
import { SimulatedHost } from '../../../test/support/storage/simulated-nfs-host.js';

const call: CallContext = { signal: new AbortController().signal, requestId: 'req-1' };
const connection: Connection = {
  attachmentId: randomUUID(),
  connector: { ip: '192.0.2.1' },
  mode: 'rw',
};
const OPTIONS: NfsServerOptions = {
  folders: ['/srv/a', '/srv/b'],
  address: '192.0.2.9',
  server: 'exportfs',
  format: 'raw',
  preallocate: false,
  mount_point_base: '/mnt',
  command_prefix: [],
  command_timeout_s: 30,
};

let stateFolder: string;
let host: SimulatedHost;
let files: SimulatedFiles;
beforeEach(async () => {
  stateFolder = await mkdtemp(join(tmpdir(), 'clinker-nfs-options-'));
  files = new SimulatedFiles();
  host = new SimulatedHost(files);
});
afterEach(() => rm(stateFolder, { recursive: true }));

async function started(options: Partial<NfsServerOptions>) {
  const driver = nfsServerDriver({ ...OPTIONS, ...options }, host.runner, stateFolder);
  await driver.setup();
  return driver;
}

async function attached(driver: Awaited<ReturnType<typeof started>>): Promise<VolumeRef> {
  const id = randomUUID();
  const volume: VolumeRef = { id, name: `volume-${id}`, sizeGib: 1, projectId: 'p', exportDetails: null };
  await driver.createVolume(volume, call);
  const exported = { ...volume, exportDetails: await driver.createExport(volume, connection, call) };
  await driver.initializeConnection(exported, connection, [], call);
  return exported;
}

describe.each(['exportfs', 'ganesha'] as const)('a folder that is no longer named, with %s', (server) => {
  const waysIn = () => [...host.exports.keys(), ...host.ganesha.exports.keys()];

  async function moved() {
    const volume = await attached(await started({ server, folders: ['/srv/a'] }));
    return { volume, driver: await started({ server, folders: ['/srv/b'] }) };
  }

  it('stays exported and is found', async () => {
    const { driver, volume } = await moved();
    expect(await driver.inspect(volume, call)).toEqual({
      exists: true,
      exported: true,
      admitted: ['192.0.2.1'],
    });
    expect(await driver.listExports({ after: null, limit: 100 }, call)).toEqual([
      { volumeId: volume.id, admitted: ['192.0.2.1'] },
    ]);
    expect(await driver.createExport(volume, connection, call)).toEqual(volume.exportDetails);
  });

  it('keeps no host that is detached, and nothing of what is deleted', async () => {
    const { driver, volume } = await moved();
    await driver.fenceConnection(volume, connection, [], call);
    expect(waysIn()).toEqual([]);
    await driver.deleteVolume(volume, call);
    expect([...files.files.keys()].filter((path) => path.includes(volume.id))).toEqual([]);
  });

  it('gets no new volume', async () => {
    const { driver } = await moved();
    const next = await attached(driver);
    expect(next.exportDetails).toEqual({ export: `192.0.2.9:/srv/b/${next.name}` });
  });

  it('is forgotten once it is empty', async () => {
    const { driver, volume } = await moved();
    await driver.deleteVolume(volume, call);
    const later = await started({ server, folders: ['/srv/b'] });
    host.runner.commands.length = 0;
    await later.listExports({ after: null, limit: 100 }, call);
    expect(host.runner.commands.flat().filter((word) => word.startsWith('/srv/a'))).toEqual([]);
  });
});

describe('another server', () => {
  it.each([
    [
      'exportfs',
      'ganesha',
      /the NFS server of the kernel still exports 1 volumes .* "server" back to "exportfs"/,
    ],
    ['ganesha', 'exportfs', /NFS-Ganesha still exports 1 volumes .* "server" back to "ganesha"/],
  ] as const)('than %s is refused while that one lets a host in: %s', async (before, after, message) => {
    const volume = await attached(await started({ server: before }));
    await expect(started({ server: after })).rejects.toMatchObject({
      code: 'FAILED_PRECONDITION',
      message: expect.stringMatching(message),
    });
    const driver = await started({ server: before });
    await driver.terminateConnection(volume, connection, [], call);
    await driver.removeExport(volume, call);
    const later = await started({ server: after });
    expect(await later.listExports({ after: null, limit: 10 }, call)).toEqual([]);
  });

  it('than a Ganesha that does not run leaves nothing that it would export when it is started again', async () => {
    await attached(await started({ server: 'ganesha' }));
    host.broken.set('busctl', 'The name org.ganesha.nfsd was not provided by any .service files');
    await started({ server: 'exportfs' });
    expect((await readdir(join(stateFolder, 'ganesha'))).filter((name) => name.endsWith('.conf'))).toEqual(
      [],
    );
  });
});

it('another conf_folder of Ganesha takes the files along', async () => {
  const volume = await attached(await started({ server: 'ganesha' }));
  const conf_folder = join(stateFolder, 'elsewhere');
  const driver = await started({ server: 'ganesha', ganesha: { conf_folder } });
  expect(await readdir(join(stateFolder, 'ganesha'))).toEqual([]);
  await host.ganesha.restart(conf_folder);
  expect((await driver.inspect(volume, call)).admitted).toEqual(['192.0.2.1']);
});

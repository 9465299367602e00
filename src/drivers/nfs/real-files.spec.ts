import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { SystemCommandRunner } from '../command/command-runner.js';
import type { CallContext, Connection, VolumeRef } from '../contract/index.js';
import { nfsServerDriver } from './nfs-server.driver.js';
import type { VolumeFormat } from './qcow2.js';
import { SimulatedHost } from '../../../test/support/storage/simulated-nfs-host.js';

const GIB = 2 ** 30;
const call: CallContext = { signal: new AbortController().signal, requestId: 'req-1' };
const connection: Connection = { attachmentId: randomUUID(), connector: { ip: '192.0.2.1' }, mode: 'rw' };
const id = randomUUID();
const volume: VolumeRef = { id, name: `volume-${id}`, sizeGib: 1, projectId: 'p', exportDetails: null };

const hasQemu = spawnSync('qemu-img', ['--version']).error === undefined;
const itWithQemu = (title: string, body: () => Promise<void>) =>
  hasQemu ? it(title, body) : it.skip(`${title} (skipped: qemu-img is not installed here)`, body);

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clinker-files-'));
});
afterEach(() => rm(folder, { recursive: true }));

function driverFor(format: VolumeFormat, preallocate = false) {
  const host = new SimulatedHost(new SystemCommandRunner({ timeoutMs: 30_000 }));
  return nfsServerDriver(
    {
      folders: [folder],
      address: '192.0.2.9',
      server: 'exportfs',
      export_options: ['subtree_check'],
      format,
      preallocate,
      file_mode: '0600',
      mount_point_base: '/mnt',
      command_prefix: [],
      command_timeout_s: 30,
    },
    host.runner,
    join(folder, '.state'),
  );
}

const fileOf = () => join(folder, volume.name, volume.name);

function info(): { format: string; 'virtual-size': number } {
  const shown = execFileSync('qemu-img', ['info', '-f', 'qcow2', '--output=json', fileOf()], {
    encoding: 'utf8',
  });
  return JSON.parse(shown) as ReturnType<typeof info>;
}

it.each([
  ['sparse', false, (blocks: number) => blocks === 0],
  ['preallocated', true, (blocks: number) => blocks * 512 >= GIB / 64],
])('a raw volume that is %s has its size and is for its owner only', async (_kind, preallocate, fits) => {
  const small = { ...volume, sizeGib: 1 / 64 };
  await driverFor('raw', preallocate).createVolume(small, call);
  const { size, blocks, mode } = await stat(fileOf());
  expect({ size, mode: mode & 0o777, fits: fits(blocks) }).toEqual({
    size: GIB / 64,
    mode: 0o600,
    fits: true,
  });
});

itWithQemu('a qcow2 volume is made, shown as such, grown, and goes without a trace', async () => {
  const driver = driverFor('qcow2');
  await driver.setup();
  await driver.createVolume(volume, call);
  expect(info()['virtual-size']).toBe(GIB);
  expect((await stat(fileOf())).mode & 0o777).toBe(0o600);
  await driver.extendVolume(volume, 3, call);
  expect(info()['virtual-size']).toBe(3 * GIB);
  await driver.createExport(volume, connection, call);
  const { data } = await driver.initializeConnection(volume, connection, [], call);
  expect(data.format).toBe('qcow2');
  await driver.deleteVolume(volume, call);
  expect(await readdir(folder)).toEqual(['.state']);
});

itWithQemu(
  'a raw volume that a guest made look like a qcow2 with a backing file stays a raw one',
  async () => {
    const driver = driverFor('raw');
    await driver.createVolume(volume, call);
    const trap = join(folder, 'trap');
    await writeFile(join(folder, 'secret'), 'of the storage host');
    execFileSync('qemu-img', [
      'create',
      '-q',
      '-f',
      'qcow2',
      '-u',
      '-b',
      join(folder, 'secret'),
      '-F',
      'raw',
      trap,
      '1G',
    ]);
    execFileSync('dd', [`if=${trap}`, `of=${fileOf()}`, 'conv=notrunc', 'status=none']);
    await driver.createExport(volume, connection, call);
    const { data } = await driver.initializeConnection(volume, connection, [], call);
    expect(data.format).toBe('raw');
    await driver.terminateConnection(volume, connection, [], call);
    await driver.extendVolume(volume, 2, call);
    expect((await stat(fileOf())).size).toBe(2 * GIB);
  },
);

itWithQemu('a qcow2 volume that a host gave a backing file is refused from then on', async () => {
  const driver = driverFor('qcow2');
  await driver.createVolume(volume, call);
  await driver.createExport(volume, connection, call);
  await writeFile(join(folder, 'secret'), 'of the storage host');
  const rebase = ['rebase', '-q', '-u', '-f', 'qcow2', '-b', join(folder, 'secret'), '-F', 'raw', fileOf()];
  execFileSync('qemu-img', rebase);
  const refused = { code: 'FAILED_PRECONDITION', message: expect.stringContaining('backing file') };
  await expect(driver.initializeConnection(volume, connection, [], call)).rejects.toMatchObject(refused);
  await expect(driver.extendVolume(volume, 2, call)).rejects.toMatchObject(refused);
});

itWithQemu('a qcow2 volume that a host holds open is not grown under it', async () => {
  const driver = driverFor('qcow2');
  await driver.createVolume(volume, call);
  const holder = spawn('qemu-io', ['-f', 'qcow2', fileOf()], { stdio: ['pipe', 'pipe', 'ignore'] });
  try {
    await new Promise((resolve) => holder.stdout.once('data', resolve));
    await expect(driver.extendVolume(volume, 2, call)).rejects.toMatchObject({ code: 'BUSY' });
  } finally {
    const ended = new Promise((resolve) => holder.once('exit', resolve));
    holder.kill();
    await ended;
  }
});

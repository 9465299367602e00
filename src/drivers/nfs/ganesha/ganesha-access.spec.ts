import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { CallContext, Connection, VolumeRef } from '../../contract/index.js';
import type { NfsServerOptions } from '../nfs-options.js';
import { nfsServerDriver } from '../nfs-server.driver.js';
import { SimulatedFiles } from '../../../../test/support/storage/simulated-files.js';
import { SimulatedHost } from '../../../../test/support/storage/simulated-nfs-host.js';

const FOLDER = '/srv/clinker';
const OPTIONS: NfsServerOptions = {
  folders: [FOLDER],
  address: '192.0.2.9',
  server: 'ganesha',
  format: 'raw',
  preallocate: false,
  mount_point_base: '/mnt',
  command_prefix: [],
  command_timeout_s: 30,
};
const call: CallContext = { signal: new AbortController().signal, requestId: 'req-1' };

let stateFolder: string;
let host: SimulatedHost;
beforeEach(async () => {
  stateFolder = await mkdtemp(join(tmpdir(), 'clinker-ganesha-'));
  host = new SimulatedHost(new SimulatedFiles());
});
afterEach(() => rm(stateFolder, { recursive: true }));

/** Creates and sets up a driver. Another state folder makes it the driver of another server. */
async function driverIn(folder = stateFolder, further: Partial<NfsServerOptions> = {}) {
  const driver = nfsServerDriver({ ...OPTIONS, ...further }, host.runner, folder);
  await driver.setup();
  return driver;
}

const connection = (number: number): Connection => ({
  attachmentId: randomUUID(),
  connector: { ip: `192.0.2.${number}` },
  mode: 'rw',
});

/** A volume whose export prefers the same id as all others with this beginning. */
function newVolume(beginning = '00000010'): VolumeRef {
  const id = `${beginning}${randomUUID().slice(8)}`;
  return { id, name: `volume-${id}`, sizeGib: 1, projectId: 'p', exportDetails: null };
}

async function attach(driver: Awaited<ReturnType<typeof driverIn>>, volume: VolumeRef, to = connection(1)) {
  await driver.createVolume(volume, call);
  await driver.createExport(volume, to, call);
  await driver.initializeConnection(volume, to, [], call);
}

const idOf = (volume: VolumeRef) =>
  [...host.ganesha.exports].find(([, { path }]) => path === `${FOLDER}/${volume.name}`)?.[0];

it('volumes that want one id get different ones, and different accounts', async () => {
  const driver = await driverIn();
  const volumes = [newVolume(), newVolume(), newVolume()];
  await Promise.all(volumes.map((volume) => attach(driver, volume)));
  expect(volumes.map(idOf).sort()).toEqual([17, 18, 19]);
  expect(new Set([...host.ganesha.exports.values()].map(({ account }) => account)).size).toBe(3);
});

it('an id that Ganesha has given to another server in between is passed over', async () => {
  const [mine, other] = [newVolume(), newVolume()];
  const [driver, elsewhere] = [await driverIn(), await driverIn(join(stateFolder, 'other'))];
  await driver.createVolume(mine, call);
  await Promise.all([attach(driver, mine), attach(elsewhere, other)]);
  expect([idOf(mine), idOf(other)].sort()).toEqual([17, 18]);
  expect((await driver.inspect(mine, call)).admitted).toEqual(['192.0.2.1']);
});

it('an id whose file Ganesha has not loaded stays its volume’s', async () => {
  const [present, lost] = [newVolume(), newVolume()];
  const driver = await driverIn();
  await attach(driver, lost);
  host.ganesha.exports.clear();
  await attach(driver, present);
  await driver.ensureExport(lost, [connection(1)], call);
  expect([idOf(lost), idOf(present)]).toEqual([17, 18]);
});

it('a volume keeps its id as long as there is the volume, so that hosts may leave it mounted', async () => {
  const driver = await driverIn();
  const [first, second] = [newVolume(), newVolume()];
  await attach(driver, first);
  await attach(driver, second);
  for (const volume of [first, second]) await driver.removeExport(volume, call);
  expect(host.ganesha.exports.size).toBe(0);
  await attach(await driverIn(), second);
  expect(idOf(second)).toBe(18);
  await driver.deleteVolume(second, call);
  await driver.deleteVolume(first, call);
  expect(await readdir(join(stateFolder, 'ganesha'))).toEqual([]);
});

it('the last possible id is followed by the first', async () => {
  const driver = await driverIn();
  const [last, next] = [newVolume('0000fffe'), newVolume('0000fffe')];
  await attach(driver, last);
  await attach(driver, next);
  expect([idOf(last), idOf(next)]).toEqual([65_535, 1]);
});

it('a start of Ganesha from the files admits the same hosts and no others', async () => {
  const driver = await driverIn();
  const volume = newVolume();
  const [one, two] = [connection(1), connection(2)];
  await attach(driver, volume, one);
  await driver.initializeConnection(volume, two, [one], call);
  await driver.terminateConnection(volume, one, [two], call);
  await host.ganesha.restart(join(stateFolder, 'ganesha'));
  expect((await driver.inspect(volume, call)).admitted).toEqual(['192.0.2.2']);
});

it('a file names no access but that of its hosts, and is for its owner only', async () => {
  const driver = await driverIn();
  await attach(driver, newVolume());
  const folder = join(stateFolder, 'ganesha');
  const [name = ''] = await readdir(folder);
  const text = await readFile(join(folder, name), 'utf8');
  expect(text).toContain('  Access_Type = None;\n  Squash = All_Squash;\n');
  expect(text.match(/CLIENT \{.*/g)).toEqual(['CLIENT { Clients = 192.0.2.1; Access_Type = RW; }']);
});

it('a volume gets its own account before a host can reach it, and loses it after the last host', async () => {
  const driver = await driverIn();
  const volume = newVolume();
  const one = connection(1);
  await attach(driver, volume, one);
  await driver.terminateConnection(volume, one, [], call);
  const told = host.runner.commands.flatMap((argv) => {
    if (argv[0] === 'chown') return [argv.slice(0, 3).join(' ')];
    return argv.filter((word) => word === 'AddExport' || word === 'RemoveExport');
  });
  expect(told).toEqual(['chown -h 0:1879048209', 'AddExport', 'RemoveExport', 'chown -h 0:0']);
});

it('a volume whose folder ganesha.conf exports as well is refused', async () => {
  const driver = await driverIn();
  const volume = newVolume();
  await attach(driver, volume);
  host.ganesha.exports.set(77, { path: `${FOLDER}/${volume.name}`, account: 0, clients: new Map() });
  await expect(driver.terminateConnection(volume, connection(1), [], call)).rejects.toThrow(
    'is exported several times, by 17, 77',
  );
});

it.each([
  [{ export_options: ['sync'] }, 'drop the option "export_options"'],
  [{ file_mode: '0600' }, 'drop the option "file_mode"'],
  [{ owner: '1:1' }, 'drop the option "owner"'],
  [{ server: 'exportfs', ganesha: {} }, 'the option "ganesha" is for "server": "ganesha"'],
] as const)('the options %j do not go together', async (further, message) => {
  await expect(driverIn(stateFolder, further)).rejects.toThrow(message);
});

import assert from 'node:assert/strict';
import { mkdtemp, open as openFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SystemCommandRunner } from '../../../src/drivers/command/command-runner.js';
import type {
  ConformanceOptions,
  DriverUnderTest,
  TestDisk,
} from '../../../src/drivers/conformance/index.js';
import type { DriverDefinition, JsonObject } from '../../../src/drivers/contract/index.js';
import nfsServer, { nfsServerDriver } from '../../../src/drivers/nfs/nfs-server.driver.js';
import nfs, { nfsDriver } from '../../../src/drivers/nfs/nfs.driver.js';
import type { NfsOptions, NfsServerOptions } from '../../../src/drivers/nfs/nfs-options.js';
import type { VolumeFormat } from '../../../src/drivers/nfs/qcow2.js';
import { checkOptions } from '../../../src/drivers/registry/driver-options.js';
import { SimulatedFiles } from './simulated-files.js';
import { SimulatedHost } from './simulated-nfs-host.js';

/** Where the volumes of one test are. */
export interface NfsWorld {
  readonly base: string;
  readonly host: SimulatedHost;
  readonly stateFolder: string;
  /** Returns the paths of everything left, except the mount points of shares. */
  left(): Promise<readonly string[]>;
  remove(): Promise<void>;
}

export interface NfsVariant {
  readonly name: string;
  readonly definition: DriverDefinition;
  readonly make: (world: NfsWorld, further: JsonObject) => DriverUnderTest;
  readonly format: VolumeFormat;
  readonly files: 'real' | 'simulated';
}

const byGanesha: NfsVariant['make'] = (world, further) =>
  controlled(world, { server: 'ganesha', ...further });

/** The drivers for files in their variants. */
export const NFS_VARIANTS = [
  { name: 'nfs', definition: nfs, make: open, format: 'raw', files: 'real' },
  { name: 'nfs', definition: nfs, make: open, format: 'raw', files: 'simulated' },
  { name: 'nfs', definition: nfs, make: open, format: 'qcow2', files: 'simulated' },
  { name: 'nfs-server', definition: nfsServer, make: controlled, format: 'raw', files: 'simulated' },
  { name: 'nfs-server', definition: nfsServer, make: controlled, format: 'qcow2', files: 'simulated' },
  {
    name: 'nfs-server by Ganesha',
    definition: nfsServer,
    make: byGanesha,
    format: 'raw',
    files: 'simulated',
  },
] as const satisfies readonly NfsVariant[];

/** Returns the driver, or a changed one. */
type Change = (driver: DriverUnderTest, world: NfsWorld) => DriverUnderTest;

/** A driver for files on a simulated host, as the conformance kit tests it. */
export function nfsSubject(
  { definition, make, format, files }: NfsVariant,
  change: Change = (driver) => driver,
): ConformanceOptions {
  const worlds = new WeakMap<object, NfsWorld>();
  const driverIn = (world: NfsWorld): DriverUnderTest => {
    const driver = change(make(world, { format }), world);
    worlds.set(driver, world);
    return driver;
  };
  const worldOf = ({ driver }: { readonly driver: object }): NfsWorld => {
    const world = worlds.get(driver);
    if (world === undefined) throw new Error('the driver was not made here');
    return world;
  };
  return {
    capabilities: { ...definition.capabilities, ...definition.capabilitiesWith?.({ format }) },
    repetitions: 3,
    create: async () => {
      const world = await (files === 'real' ? realFiles() : filesInMemory());
      const cleanup = async () => {
        const exports = [...world.host.exports.keys(), ...world.host.ganesha.exports.keys()];
        assert.deepEqual([...exports, ...(await world.left())], [], 'something is left on the storage host');
        await world.remove();
      };
      const exposed = () => world.host.runner.commands.map((argv) => argv.join(' '));
      return { driver: driverIn(world), cleanup, exposed };
    },
    hooks: {
      restart: (subject) => Promise.resolve(driverIn(worldOf(subject))),
      ...(definition === nfsServer && {
        loseExport: (subject) => {
          const { host } = worldOf(subject);
          host.exports.clear();
          host.ganesha.exports.clear();
          return Promise.resolve();
        },
      }),
      ...(files === 'simulated' && {
        interrupt: (subject, step, trouble) => worldOf(subject).host.runner.interrupt(step, trouble),
      }),
      ...(files === 'real' && { disk: (subject, volumeId) => diskIn(worldOf(subject).base, volumeId) }),
    },
  };
}

/** A world with real files and this machine's commands. */
async function realFiles(): Promise<NfsWorld> {
  const base = await mkdtemp(join(tmpdir(), 'clinker-nfs-'));
  const left = async () => {
    const entries = await readdir(base, { recursive: true, withFileTypes: true });
    return entries.flatMap((entry) =>
      entry.isDirectory() && !entry.name.startsWith('volume-') ? [] : [entry.name],
    );
  };
  const host = new SimulatedHost(new SystemCommandRunner({ timeoutMs: 30_000 }));
  return { base, host, stateFolder: '', left, remove: () => rm(base, { recursive: true }) };
}

/** A world with files in memory, for tests that need thousands of commands. */
async function filesInMemory(): Promise<NfsWorld> {
  const simulated = new SimulatedFiles();
  const stateFolder = await mkdtemp(join(tmpdir(), 'clinker-nfs-state-'));
  return {
    base: '/srv',
    host: new SimulatedHost(simulated),
    stateFolder,
    left: async () => [...simulated.files.keys(), ...(await filesIn(stateFolder))],
    remove: () => rm(stateFolder, { recursive: true }),
  };
}

async function filesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  // The record of the options outlives the volumes.
  return entries
    .filter((entry) => entry.isFile() && entry.name !== 'exports-made-with.json')
    .map((entry) => entry.name);
}

/** Finds the volume's file by its name, and opens it. */
async function diskIn(base: string, volumeId: string): Promise<TestDisk> {
  const entries = await readdir(base, { recursive: true, withFileTypes: true });
  const entry = entries.find((one) => one.isFile() && one.name === `volume-${volumeId}`);
  if (entry === undefined) throw new Error(`no file of volume ${volumeId} in ${base}`);
  const file = await openFile(join(entry.parentPath, entry.name), 'r+');
  return {
    sizeBytes: (await file.stat()).size,
    read: async (offset, length) => (await file.read(Buffer.alloc(length), 0, length, offset)).buffer,
    write: async (offset, bytes) => {
      await file.write(bytes, 0, bytes.length, offset);
    },
    close: () => file.close(),
  };
}

function open({ base, host }: NfsWorld, further: JsonObject): DriverUnderTest {
  const shares = [{ share: '192.0.2.9:/srv/a', options: 'vers=4.2' }, { share: '192.0.2.9:/srv/b' }];
  const options = complete(nfs.optionsSchema, { shares, mount_point_base: base, ...further });
  return nfsDriver(options as NfsOptions, host.runner);
}

function controlled({ base, host, stateFolder }: NfsWorld, further: JsonObject): DriverUnderTest {
  const options = complete(nfsServer.optionsSchema, { folders: [base], address: '192.0.2.9', ...further });
  return nfsServerDriver(options as NfsServerOptions, host.runner, stateFolder);
}

function complete(schema: JsonObject, given: JsonObject): unknown {
  const checked = checkOptions(schema, given);
  if ('problem' in checked) throw new Error(checked.problem);
  return checked.options;
}

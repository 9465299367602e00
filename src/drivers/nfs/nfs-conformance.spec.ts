import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { SystemCommandRunner } from '../command/command-runner.js';
import { runConformance } from '../conformance/index.js';
import type { DriverDefinition, JsonObject } from '../contract/index.js';
import { checkOptions } from '../registry/driver-options.js';
import nfsServer, { nfsServerDriver } from './nfs-server.driver.js';
import nfs, { nfsDriver } from './nfs.driver.js';
import type { NfsOptions, NfsServerOptions } from './nfs-options.js';
import type { VolumeFormat } from './qcow2.js';
import { SimulatedFiles } from '../../../test/support/storage/simulated-files.js';
import { SimulatedHost } from '../../../test/support/storage/simulated-nfs-host.js';

function complete(schema: JsonObject, given: JsonObject): unknown {
  const checked = checkOptions(schema, given);
  if ('problem' in checked) throw new Error(checked.problem);
  return checked.options;
}

interface World {
  readonly base: string;
  readonly host: SimulatedHost;
  readonly stateFolder: string;
  /** Returns the paths of everything left, except the mount points of shares. */
  left(): Promise<readonly string[]>;
  remove(): Promise<void>;
}
const worlds = new WeakMap<object, World>();

function worldOf(driver: object): World {
  const world = worlds.get(driver);
  if (world === undefined) throw new Error('the driver was not made here');
  return world;
}

/** A world with real files and this machine's commands. */
async function realFiles(): Promise<World> {
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
async function filesInMemory(): Promise<World> {
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

function open({ base, host }: World, further: JsonObject) {
  const shares = [{ share: '192.0.2.9:/srv/a', options: 'vers=4.2' }, { share: '192.0.2.9:/srv/b' }];
  return nfsDriver(
    complete(nfs.optionsSchema, { shares, mount_point_base: base, ...further }) as NfsOptions,
    host.runner,
  );
}

function controlled({ base, host, stateFolder }: World, further: JsonObject) {
  const given = { folders: [base], address: '192.0.2.9', ...further };
  return nfsServerDriver(
    complete(nfsServer.optionsSchema, given) as NfsServerOptions,
    host.runner,
    stateFolder,
  );
}

const byGanesha: typeof controlled = (world, further) => controlled(world, { server: 'ganesha', ...further });

interface Variant {
  readonly name: string;
  readonly definition: DriverDefinition;
  readonly make: typeof open | typeof controlled;
  readonly format: VolumeFormat;
  readonly files: 'real' | 'simulated';
}

describe.each<Variant>([
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
])('the driver $name with $format volumes in $files files', ({ definition, make, format, files }) => {
  runConformance({
    describe,
    it,
    capabilities: { ...definition.capabilities, ...definition.capabilitiesWith?.({ format }) },
    repetitions: 3,
    create: async () => {
      const world = await (files === 'real' ? realFiles() : filesInMemory());
      const driver = make(world, { format });
      worlds.set(driver, world);
      const cleanup = async () => {
        const exports = [...world.host.exports.keys(), ...world.host.ganesha.exports.keys()];
        expect([...exports, ...(await world.left())]).toEqual([]);
        await world.remove();
      };
      return { driver, cleanup };
    },
    hooks: {
      restart: ({ driver }) => Promise.resolve(make(worldOf(driver), { format })),
      ...(make !== open && {
        loseExport: ({ driver }) => {
          const { host } = worldOf(driver);
          host.exports.clear();
          host.ganesha.exports.clear();
          return Promise.resolve();
        },
      }),
      ...(files === 'simulated' && {
        interrupt: ({ driver }, step, trouble) => worldOf(driver).host.runner.interrupt(step, trouble),
      }),
    },
  });
});

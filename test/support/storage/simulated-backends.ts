import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Argv } from '../../../src/drivers/command/command-runner.js';
import type { DriverUnderTest } from '../../../src/drivers/conformance/index.js';
import type { DriverDefinition, JsonObject } from '../../../src/drivers/contract/index.js';
import fake from '../../../src/drivers/fake/fake.driver.js';
import lvm from '../../../src/drivers/lvm/lvm.driver.js';
import { SimulatedStorageHost } from './simulated-storage-host.js';
import type { LvmOptions } from '../../../src/drivers/lvm/lvm-options.js';
import nfsServer, { nfsServerDriver } from '../../../src/drivers/nfs/nfs-server.driver.js';
import nfs, { nfsDriver } from '../../../src/drivers/nfs/nfs.driver.js';
import type { NfsOptions, NfsServerOptions } from '../../../src/drivers/nfs/nfs-options.js';
import { SimulatedFiles } from './simulated-files.js';
import { SimulatedHost } from './simulated-nfs-host.js';
import { checkOptions } from '../../../src/drivers/registry/driver-options.js';

/** A built-in driver on a simulated machine. */
export interface SimulatedBackend {
  readonly definition: DriverDefinition;
  readonly driver: DriverUnderTest;
  /** The commands that the driver has run. */
  readonly commands: readonly Argv[];
  readonly remove: () => Promise<void>;
}

export type SimulatedBackendName =
  'fake' | 'lvm with tgt' | 'lvm with LIO' | 'nfs' | 'nfs-server' | 'nfs-server with Ganesha';

type Make = (further?: JsonObject) => Promise<SimulatedBackend>;

const nothing = () => Promise.resolve();
const log = { info: () => undefined, warn: () => undefined };

function complete(schema: JsonObject, given: JsonObject): JsonObject {
  const checked = checkOptions(schema, given);
  if ('problem' in checked) throw new Error(checked.problem);
  return checked.options;
}

function onLvm(target: LvmOptions['target']): Make {
  return async (further = {}) => {
    const host = await SimulatedStorageHost.make('thin_pool' in further);
    const driver = host.driver({ target, ...(further as Partial<LvmOptions>) });
    return { definition: lvm, driver, commands: host.runner.commands, remove: () => host.remove() };
  };
}

function onNfsServer(server: JsonObject): Make {
  return async (further = {}) => {
    const { runner } = new SimulatedHost(new SimulatedFiles());
    const given = { folders: ['/srv/clinker'], address: '192.0.2.10', ...server, ...further };
    const options = complete(nfsServer.optionsSchema, given) as unknown as NfsServerOptions;
    const stateFolder = await mkdtemp(join(tmpdir(), 'clinker-nfs-server-'));
    const driver = nfsServerDriver(options, runner, stateFolder);
    const remove = () => rm(stateFolder, { recursive: true });
    return { definition: nfsServer, driver, commands: runner.commands, remove };
  };
}

/** Every built-in driver, by its name in the documentation; options may be added. */
export const SIMULATED_BACKENDS: Readonly<Record<SimulatedBackendName, Make>> = {
  fake: (further = {}) => {
    const options = complete(fake.optionsSchema, { persist: false, ...further });
    const driver = fake.create(options, { backendName: 'fake', stateFolder: '', log });
    return Promise.resolve({ definition: fake, driver, commands: [], remove: nothing });
  },
  'lvm with tgt': onLvm('tgt'),
  'lvm with LIO': onLvm('lio'),
  nfs: (further = {}) => {
    const { runner } = new SimulatedHost(new SimulatedFiles());
    const shares = [{ share: 'nas.example.org:/srv/volumes', options: 'vers=4.2,nosuid' }];
    const options = complete(nfs.optionsSchema, { shares, ...further }) as unknown as NfsOptions;
    const driver = nfsDriver(options, runner);
    return Promise.resolve({ definition: nfs, driver, commands: runner.commands, remove: nothing });
  },
  'nfs-server': onNfsServer({ server: 'exportfs' }),
  'nfs-server with Ganesha': onNfsServer({ server: 'ganesha' }),
};

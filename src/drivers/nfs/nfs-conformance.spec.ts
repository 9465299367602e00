import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from '@jest/globals';
import { SystemCommandRunner } from '../command/command-runner.js';
import { runConformance } from '../conformance/index.js';
import type { JsonObject } from '../contract/index.js';
import { checkOptions } from '../registry/driver-options.js';
import nfsServer, { nfsServerDriver } from './nfs-server.driver.js';
import nfs, { nfsDriver } from './nfs.driver.js';
import type { NfsOptions, NfsServerOptions } from './nfs-options.js';
import { SimulatedHost } from './testing/simulated-host.js';

const real = new SystemCommandRunner({ timeoutMs: 30_000 });

function complete(schema: JsonObject, given: JsonObject): unknown {
  const checked = checkOptions(schema, given);
  if ('problem' in checked) throw new Error(checked.problem);
  return checked.options;
}

interface World {
  readonly base: string;
  readonly host: SimulatedHost;
}
const worlds = new WeakMap<object, World>();

async function newWorld(): Promise<World> {
  return { base: await mkdtemp(join(tmpdir(), 'clinker-nfs-')), host: new SimulatedHost(real) };
}

function open({ base, host }: World) {
  const shares = [{ share: '192.0.2.9:/srv/a', options: 'vers=4.2' }, { share: '192.0.2.9:/srv/b' }];
  return nfsDriver(complete(nfs.optionsSchema, { shares, mount_point_base: base }) as NfsOptions, host);
}

function controlled({ base, host }: World) {
  const given = { folders: [base], address: '192.0.2.9' };
  return nfsServerDriver(complete(nfsServer.optionsSchema, given) as NfsServerOptions, host);
}

describe.each([
  { name: 'nfs', definition: nfs, make: open },
  { name: 'nfs-server', definition: nfsServer, make: controlled },
])('the driver $name', ({ definition, make }) => {
  runConformance({
    describe,
    it,
    capabilities: definition.capabilities,
    repetitions: 3,
    create: async () => {
      const world = await newWorld();
      const driver = make(world);
      worlds.set(driver, world);
      return { driver, cleanup: () => rm(world.base, { recursive: true }) };
    },
    hooks: {
      restart: ({ driver }) => {
        const world = worlds.get(driver);
        if (world === undefined) throw new Error('the driver was not made here');
        return Promise.resolve(make(world));
      },
    },
  });
});

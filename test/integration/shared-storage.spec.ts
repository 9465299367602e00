import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { AccessMode, CallContext, Connection, VolumeRef } from '../../src/drivers/contract/index.js';
import { SimulatedStorageHost } from '../support/storage/simulated-storage-host.js';
import { nfsServerDriver } from '../../src/drivers/nfs/nfs-server.driver.js';
import { SimulatedFiles } from '../support/storage/simulated-files.js';
import { SimulatedHost } from '../support/storage/simulated-nfs-host.js';
import type { DriverUnderTest } from '../../src/drivers/conformance/index.js';

const call: CallContext = { signal: new AbortController().signal, requestId: 'req-1' };

/** Access of each host to the volume, by host number. */
type Access = Readonly<Record<number, AccessMode>>;

interface World {
  readonly driver: DriverUnderTest;
  /** The access that the target or NFS server grants, not what the driver reports. */
  readonly onTheWire: () => Promise<Access>;
  readonly remove: () => Promise<void>;
}

const initiatorOf = (host: number) => `iqn.1993-08.org.debian:01:node-${host}`;
const hostIn = (name: string) => Number(/\d+$/.exec(name)?.[0]);
const accessOf = (entries: readonly (readonly [string, AccessMode])[]): Access =>
  Object.fromEntries(entries.map(([name, mode]) => [hostIn(name), mode]));

const NFS_SERVER = {
  folders: ['/srv/clinker'],
  address: '192.0.2.9',
  format: 'raw',
  preallocate: false,
  mount_point_base: '/mnt',
  command_prefix: [],
  command_timeout_s: 30,
} as const;

const WORLDS = {
  'lvm with tgt': async (): Promise<World> => {
    const host = await SimulatedStorageHost.make();
    const onTheWire = () => {
      const [target] = host.tgtd.targets.values();
      const mode = target?.readOnly === true ? 'ro' : 'rw';
      return Promise.resolve(accessOf([...(target?.rules ?? [])].map((rule) => [rule, mode])));
    };
    return { driver: host.driver({ target: 'tgt' }), onTheWire, remove: () => host.remove() };
  },
  'lvm with LIO': async (): Promise<World> => {
    const host = await SimulatedStorageHost.make();
    const onTheWire = async () => accessOf(await host.lio.admitted());
    return { driver: host.driver({ target: 'lio' }), onTheWire, remove: () => host.remove() };
  },
  'nfs-server': async (): Promise<World> => {
    const host = new SimulatedHost(new SimulatedFiles());
    const stateFolder = await mkdtemp(join(tmpdir(), 'clinker-sharing-'));
    const driver = nfsServerDriver({ ...NFS_SERVER, server: 'exportfs' }, host.runner, stateFolder);
    const modeIn = (options: string) => (options.split(',').includes('rw') ? 'rw' : 'ro');
    const onTheWire = () =>
      Promise.resolve(
        accessOf([...host.exports].map(([target, options]) => [target.split(':')[0] ?? '', modeIn(options)])),
      );
    return { driver, onTheWire, remove: () => rm(stateFolder, { recursive: true }) };
  },
  'nfs-server with Ganesha': async (): Promise<World> => {
    const host = new SimulatedHost(new SimulatedFiles());
    const stateFolder = await mkdtemp(join(tmpdir(), 'clinker-sharing-'));
    const driver = nfsServerDriver({ ...NFS_SERVER, server: 'ganesha' }, host.runner, stateFolder);
    const onTheWire = () => {
      const [exported] = host.ganesha.exports.values();
      return Promise.resolve(accessOf([...(exported?.clients ?? [])]));
    };
    return { driver, onTheWire, remove: () => rm(stateFolder, { recursive: true }) };
  },
};

function connection(host: number, mode: AccessMode): Connection {
  const connector = { host: `node-${host}`, ip: `192.0.2.${host}`, initiator: initiatorOf(host) };
  return { attachmentId: randomUUID(), connector, mode };
}

async function inWorld(
  name: keyof typeof WORLDS,
  work: (world: World, volume: VolumeRef) => Promise<void>,
): Promise<void> {
  const world = await WORLDS[name]();
  const id = randomUUID();
  const volume: VolumeRef = { id, name: `volume-${id}`, sizeGib: 1, projectId: 'p', exportDetails: null };
  try {
    await world.driver.setup?.();
    await world.driver.createVolume(volume, call);
    const exportDetails = await world.driver.createExport(volume, connection(1, 'rw'), call);
    await work(world, { ...volume, exportDetails });
  } finally {
    await world.remove();
  }
}

describe.each(Object.keys(WORLDS) as (keyof typeof WORLDS)[])('hosts of a volume of %s', (name) => {
  it.each<AccessMode>(['ro', 'rw'])('have the access that their attachment asks for: %s', (mode) =>
    inWorld(name, async ({ driver, onTheWire }, volume) => {
      const only = connection(1, mode);
      await driver.initializeConnection(volume, only, [], call);
      expect(await onTheWire()).toEqual({ 1: mode });
      await driver.terminateConnection(volume, only, [], call);
      expect(await onTheWire()).toEqual({});
    }),
  );

  it('keep it when the first of their two attachments ends, and lose it with the second', () =>
    inWorld(name, async ({ driver, onTheWire }, volume) => {
      const [one, two] = [connection(1, 'rw'), connection(1, 'rw')];
      const told = await driver.initializeConnection(volume, one, [], call);
      expect(await driver.initializeConnection(volume, two, [one], call)).toEqual(told);
      await driver.terminateConnection(volume, one, [two], call);
      expect(await onTheWire()).toEqual({ 1: 'rw' });
      await driver.terminateConnection(volume, two, [], call);
      expect(await onTheWire()).toEqual({});
    }));

  it('have the widest access that one of their attachments asks for, as long as it lasts', () =>
    inWorld(name, async ({ driver, onTheWire }, volume) => {
      const [reader, writer] = [connection(1, 'ro'), connection(1, 'rw')];
      await driver.initializeConnection(volume, reader, [], call);
      await driver.initializeConnection(volume, writer, [reader], call);
      expect(await onTheWire()).toEqual({ 1: 'rw' });
      await driver.terminateConnection(volume, writer, [reader], call);
      expect(await onTheWire()).toEqual({ 1: 'ro' });
    }));

  it('come and go by themselves', () =>
    inWorld(name, async ({ driver, onTheWire }, volume) => {
      const [one, two] = [connection(1, 'rw'), connection(2, 'rw')];
      await driver.initializeConnection(volume, one, [], call);
      await driver.initializeConnection(volume, two, [one], call);
      expect(await onTheWire()).toEqual({ 1: 'rw', 2: 'rw' });
      await driver.terminateConnection(volume, one, [two], call);
      expect(await onTheWire()).toEqual({ 2: 'rw' });
    }));
});

describe('one host that reads beside another that writes', () => {
  it.each(['lvm with LIO', 'nfs-server', 'nfs-server with Ganesha'] as const)(
    'is let in by %s, each as it asks',
    (name) =>
      inWorld(name, async ({ driver, onTheWire }, volume) => {
        const [writer, reader] = [connection(1, 'rw'), connection(2, 'ro')];
        await driver.initializeConnection(volume, writer, [], call);
        await driver.initializeConnection(volume, reader, [writer], call);
        expect(await onTheWire()).toEqual({ 1: 'rw', 2: 'ro' });
      }),
  );

  it.each<readonly [AccessMode, AccessMode]>([
    ['rw', 'ro'],
    ['ro', 'rw'],
  ])(
    'is refused by tgt, which has one mode for all (%s, then %s), and the first one keeps its own',
    (first, second) =>
      inWorld('lvm with tgt', async ({ driver, onTheWire }, volume) => {
        const [one, two] = [connection(1, first), connection(2, second)];
        await driver.initializeConnection(volume, one, [], call);
        await expect(driver.initializeConnection(volume, two, [one], call)).rejects.toMatchObject({
          code: 'FAILED_PRECONDITION',
          message: expect.stringContaining('LIO can'),
        });
        expect(await onTheWire()).toEqual({ 1: first });
      }),
  );
});

describe('the session of a host at tgt', () => {
  it('goes on while one of its attachments lasts, and is ended with the last', async () => {
    const host = await SimulatedStorageHost.make();
    const driver = host.driver({ target: 'tgt' });
    const id = randomUUID();
    const volume: VolumeRef = { id, name: `volume-${id}`, sizeGib: 1, projectId: 'p', exportDetails: null };
    const [one, two] = [connection(1, 'rw'), connection(1, 'rw')];
    await driver.setup();
    await driver.createVolume(volume, call);
    await driver.createExport(volume, one, call);
    await driver.initializeConnection(volume, one, [], call);
    await driver.initializeConnection(volume, two, [one], call);
    const [target] = host.tgtd.targets.values();
    host.tgtd.sessions.set(target?.tid ?? 0, [initiatorOf(1)]);
    await driver.terminateConnection(volume, one, [two], call);
    expect(host.tgtd.sessions.size).toBe(1);
    await driver.terminateConnection(volume, two, [], call);
    expect(host.tgtd.sessions.size).toBe(0);
    await host.remove();
  });
});

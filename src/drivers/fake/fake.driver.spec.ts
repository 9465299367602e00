import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type {
  CallContext,
  Connection,
  Connector,
  JsonObject,
  JsonValue,
  VolumeRef,
} from '../contract/index.js';
import { checkOptions } from '../registry/driver-options.js';
import { FakeStore } from './fake-store.js';
import fake from './fake.driver.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clinker-fake-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** A driver over the test's folder, set up. */
async function driverWith(given: JsonObject = {}) {
  const checked = checkOptions(fake.optionsSchema, given);
  if ('problem' in checked) throw new Error(checked.problem);
  const log = { info: () => undefined, warn: () => undefined };
  const driver = fake.create(checked.options, { backendName: 'b1', stateFolder: folder, log });
  await driver.setup?.();
  return driver;
}

function aVolume(id: string = randomUUID(), sizeGib = 1): VolumeRef {
  return { id, name: `volume-${id}`, sizeGib, projectId: 'p', exportDetails: null };
}

function aConnection(connector: Connector = {}, mode: Connection['mode'] = 'rw'): Connection {
  const attachmentId = randomUUID();
  return { attachmentId, connector: { initiator: 'iqn.1994-05.com.example:1', ...connector }, mode };
}

const call: CallContext = { signal: new AbortController().signal, requestId: 'req-1' };

/** The names of the database files. */
const files = () => readdir(folder);

describe('connection information', () => {
  it("mirrors Cinder's iSCSI targets, key for key", async () => {
    const driver = await driverWith();
    const volume = aVolume();
    await driver.createVolume(volume, call);
    const details = await driver.createExport(volume, aConnection(), call);
    const info = await driver.initializeConnection(volume, aConnection(), [], call);
    expect(info).toEqual({
      driver_volume_type: 'iscsi',
      data: {
        target_discovered: false,
        target_portal: '127.0.0.1:3260',
        target_iqn: `iqn.2010-10.org.openstack:volume-${volume.id}`,
        target_lun: 0,
        volume_id: volume.id,
        wwn: expect.stringMatching(/^36001405[0-9a-f]{25}$/),
        discard: true,
        auth_method: 'CHAP',
        auth_username: details.auth_username,
        auth_password: details.auth_password,
      },
    });
  });

  it.each<[JsonValue, boolean]>([
    [true, true],
    ['true', true],
    ['True', true],
    [false, false],
    ['False', false],
    [null, false],
    [1, false],
  ])('for multipath %j lists the portals: %j', async (multipath, listed) => {
    const driver = await driverWith();
    const volume = aVolume();
    await driver.createVolume(volume, call);
    await driver.createExport(volume, aConnection(), call);
    const { data } = await driver.initializeConnection(volume, aConnection({ multipath }), [], call);
    expect(data.target_portals).toEqual(listed ? ['127.0.0.1:3260'] : undefined);
  });

  it('lists every portal, with as many names and units', async () => {
    const portals = ['192.0.2.1:3260', '192.0.2.2:3260'];
    const driver = await driverWith({ portals, discard: false });
    const volume = aVolume();
    const iqn = `iqn.2010-10.org.openstack:volume-${volume.id}`;
    await driver.createVolume(volume, call);
    await driver.createExport(volume, aConnection(), call);
    const { data } = await driver.initializeConnection(volume, aConnection(), [], call);
    expect(data).toMatchObject({
      target_portal: '192.0.2.1:3260',
      target_portals: portals,
      target_iqns: [iqn, iqn],
      target_luns: [0, 0],
      discard: false,
    });
  });
});

describe('connectors', () => {
  it('may have a null initiator, which admits no host', async () => {
    const driver = await driverWith();
    const volume = aVolume();
    const connection = aConnection({ initiator: null });
    driver.validateConnector(connection.connector);
    await driver.createVolume(volume, call);
    await driver.createExport(volume, connection, call);
    await driver.initializeConnection(volume, connection, [], call);
    expect(await driver.inspect(volume, call)).toEqual({ exists: true, exported: true, admitted: [] });
  });
});

describe('state', () => {
  it('is one file, however many volumes there are', async () => {
    const driver = await driverWith();
    const volumes = [aVolume(), aVolume()];
    for (const volume of volumes) await driver.createVolume(volume, call);
    await driver.teardown?.();
    expect(await files()).toEqual(['volumes.sqlite']);
  });

  it('is used by another instance', async () => {
    const first = await driverWith();
    const volume = aVolume();
    await first.createVolume(volume, call);
    await first.createExport(volume, aConnection(), call);
    const told = await first.initializeConnection(volume, aConnection(), [], call);
    const second = await driverWith();
    expect(await second.initializeConnection(volume, aConnection(), [], call)).toEqual(told);
    expect(await second.listExports({ after: null, limit: 10 }, call)).toEqual([
      { volumeId: volume.id, admitted: ['iqn.1994-05.com.example:1'] },
    ]);
  });

  it('leaves no trace without persist', async () => {
    const driver = await driverWith({ persist: false });
    await driver.createVolume(aVolume(), call);
    expect(await files()).toEqual([]);
    expect(await (await driverWith({ persist: false })).getStats(call)).toEqual({
      totalGib: 100_000,
      freeGib: 100_000,
    });
  });

  it('holds the access that each host was given, the widest of its connections', async () => {
    const driver = await driverWith();
    const volume = aVolume();
    await driver.createVolume(volume, call);
    await driver.createExport(volume, aConnection(), call);
    const modes = async () => {
      const store = new FakeStore(folder, 0);
      const { export: target } = await store.get(volume.id);
      await store.close();
      return target?.admitted.map(({ mode }) => mode);
    };
    const [reader, writer] = [aConnection({}, 'ro'), aConnection({}, 'rw')];
    await driver.initializeConnection(volume, reader, [], call);
    expect(await modes()).toEqual(['ro']);
    await driver.initializeConnection(volume, writer, [reader], call);
    expect(await modes()).toEqual(['rw']);
    await driver.terminateConnection(volume, writer, [reader], call);
    expect(await modes()).toEqual(['ro']);
  });
});

describe('capacity', () => {
  it('is what volumes take their size from', async () => {
    const driver = await driverWith({ capacity_gib: 10 });
    const [small, large] = [aVolume(randomUUID(), 4), aVolume(randomUUID(), 7)];
    await driver.createVolume(small, call);
    await expect(driver.createVolume(large, call)).rejects.toMatchObject({
      code: 'RESOURCE_EXHAUSTED',
      message: '7 GiB are needed and 6 GiB are free',
    });
    await driver.extendVolume(small, 10, call);
    expect(await driver.getStats(call)).toEqual({ totalGib: 10, freeGib: 0 });
    await expect(driver.extendVolume(small, 11, call)).rejects.toMatchObject({ code: 'RESOURCE_EXHAUSTED' });
    await driver.deleteVolume(small, call);
    expect(await driver.getStats(call)).toEqual({ totalGib: 10, freeGib: 10 });
  });

  it('is not given away twice to volumes that are made at the same time', async () => {
    const driver = await driverWith({ capacity_gib: 5 });
    const made = await Promise.allSettled(
      [1, 2, 3].map(() => driver.createVolume(aVolume(randomUUID(), 2), call)),
    );
    expect(made.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
  });

  it('is known again after a restart', async () => {
    await (await driverWith()).createVolume(aVolume(randomUUID(), 8), call);
    const second = await driverWith({ capacity_gib: 10 });
    expect(await second.getStats(call)).toEqual({ totalGib: 10, freeGib: 2 });
  });
});

/**
 * Tests the driver nfs-server with a real NFS-Ganesha and bytes over TCP: the conformance kit, then checks from the
 * hosts' side. Run by "npm run test:dataplane:nfs", as root; creates namespaces for the server and the hosts. With
 * --interrupt the kit makes every command go wrong, which takes minutes; "npm test" does so with simulated commands.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runConformance } from '../../dist/drivers/conformance/index.js';
import nfsServer from '../../dist/drivers/nfs/nfs-server.driver.js';
import { Checks } from './checks.mjs';
import { FaultyRunner } from './faulty-runner.mjs';
import { declareOpenFiles } from './ganesha-open-files.mjs';
import {
  REFUSED,
  attach,
  call,
  connect,
  detach,
  fileOf,
  first,
  machine,
  makeDriver,
  second,
  sum,
  system,
  textOf,
  withVolume,
} from './ganesha-subject.mjs';

if (process.env.CLINKER_OWN_NAMESPACES !== '1') {
  const args = [
    '--net',
    '--mount',
    '--propagation',
    'private',
    process.execPath,
    fileURLToPath(import.meta.url),
    ...process.argv.slice(2),
  ];
  const env = { ...process.env, CLINKER_OWN_NAMESPACES: '1' };
  const { status, error } = spawnSync('unshare', args, { env, stdio: 'inherit' });
  if (error !== undefined) throw error;
  process.exit(status ?? 1);
}

const checks = new Checks();
const { describe, it } = checks;

const runners = new WeakMap();
const interrupt = ({ driver }, step, trouble) => {
  const runner = runners.get(driver);
  runner.break(step, trouble);
  return () => runner.mend();
};

describe('nfs-server with Ganesha', () => {
  runConformance({
    describe,
    it,
    capabilities: nfsServer.capabilities,
    repetitions: 3,
    create: async () => {
      const runner = new FaultyRunner(system);
      const driver = makeDriver(runner);
      runners.set(driver, runner);
      return { driver };
    },
    hooks: {
      restart: async () => makeDriver(),
      loseExport: async () => {
        for (const name of readdirSync(machine.conf))
          renameSync(join(machine.conf, name), join(machine.folder, name));
        await machine.killGanesha();
        await machine.startGanesha();
      },
      ...(process.argv.includes('--interrupt') && { interrupt }),
    },
  });
});

describe('a host', () => {
  it('writes and reads back with only the connection information', () =>
    withVolume(async (driver, volume) => {
      const info = await attach(driver, volume, connect(first));
      const written = await first.write(info, 0x5a);
      assert.ok(written.ok, written.output);
      const read = await first.read(info, 0x5a);
      assert.ok(read.ok, read.output);
      assert.equal((await first.read(info, 0x11)).ok, false);
    }));

  it('reads every byte that another one wrote, with versions 3 and 4', () =>
    withVolume(async (driver, volume) => {
      const original = join(machine.folder, 'original');
      writeFileSync(original, randomBytes(2 ** 24));
      const one = connect(first);
      const { status, output } = await first.copy(await attach(driver, volume, one), original);
      assert.equal(status, 0, output);
      await detach(driver, volume, one);
      const info = await attach(driver, volume, connect(second, 'ro'));
      assert.equal(sum(fileOf(volume)), sum(original));
      for (const version of [3, 4]) assert.equal(await second.checksum(info, version), sum(original));
    }));

  it('that is attached with an IPv6 address reaches the volume only from there', () =>
    withVolume(async (driver, volume) => {
      const info = await attach(driver, volume, connect(first, 'rw', 'FD90:0:0::2'));
      const address = 'fd90::1';
      const session = await first.open(info, 4, { address });
      assert.equal(session.opened, 'ok');
      assert.equal(await session.write('by IPv6'), 'ok');
      assert.ok(REFUSED[4].includes((await second.open(info, 4, { address })).opened));
      assert.ok(REFUSED[4].includes((await first.open(info, 4)).opened));
    }));

  it('that is not attached is rejected', () =>
    withVolume(async (driver, volume) => {
      const info = await attach(driver, volume, connect(first));
      assert.equal((await second.read(info, 0)).ok, false);
      for (const version of [3, 4]) {
        assert.equal(await second.checksum(info, version), null);
        const { opened } = await second.open(info, version);
        assert.ok(REFUSED[version].includes(opened), opened);
        assert.notEqual(await first.checksum(info, version), null);
      }
    }));

  it('keeps its access until its last attachment ends', () =>
    withVolume(async (driver, volume) => {
      const [one, two] = [connect(first), connect(first)];
      const info = await attach(driver, volume, one);
      await attach(driver, volume, two, [one]);
      await detach(driver, volume, one, [two]);
      assert.equal((await first.write(info, 0x5a)).ok, true);
      await detach(driver, volume, two);
      assert.equal((await first.read(info, 0x5a)).ok, false);
    }));

  it('sees the extended volume', () =>
    withVolume(async (driver, volume) => {
      const one = connect(first);
      await first.checksum(await attach(driver, volume, one), 3);
      await detach(driver, volume, one);
      await driver.extendVolume(volume, 1 / 32, call());
      const info = await attach(driver, volume, connect(first));
      for (const version of [3, 4]) {
        const session = await first.open(info, version);
        assert.equal(await session.write('the end', 2 ** 25 - 7), 'ok');
        assert.equal(textOf(await session.read(2 ** 25 - 7)), 'the end');
      }
    }));
});

for (const version of [3, 4]) {
  describe(`by version ${version}`, () => declareOpenFiles(it, version));
}

describe('fencing', () => {
  it('is rejected while another export reaches the volume', () =>
    withVolume(async (driver, volume) => {
      const one = connect(first);
      await attach(driver, volume, one);
      const file = join(machine.folder, 'foreign.conf');
      writeFileSync(
        file,
        `EXPORT { Export_Id = 77; Path = ${machine.volumes}; Pseudo = /all; Access_Type = RW; FSAL { Name = VFS; } }`,
      );
      machine.busctl('AddExport', 'ss', file, 'EXPORT(Export_Id=77)');
      try {
        await assert.rejects(driver.fenceConnection(volume, one, [], call()), {
          code: 'FAILED_PRECONDITION',
          message: /through export 77/,
        });
      } finally {
        machine.busctl('RemoveExport', 'q', '77');
      }
      await driver.fenceConnection(volume, one, [], call());
    }));
});

describe('on the storage host', () => {
  it('a volume belongs to root and the group of its export, or only to root if it has none', () =>
    withVolume(async (driver, volume) => {
      const one = connect(first);
      await attach(driver, volume, one);
      const rights = () => {
        const { mode, uid, gid } = statSync(fileOf(volume));
        return { mode: mode & 0o777, uid, isShared: gid > 0x7000_0000 };
      };
      assert.deepEqual(rights(), { mode: 0o660, uid: 0, isShared: true });
      await detach(driver, volume, one);
      assert.equal(rights().isShared, false);
    }));

  it('no file of a deleted volume is kept open', async () => {
    await withVolume(async (driver, volume) => {
      const info = await attach(driver, volume, connect(first));
      for (const version of [3, 4]) assert.equal(await (await first.open(info, version)).write('x'), 'ok');
    });
    assert.deepEqual(machine.keptOpen(), []);
  });

  it('a stopped Ganesha is reported as such, and calls work again when it is back', () =>
    withVolume(async (driver, volume) => {
      await machine.killGanesha();
      await assert.rejects(attach(driver, volume, connect(first)), {
        code: 'UNAVAILABLE',
        message: /is the service nfs-ganesha running/,
      });
      await machine.startGanesha();
      assert.equal((await first.write(await attach(driver, volume, connect(first)), 1)).ok, true);
    }));
});

describe('at the end', () => {
  it('nothing is left', () => {
    assert.deepEqual(machine.exported(), []);
    assert.deepEqual(readdirSync(machine.conf), []);
    assert.deepEqual(readdirSync(machine.volumes), []);
  });
});

try {
  await machine.start([2, 3, 4]);
  process.exitCode = (await checks.run()) ? 0 : 1;
} finally {
  await machine.stop();
}

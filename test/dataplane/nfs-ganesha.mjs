/**
 * The driver nfs-server with a real NFS-Ganesha and bytes over TCP: the conformance kit, then what only hosts can tell.
 * Run by "npm run test:dataplane:nfs", as root; makes namespaces of its own for the server and the hosts. With
 * --interrupt the kit lets every command go wrong, which takes minutes; simulated commands do so in "npm test".
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { chmodSync, readFileSync, readdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runConformance } from '../../dist/drivers/conformance/index.js';
import { SystemCommandRunner } from '../../dist/drivers/command/command-runner.js';
import nfsServer, { nfsServerDriver } from '../../dist/drivers/nfs/nfs-server.driver.js';
import { Checks } from './checks.mjs';
import { FaultyRunner } from './faulty-runner.mjs';
import { GaneshaMachine } from './ganesha-machine.mjs';
import { NfsHost } from './nfs-host.mjs';

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

const PERMISSION = 'status 1';
const ACCESS = 'status 13';
const READ_ONLY = 'status 30';
const STALE = 'status 70';
const NOT_AUTHENTICATED = 'denied';
/** What a host is told that may not do what it asks: by version 3 and by version 4. */
const REFUSED = { 3: [NOT_AUTHENTICATED, ACCESS, STALE], 4: [ACCESS, STALE, 'status 2'] };

const machine = new GaneshaMachine();
const [first, second, third] = [2, 3, 4].map((number) => new NfsHost(number));

const system = new SystemCommandRunner({ timeoutMs: 60_000 });

function makeDriver(runner = system) {
  const options = {
    folders: [machine.volumes],
    address: machine.address,
    server: 'ganesha',
    ganesha: { conf_folder: machine.conf },
    format: 'raw',
    preallocate: false,
    mount_point_base: '/var/lib/clinker/mnt',
  };
  return nfsServerDriver(options, runner, machine.folder);
}

const call = () => ({ signal: AbortSignal.timeout(60_000), requestId: `req-${randomUUID()}` });
const connect = (host, mode = 'rw', ip = host.ip) => ({
  attachmentId: randomUUID(),
  connector: { ip },
  mode,
});

/** Runs the work on an exported volume, and takes everything away. */
async function withVolume(work, sizeGib = 1 / 64) {
  const driver = makeDriver();
  const id = randomUUID();
  const volume = { id, name: `volume-${id}`, sizeGib, projectId: 'p', exportDetails: null };
  await driver.setup();
  await driver.createVolume(volume, call());
  try {
    const exportDetails = await driver.createExport(volume, connect(first), call());
    await work(driver, { ...volume, exportDetails });
  } finally {
    for (const host of [first, second, third]) host.leave();
    await driver.deleteVolume(volume, call());
  }
}

const attach = (driver, volume, connection, others = []) =>
  driver.initializeConnection(volume, connection, others, call());
const detach = (driver, volume, connection, remaining = []) =>
  driver.terminateConnection(volume, connection, remaining, call());
const fileOf = ({ name }) => join(machine.volumes, name, name);
const sum = (file) => createHash('sha256').update(readFileSync(file)).digest('hex');
const textOf = ({ answer, data }) => (answer === 'ok' ? Buffer.from(data, 'hex').toString() : answer);

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
  it('writes and reads back by the connection information alone', () =>
    withVolume(async (driver, volume) => {
      const info = await attach(driver, volume, connect(first));
      const written = await first.write(info, 0x5a);
      assert.ok(written.ok, written.output);
      const read = await first.read(info, 0x5a);
      assert.ok(read.ok, read.output);
      assert.equal((await first.read(info, 0x11)).ok, false);
    }));

  it('finds every byte that another one wrote, by versions 3 and 4', () =>
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

  it('that is attached by an IPv6 address reaches the volume from there alone', () =>
    withVolume(async (driver, volume) => {
      const info = await attach(driver, volume, connect(first, 'rw', 'FD90:0:0::2'));
      const address = 'fd90::1';
      const session = await first.open(info, 4, { address });
      assert.equal(session.opened, 'ok');
      assert.equal(await session.write('by IPv6'), 'ok');
      assert.ok(REFUSED[4].includes((await second.open(info, 4, { address })).opened));
      assert.ok(REFUSED[4].includes((await first.open(info, 4)).opened));
    }));

  it('that is not attached is refused', () =>
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

  it('sees the volume grown', () =>
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

describe.each = (versions, body) =>
  versions.forEach((version) => describe(`by version ${version}`, () => body(version)));
describe.each([3, 4], (version) => {
  for (const [how, cutOff] of [
    ['detached', detach],
    ['fenced', (driver, volume, one, remaining) => driver.fenceConnection(volume, one, remaining, call())],
  ]) {
    it(`a host that is ${how} is refused with what it holds open; others go on`, () =>
      withVolume(async (driver, volume) => {
        const [one, two] = [connect(first), connect(second)];
        const info = await attach(driver, volume, one);
        await attach(driver, volume, two, [one]);
        const [gone, stays] = [await first.open(info, version), await second.open(info, version)];
        assert.equal(await gone.write('before'), 'ok');
        assert.equal(textOf(await stays.read(0, 6)), 'before');
        await cutOff(driver, volume, one, [two]);
        assert.ok(REFUSED[version].includes(await gone.write('after!')));
        assert.ok(REFUSED[version].includes((await gone.read(0, 6)).answer));
        assert.ok(REFUSED[version].includes((await first.open(info, version)).opened));
        assert.equal(textOf(await stays.read(0, 6)), 'before');
        assert.equal(await stays.write('stayed'), 'ok');
        await cutOff(driver, volume, two, []);
        assert.ok(REFUSED[version].includes((await stays.read(0, 6)).answer));
        assert.equal(readFileSync(fileOf(volume), 'utf8').slice(0, 6), 'stayed');
      }));
  }

  it('a host that comes after a fenced one works, and the fenced one stays out', () =>
    withVolume(async (driver, volume) => {
      const one = connect(first);
      const info = await attach(driver, volume, one);
      const gone = await first.open(info, version);
      await driver.fenceConnection(volume, one, [], call());
      await attach(driver, volume, connect(second));
      const next = await second.open(info, version);
      assert.equal(await next.write('next'), 'ok');
      assert.ok(REFUSED[version].includes(await gone.write('gone')));
      assert.ok(REFUSED[version].includes((await gone.read(0, 4)).answer));
      assert.equal(textOf(await next.read(0, 4)), 'next');
    }));

  it('a host that comes back goes on with the volume that it has mounted still', () =>
    withVolume(async (driver, volume) => {
      const one = connect(first);
      const handle = await (await first.open(await attach(driver, volume, one), version)).handle();
      await detach(driver, volume, one);
      await driver.removeExport(volume, call());
      await driver.createExport(volume, connect(first), call());
      const session = await first.open(await attach(driver, volume, connect(first)), version);
      assert.equal(await session.handle(), handle);
    }));

  it('a host that is attached read-only reads and cannot write, one beside it can', () =>
    withVolume(async (driver, volume) => {
      const writer = connect(first);
      const info = await attach(driver, volume, writer);
      await attach(driver, volume, connect(second, 'ro'), [writer]);
      const writing = await first.open(info, version);
      const reading = await second.open(info, version, { mode: 'ro' });
      assert.equal(await writing.write('words'), 'ok');
      assert.equal(textOf(await reading.read(0, 5)), 'words');
      assert.ok([READ_ONLY, ACCESS, 'status 10038'].includes(await reading.write('wrong')));
      assert.equal(textOf(await writing.read(0, 5)), 'words');
    }));

  it('a host whose writing attachment ends and whose reading one stays writes no more', () =>
    withVolume(async (driver, volume) => {
      const [writer, reader] = [connect(first), connect(first, 'ro')];
      const info = await attach(driver, volume, writer);
      await attach(driver, volume, reader, [writer]);
      const session = await first.open(info, version);
      assert.equal(await session.write('words'), 'ok');
      await detach(driver, volume, writer, [reader]);
      assert.equal(await session.write('wrong'), READ_ONLY);
      assert.equal(textOf(await session.read(0, 5)), 'words');
    }));

  it('a host cannot reach a volume by a file handle that it remembers and an export that it still has', () =>
    withVolume((driver, lost) =>
      withVolume(async (_, kept) => {
        const one = connect(first);
        const lostSession = await first.open(await attach(driver, lost, one), version);
        const keptSession = await first.open(await attach(driver, kept, connect(first)), version);
        assert.equal(await lostSession.write('secret'), 'ok');
        if (version === 3) assert.equal(await lostSession.chmod(0o666), PERMISSION);
        await detach(driver, lost, one);
        await attach(driver, lost, connect(second));
        const forged = forge(await lostSession.handle(), await keptSession.handle());
        assert.equal((await keptSession.read(0, 6, forged)).answer, ACCESS);
        // The handle is a good one: only the rights of the file keep the host from it.
        chmodSync(fileOf(lost), 0o666);
        await machine.killGanesha();
        await machine.startGanesha();
        const again = await first.open(await attach(driver, kept, connect(first)), version);
        assert.equal(textOf(await again.read(0, 6, forged)), 'secret');
      }),
    ));

  it('after a crash of Ganesha its files let the same hosts go on, and nobody else in', () =>
    withVolume(async (driver, volume) => {
      const [one, two] = [connect(first), connect(second)];
      const info = await attach(driver, volume, one);
      await attach(driver, volume, two, [one]);
      const handle = await (await first.open(info, version)).handle();
      await detach(driver, volume, two, [one]);
      await machine.killGanesha();
      await machine.startGanesha();
      assert.deepEqual((await driver.inspect(volume, call())).admitted, [first.ip]);
      const session = await first.open(info, version);
      assert.equal(await session.handle(), handle);
      assert.equal(await session.write('again'), 'ok');
      for (const host of [second, third]) {
        assert.ok(REFUSED[version].includes((await host.open(info, version)).opened));
      }
    }));

  it('after a crash of Ganesha without its files ensureExport lets the same hosts go on', () =>
    withVolume(async (driver, volume) => {
      const [one, two] = [connect(first), connect(second)];
      const info = await attach(driver, volume, one);
      await attach(driver, volume, two, [one]);
      const handle = await (await first.open(info, version)).handle();
      for (const name of readdirSync(machine.conf))
        renameSync(join(machine.conf, name), join(machine.folder, name));
      await machine.killGanesha();
      await machine.startGanesha();
      assert.deepEqual((await driver.inspect(volume, call())).admitted, []);
      await driver.ensureExport(volume, [one], call());
      const session = await first.open(info, version);
      assert.equal(await session.handle(), handle);
      assert.ok(REFUSED[version].includes((await second.open(info, version)).opened));
    }));
});

/** The handle of one file with the id of another's export: the third and fourth byte of Ganesha's handles. */
function forge(file, from) {
  return `${file.slice(0, 4)}${from.slice(4, 8)}${file.slice(8)}`;
}

describe('fencing', () => {
  it('is refused while another export leads to the volume', () =>
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
          message: /by the export 77/,
        });
      } finally {
        machine.busctl('RemoveExport', 'q', '77');
      }
      await driver.fenceConnection(volume, one, [], call());
    }));
});

describe('on the storage host', () => {
  it('a volume belongs to root and the group of its export, and to root alone when it has none', () =>
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

  it('nothing is kept open of a volume that is gone', async () => {
    await withVolume(async (driver, volume) => {
      const info = await attach(driver, volume, connect(first));
      for (const version of [3, 4]) assert.equal(await (await first.open(info, version)).write('x'), 'ok');
    });
    assert.deepEqual(machine.keptOpen(), []);
  });

  it('Ganesha that is down is told as such, and the calls work again when it is back', () =>
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

/**
 * The lvm driver with tgt, on real LVM metadata, a real tgtd and bytes over TCP: the conformance kit, then what only
 * a host can tell. Run by "npm run test:dataplane", as root.
 */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exportDifference } from '../../dist/consistency/export-difference.js';
import { runConformance } from '../../dist/drivers/conformance/index.js';
import { SystemCommandRunner } from '../../dist/drivers/command/command-runner.js';
import lvm from '../../dist/drivers/lvm/lvm.driver.js';
import { LvmDriver } from '../../dist/drivers/lvm/lvm-driver.js';
import { LvmVolumes } from '../../dist/drivers/lvm/lvm-volumes.js';
import { makeTarget } from '../../dist/drivers/lvm/targets/make-target.js';
import { Checks } from './checks.mjs';
import { Initiator } from './initiator.mjs';
import { FaultyRunner } from './faulty-runner.mjs';
import { StorageHost } from './storage-host.mjs';

const host = new StorageHost(13_260 + (process.pid % 1000));
const targetFolder = join(host.folder, 'tgt');

/** The driver as its definition composes it, but for the devices and, where a test wants it, the runner. */
function makeDriver(further = {}, runner = new SystemCommandRunner({ timeoutMs: 60_000, env: host.env })) {
  const options = {
    volume_group: host.group,
    wipe: 'zero',
    target: 'tgt',
    target_prefix: 'iqn.2010-10.org.openstack:',
    portals: [host.portal],
    discard: true,
    ...further,
  };
  const volumes = new LvmVolumes(options, { runner, wiper: runner, devices: host.devices });
  return new LvmDriver(options, volumes, makeTarget(options, runner, host.folder));
}

const call = () => ({ signal: AbortSignal.timeout(60_000), requestId: `req-${randomUUID()}` });
const connect = (initiator, mode = 'rw') => ({
  attachmentId: randomUUID(),
  connector: { initiator: initiator.name },
  mode,
});
const first = new Initiator('iqn.1993-08.org.debian:01:first');
const second = new Initiator('iqn.1993-08.org.debian:01:second');

/** Runs the work on an exported volume, and takes everything away. */
async function withVolume(work, driver = makeDriver()) {
  const id = randomUUID();
  const volume = { id, name: `volume-${id}`, sizeGib: 1, projectId: 'p', exportDetails: null };
  await driver.setup();
  await driver.createVolume(volume, call());
  try {
    const exportDetails = await driver.createExport(volume, connect(first), call());
    await work(driver, { ...volume, exportDetails });
  } finally {
    await driver.deleteVolume(volume, call());
  }
}

const checks = new Checks();
const { describe, it } = checks;

describe('lvm with tgt', () => {
  runConformance({
    describe,
    it,
    capabilities: lvm.capabilities,
    repetitions: 3,
    create: async () => ({ driver: makeDriver() }),
    hooks: {
      restart: async () => makeDriver(),
      loseExport: async () => {
        await host.killTgtd();
        await host.startTgtd();
      },
    },
  });
});

describe('a host', () => {
  it('writes and reads back by the connection information alone', () =>
    withVolume(async (driver, volume) => {
      const info = await driver.initializeConnection(volume, connect(first), [], call());
      const written = await first.write(info, 0x5a);
      assert.ok(written.ok, written.output);
      const read = await first.read(info, 0x5a);
      assert.ok(read.ok, read.output);
      assert.equal((await first.read(info, 0x11)).ok, false);
    }));

  it('with a wrong secret is refused', () =>
    withVolume(async (driver, volume) => {
      const info = await driver.initializeConnection(volume, connect(first), [], call());
      assert.equal(await first.canRead(info, { password: 'wrong-secret' }), false);
      assert.equal(await first.canRead(info), true);
    }));

  it('that is not attached is refused, even with the secret', () =>
    withVolume(async (driver, volume) => {
      const info = await driver.initializeConnection(volume, connect(first), [], call());
      assert.equal(await second.canRead(info), false);
    }));

  it('that is detached is refused, and its open session ends', () =>
    withVolume(async (driver, volume) => {
      const connection = connect(first);
      const info = await driver.initializeConnection(volume, connection, [], call());
      const session = await first.stay(info);
      assert.match(session.output(), /4 KiB/);
      try {
        await driver.fenceConnection(volume, connection, [], call());
        const shown = host.run('tgtadm', '--lld', 'iscsi', '--mode', 'target', '--op', 'show');
        assert.ok(!shown.includes(first.name), shown);
        assert.equal(await first.canRead(info), false);
      } finally {
        session.end();
      }
    }));

  it('keeps its access until its last attachment ends', () =>
    withVolume(async (driver, volume) => {
      const [one, two] = [connect(first), connect(first)];
      const info = await driver.initializeConnection(volume, one, [], call());
      await driver.initializeConnection(volume, two, [one], call());
      await driver.terminateConnection(volume, one, [two], call());
      assert.equal(await first.canRead(info), true);
      await driver.terminateConnection(volume, two, [], call());
      assert.equal(await first.canRead(info), false);
    }));

  it('that is attached read-only reads and cannot write', () =>
    withVolume(async (driver, volume) => {
      const info = await driver.initializeConnection(volume, connect(first, 'ro'), [], call());
      assert.equal(await first.canRead(info), true);
      assert.equal((await first.write(info, 0x5a)).ok, false);
    }));

  it('is not let in read-only beside another one that writes', () =>
    withVolume(async (driver, volume) => {
      const writer = connect(first);
      await driver.initializeConnection(volume, writer, [], call());
      await assert.rejects(driver.initializeConnection(volume, connect(second, 'ro'), [writer], call()), {
        code: 'FAILED_PRECONDITION',
      });
    }));

  it('sees the volume grown', () =>
    withVolume(async (driver, volume) => {
      const info = await driver.initializeConnection(volume, connect(first), [], call());
      await driver.removeExport(volume, call());
      await driver.extendVolume(volume, 2, call());
      await driver.createExport({ ...volume, exportDetails: null }, connect(first), call());
      const grown = await driver.initializeConnection(
        { ...volume, exportDetails: null },
        connect(first),
        [],
        call(),
      );
      assert.notEqual(grown.data.auth_password, info.data.auth_password);
      const reported = host.run('tgtadm', '--lld', 'iscsi', '--mode', 'target', '--op', 'show');
      assert.match(reported, /Size: 2147 MB/);
      assert.equal(await first.canRead(grown), true);
    }));
});

describe('a restart of tgtd', () => {
  it('loses nothing when it reads the targets’ files', () =>
    withVolume(async (driver, volume) => {
      const info = await driver.initializeConnection(volume, connect(first), [], call());
      await host.killTgtd();
      await host.startTgtd();
      const all = join(host.folder, 'targets.conf');
      writeFileSync(all, `include ${targetFolder}/*.conf\n`);
      host.run('tgt-admin', '-e', '-c', all);
      assert.equal(await first.canRead(info), true);
      assert.equal(await second.canRead(info), false);
    }));

  it('is noticed, and mended by ensureExport; hosts that were detached meanwhile stay out', () =>
    withVolume(async (driver, volume) => {
      const [one, two] = [connect(first), connect(second)];
      const info = await driver.initializeConnection(volume, one, [], call());
      await driver.initializeConnection(volume, two, [one], call());
      const difference = async () =>
        exportDifference(await driver.inspect(volume, call()), [one], lvm.capabilities.accessControl).kind;
      assert.equal(await difference(), 'unjustified-access');
      await host.killTgtd();
      await host.startTgtd();
      assert.equal(await difference(), 'missing-export');
      await driver.ensureExport(volume, [one], call());
      assert.equal(await difference(), 'none');
      assert.equal(await first.canRead(info), true);
      assert.equal(await second.canRead(info), false);
    }));
});

describe('secrets and data', () => {
  it('a target’s file is for its owner only, and goes with the target', () =>
    withVolume(async (driver, volume) => {
      const file = join(targetFolder, `${volume.name}.conf`);
      assert.equal(statSync(file).mode & 0o777, 0o600);
      await driver.removeExport(volume, call());
      assert.throws(() => statSync(file), { code: 'ENOENT' });
    }));

  it('a new volume shows nothing of a deleted one', async () => {
    await withVolume(async (driver, volume) => {
      const info = await driver.initializeConnection(volume, connect(first), [], call());
      assert.ok((await first.write(info, 0x77)).ok);
    });
    await withVolume(async (driver, volume) => {
      const info = await driver.initializeConnection(volume, connect(first), [], call());
      const read = await first.read(info, 0);
      assert.ok(read.ok, read.output);
    });
  });
});

/** A volume's life: what each call needs before it, the call, and what must hold when it was repeated. */
const LIFE = [
  ['createVolume', 0, (driver, volume) => driver.createVolume(volume, call())],
  ['createExport', 1, (driver, volume) => driver.createExport(volume, connect(first), call())],
  ['initializeConnection', 2, (driver, volume, one) => driver.initializeConnection(volume, one, [], call())],
  ['extendVolume', 3, (driver, volume) => driver.extendVolume(volume, 2, call())],
  ['ensureExport', 3, (driver, volume, one) => driver.ensureExport(volume, [one], call())],
  ['terminateConnection', 3, (driver, volume, one) => driver.terminateConnection(volume, one, [], call())],
  ['fenceConnection', 3, (driver, volume, one) => driver.fenceConnection(volume, one, [], call())],
  ['removeExport', 3, (driver, volume) => driver.removeExport(volume, call())],
  ['deleteVolume', 3, (driver, volume) => driver.deleteVolume(volume, call())],
];
const AFTERWARDS = {
  createVolume: { exists: true, exported: false, admitted: [] },
  createExport: { exists: true, exported: true, admitted: [] },
  initializeConnection: { exists: true, exported: true, admitted: [first.name] },
  extendVolume: { exists: true, exported: true, admitted: [first.name] },
  ensureExport: { exists: true, exported: true, admitted: [first.name] },
  terminateConnection: { exists: true, exported: true, admitted: [] },
  fenceConnection: { exists: true, exported: true, admitted: [] },
  removeExport: { exists: true, exported: false, admitted: [] },
  deleteVolume: { exists: false, exported: false, admitted: [] },
};

async function interrupted(name, steps, doCall, kind) {
  for (let nth = 0; ; nth += 1) {
    const runner = new FaultyRunner(new SystemCommandRunner({ timeoutMs: 60_000, env: host.env }));
    const driver = makeDriver({}, runner);
    const id = randomUUID();
    const volume = { id, name: `volume-${id}`, sizeGib: 1, projectId: 'p', exportDetails: null };
    const connection = connect(first);
    await driver.setup();
    try {
      for (const [, , step] of LIFE.slice(0, steps)) await step(driver, volume, connection);
      runner.break(nth, kind);
      const failure = await doCall(driver, volume, connection).then(
        () => null,
        (error) => error,
      );
      if (!runner.mend()) return;
      assert.ok(failure === null || !/secret|password/i.test(failure.message), String(failure));
      await doCall(driver, volume, connection);
      assert.deepEqual(await driver.inspect(volume, call()), AFTERWARDS[name], `command ${nth} ${kind}`);
      if (name === 'extendVolume') {
        const shown = host.run('tgtadm', '--lld', 'iscsi', '--mode', 'target', '--op', 'show');
        assert.match(shown, /Size: 2147 MB/);
      }
    } finally {
      runner.mend();
      await driver.deleteVolume(volume, call());
    }
  }
}

describe('whichever command', () => {
  for (const kind of ['fails', 'hangs', 'dies after success']) {
    for (const [name, steps, doCall] of LIFE) {
      it(`${kind} in ${name}, the call repeated gives the right result`, () =>
        interrupted(name, steps, doCall, kind));
    }
  }
});

describe('setup', () => {
  it('without the volume group tells what to do', async () => {
    await assert.rejects(makeDriver({ volume_group: 'no-such-group' }).setup(), /vgcreate no-such-group/);
  });
});

describe('at the end', () => {
  it('nothing is left on the host', async () => {
    const shown = host.run('tgtadm', '--lld', 'iscsi', '--mode', 'target', '--op', 'show');
    assert.equal(shown.trim(), '');
    assert.equal(host.run('lvs', '--noheadings', host.group).trim(), '');
    assert.equal(host.run('tgtadm', '--lld', 'iscsi', '--mode', 'account', '--op', 'show').trim(), '');
  });
});

try {
  await host.start();
  process.exitCode = (await checks.run()) ? 0 : 1;
} finally {
  await host.stop();
}

/**
 * Tests the lvm driver with tgt, on real LVM metadata, a real tgtd and bytes over TCP: the conformance kit, then checks
 * from a host's side. Run by "npm run test:dataplane", as root.
 */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exportDifference } from '../../dist/operator/consistency/export-difference.js';
import { runConformance } from '../../dist/drivers/conformance/index.js';
import { SystemCommandRunner } from '../../dist/drivers/command/command-runner.js';
import lvm from '../../dist/drivers/lvm/lvm.driver.js';
import { IscsiDriver } from '../../dist/drivers/lvm/iscsi-driver.js';
import { lastGroupIn, LvmVolumes } from '../../dist/drivers/lvm/lvm-volumes.js';
import { makeTargets } from '../../dist/drivers/lvm/targets/make-target.js';
import { declareChangedOptions } from './changed-options.mjs';
import { Checks } from './checks.mjs';
import { Initiator } from './initiator.mjs';
import { FaultyRunner } from './faulty-runner.mjs';
import { declareKilledWiping } from './killed-wiping.mjs';
import { StorageHost, Tgtd } from './storage-host.mjs';

const host = new StorageHost(13_260 + (process.pid % 1000));
const targetFolder = join(host.folder, 'tgt');

/** The driver as its definition composes it, except for the devices and, if given, the runner. */
function makeDriver(
  further = {},
  runner = new SystemCommandRunner({ timeoutMs: 60_000, env: host.env }),
  folder = host.folder,
) {
  const options = {
    volume_group: host.group,
    wipe: 'zero',
    target: 'tgt',
    target_prefix: 'iqn.2010-10.org.openstack:',
    portals: [host.portal],
    discard: true,
    ...further,
  };
  const lastGroup = lastGroupIn(folder);
  const volumes = new LvmVolumes(options, { runner, wiper: runner, devices: host.devices, lastGroup });
  const runnerFor = ({ tgt_socket: socket = host.socket }) =>
    socket === options.tgt_socket || socket === host.socket
      ? runner
      : new SystemCommandRunner({ timeoutMs: 60_000, env: { ...host.env, TGT_IPC_SOCKET: socket } });
  return new IscsiDriver(options, volumes, makeTargets(options, { runnerFor, folder }));
}

const call = () => ({ signal: AbortSignal.timeout(60_000), requestId: `req-${randomUUID()}` });
const connect = (initiator, mode = 'rw') => ({
  attachmentId: randomUUID(),
  connector: { initiator: initiator.name },
  mode,
});
const first = new Initiator('iqn.1993-08.org.debian:01:first');
const second = new Initiator('iqn.1993-08.org.debian:01:second');

/** Runs `work` on an exported volume, then removes everything. */
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

/** The conformance kit's first host. */
const conformanceHost = new Initiator('iqn.1994-05.com.example:conformance-1');

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
      identify: async (_subject, info) => (await conformanceHost.identity(info)).wwn,
      loseExport: async () => {
        await host.killTgtd();
        await host.startTgtd();
      },
    },
  });
});

describe('a host', () => {
  it('writes and reads back with only the connection information', () =>
    withVolume(async (driver, volume) => {
      const info = await driver.initializeConnection(volume, connect(first), [], call());
      const written = await first.write(info, 0x5a);
      assert.ok(written.ok, written.output);
      const read = await first.read(info, 0x5a);
      assert.ok(read.ok, read.output);
      assert.equal((await first.read(info, 0x11)).ok, false);
    }));

  it('with a wrong secret is rejected', () =>
    withVolume(async (driver, volume) => {
      const info = await driver.initializeConnection(volume, connect(first), [], call());
      assert.equal(await first.canRead(info, { password: 'wrong-secret' }), false);
      assert.equal(await first.canRead(info), true);
    }));

  it('that is not attached is rejected, even with the secret', () =>
    withVolume(async (driver, volume) => {
      const info = await driver.initializeConnection(volume, connect(first), [], call());
      assert.equal(await second.canRead(info), false);
    }));

  it('that is detached is rejected, and its open session ends', () =>
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

  it('that is named in two spellings has access with both until both are detached', () =>
    withVolume(async (driver, volume) => {
      const upper = new Initiator('iqn.1993-08.org.debian:01:FIRST');
      const [one, two] = [connect(upper), connect(first)];
      const info = await driver.initializeConnection(volume, one, [], call());
      await driver.initializeConnection(volume, two, [one], call());
      assert.deepEqual([await upper.canRead(info), await first.canRead(info)], [true, true]);
      await driver.terminateConnection(volume, two, [one], call());
      assert.equal(await upper.canRead(info), true);
      await driver.terminateConnection(volume, one, [], call());
      assert.deepEqual([await upper.canRead(info), await first.canRead(info)], [false, false]);
    }));

  it('that is attached read-only can read but not write', () =>
    withVolume(async (driver, volume) => {
      const info = await driver.initializeConnection(volume, connect(first, 'ro'), [], call());
      assert.equal(await first.canRead(info), true);
      assert.equal((await first.write(info, 0x5a)).ok, false);
    }));

  it('is not admitted read-only besides one that may write', () =>
    withVolume(async (driver, volume) => {
      const writer = connect(first);
      await driver.initializeConnection(volume, writer, [], call());
      await assert.rejects(driver.initializeConnection(volume, connect(second, 'ro'), [writer], call()), {
        code: 'FAILED_PRECONDITION',
      });
    }));

  it('sees the extended volume', () =>
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
  it('loses nothing if it reads the targets’ files', () =>
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

  it('is noticed and repaired by ensureExport; hosts that were detached meanwhile stay locked out', () =>
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

describe('a disk’s identity', () => {
  const connected = async (driver, volume) =>
    first.identity(await driver.initializeConnection(volume, connect(first), [], call()));

  it('differs on another tgtd whose targets have the same numbers', async () => {
    const port = Number(host.portal.split(':')[1]) + 1000;
    const portal = `127.0.0.1:${port}`;
    const env = { ...host.env, TGT_IPC_SOCKET: join(host.folder, 'second-tgtd') };
    const second = new Tgtd(env, portal);
    await second.start();
    try {
      const runner = new SystemCommandRunner({ timeoutMs: 60_000, env });
      const beside = makeDriver({ portals: [portal] }, runner, join(host.folder, 'second'));
      await withVolume(async (driver, volume) => {
        const one = await connected(driver, volume);
        await withVolume(async (_driver, other) => {
          const two = await connected(beside, other);
          assert.notEqual(one.wwn, two.wwn);
          assert.equal(two.serial, other.id);
        }, beside);
      });
    } finally {
      await second.kill();
    }
  });

  it('stays the same after tgtd has read the targets’ files in another order', () =>
    withVolume(async (driver, first_) => {
      await withVolume(async (_driver, volume) => {
        const before = await connected(driver, volume);
        await driver.removeExport(first_, call());
        await host.killTgtd();
        await host.startTgtd();
        const all = join(host.folder, 'targets.conf');
        writeFileSync(all, `include ${targetFolder}/*.conf\n`);
        host.run('tgt-admin', '-e', '-c', all);
        assert.deepEqual(await connected(driver, volume), before);
      }, driver);
    }));

  it('stays the same for a target of an earlier version, after an extension and after tgtd has read its file', () =>
    withVolume(async (driver, volume) => {
      const file = join(targetFolder, `${volume.name}.conf`);
      const text = readFileSync(file, 'utf8');
      writeFileSync(file, text.replaceAll(/^ *scsi_.*\n/gm, ''));
      host.run('tgt-admin', '-c', file, '--update', volume.exportDetails.target_iqn, '--force');
      const upgraded = makeDriver();
      await upgraded.setup();
      const info = await upgraded.initializeConnection(volume, connect(first), [], call());
      const before = host.run('tgtadm', '--lld', 'iscsi', '--mode', 'target', '--op', 'show');
      const ids = (shown) => [...shown.matchAll(/SCSI (?:ID|SN): (.*)$/gm)].slice(2).map(([, id]) => id);
      assert.match(ids(before)[0], /^IET {5}000.0001$/);
      // Makes the recreated target get another number.
      const other = ['--lld', 'iscsi', '--mode', 'target', '--tid', '50'];
      host.run('tgtadm', ...other, '--op', 'new', '-T', 'iqn.2001-01.com.example:other');
      await upgraded.extendVolume(volume, 2, call());
      host.run('tgtadm', ...other, '--op', 'delete');
      const shown = () => host.run('tgtadm', '--lld', 'iscsi', '--mode', 'target', '--op', 'show');
      assert.match(shown(), /^Target 51: /);
      assert.deepEqual(ids(shown()), ids(before));
      await host.killTgtd();
      await host.startTgtd();
      host.run('tgt-admin', '-e', '-c', file);
      assert.deepEqual(ids(shown()), ids(before));
      assert.equal(await first.canRead(info), true);
    }));
});

describe('an option that names exports, changed while a host is attached:', () => {
  const port = Number(host.portal.split(':')[1]) + 2000;
  const portal = `127.0.0.1:${port}`;

  /** Runs `work` with a second tgtd on another control port, and the options for it. */
  async function withSecondTgtd(work) {
    const second = new Tgtd(host.env, portal, 7);
    await second.start();
    try {
      await work({ portals: [portal], tgt_control_port: 7 });
    } finally {
      await second.kill();
    }
  }

  /** Checks that a host attached under the first options is cut off under the second ones when detached. */
  async function endsUnder(changed) {
    await withVolume(async (driver, volume) => {
      const connection = connect(first);
      const info = await driver.initializeConnection(volume, connection, [], call());
      const session = await first.stay(info);
      try {
        assert.match(session.output(), /4 KiB/);
        const now = makeDriver(changed);
        await now.setup();
        assert.deepEqual((await now.inspect(volume, call())).admitted, [first.name]);
        assert.deepEqual(
          (await now.listExports({ after: null, limit: 1000 }, call())).map(({ volumeId }) => volumeId),
          [volume.id],
        );
        const again = await now.createExport(volume, connection, call());
        assert.deepEqual(again, volume.exportDetails);
        assert.deepEqual((await now.initializeConnection(volume, connection, [], call())).data, info.data);
        await now.terminateConnection(volume, connection, [], call());
        assert.equal(await first.canRead(info), false);
        await now.fenceConnection(volume, connection, [], call());
        await now.removeExport(volume, call());
        assert.equal((await now.inspect(volume, call())).exported, false);
        // New exports use the new options.
        const exportDetails = await now.createExport({ ...volume, exportDetails: null }, connection, call());
        const next = await now.initializeConnection({ ...volume, exportDetails }, connection, [], call());
        assert.equal(next.data.target_portal, changed.portals?.[0] ?? host.portal);
        assert.ok(next.data.target_iqn.startsWith(changed.target_prefix ?? 'iqn.2010-10.org.openstack:'));
        assert.equal(next.data.wwn, info.data.wwn);
        assert.equal(await first.canRead(next), true);
        await now.removeExport({ ...volume, exportDetails }, call());
      } finally {
        session.end();
      }
    });
  }

  it('target_prefix', () => endsUnder({ target_prefix: 'iqn.2026-01.com.example:other.' }));

  it('tgt_control_port', () => withSecondTgtd((changed) => endsUnder(changed)));

  it('tgt_conf_folder: the files are moved, and tgtd finds nothing in the old folder', () =>
    withVolume(async (driver, volume) => {
      await driver.initializeConnection(volume, connect(first), [], call());
      const folder = join(host.folder, 'tgt-elsewhere');
      await makeDriver({ tgt_conf_folder: folder }).setup();
      assert.throws(() => statSync(join(targetFolder, `${volume.name}.conf`)), { code: 'ENOENT' });
      assert.equal(statSync(join(folder, `${volume.name}.conf`)).mode & 0o777, 0o600);
      await makeDriver().setup();
    }));
});

describe('options that name exports, changed between two starts of the server:', () =>
  declareChangedOptions(it, Number(host.portal.split(':')[1]) + 4000));

describe('secrets and data', () => {
  it('a target’s file is readable only by its owner and is removed with the target', () =>
    withVolume(async (driver, volume) => {
      const file = join(targetFolder, `${volume.name}.conf`);
      assert.equal(statSync(file).mode & 0o777, 0o600);
      await driver.removeExport(volume, call());
      assert.throws(() => statSync(file), { code: 'ENOENT' });
    }));

  it('a new volume contains no data of a deleted one', async () => {
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

describe('wiping', () => {
  it('of a volume may exceed the timeout of a call while it makes progress, and resumes after a kill', async () => {
    const id = randomUUID();
    const volume = { id, name: `volume-${id}`, sizeGib: 1, projectId: 'p', exportDetails: null };
    const real = new SystemCommandRunner({ timeoutMs: 60_000, env: host.env });
    const wiped = [];
    let isKilled = true;
    // Makes each step seem to take long enough for a note.
    const { now } = Date;
    let late = 0;
    Date.now = () => now() + late;
    const slow = {
      run: async (argv, options) => {
        if (argv[0] === 'blkdiscard') {
          if (isKilled && wiped.length === 2) throw new Error('killed');
          wiped.push(argv[argv.indexOf('--offset') + 1] / 2 ** 20);
          late += 6000;
        }
        return real.run(argv, options);
      },
    };
    try {
      const driver = makeDriver({}, slow);
      await driver.setup();
      await driver.createVolume(volume, call());
      await assert.rejects(driver.deleteVolume(volume, call()), /killed/);
      assert.match(host.run('lvs', '-o', 'lv_tags', `${host.group}/${volume.name}`), /clinker\.wiped\.512\./);
      isKilled = false;
      let progress = 0;
      const next = makeDriver({}, slow);
      await next.setup();
      await next.deleteVolume(volume, { ...call(), progress: () => (progress += 1) });
      assert.deepEqual(wiped, [0, 256, 512, 768]);
      assert.equal(progress, 2);
    } finally {
      Date.now = now;
    }
  });

  declareKilledWiping(it, Number(host.portal.split(':')[1]) + 3000);
});

/** A volume's life cycle: the steps before each call, the call, and the conditions after repeating it. */
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
      it(`${kind} in ${name}, repeating the call gives the right result`, () =>
        interrupted(name, steps, doCall, kind));
    }
  }
});

describe('setup', () => {
  it('without the volume group says what to do', async () => {
    await assert.rejects(makeDriver({ volume_group: 'no-such-group' }).setup(), /vgcreate no-such-group/);
  });
});

describe('at the end', () => {
  it('nothing is left over on the host', async () => {
    const shown = host.run('tgtadm', '--lld', 'iscsi', '--mode', 'target', '--op', 'show');
    assert.equal(shown.trim(), '');
    assert.equal(host.run('lvs', '--noheadings', host.group).trim(), '');
    assert.equal(host.run('tgtadm', '--lld', 'iscsi', '--mode', 'account', '--op', 'show').trim(), '');
  });
});

try {
  await host.start();
  process.exitCode = (await checks.run(process.argv[2])) ? 0 : 1;
} finally {
  await host.stop();
}

/**
 * The lvm driver as it is configured in production, on a guest's real device-mapper, with tgt or LIO: the kernel's
 * initiator first, then the conformance kit unless KIT=0. Arguments: the volume group, tgt or lio, a thin pool if any.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { runConformance } from '../../dist/drivers/conformance/index.js';
import lvm from '../../dist/drivers/lvm/lvm.driver.js';
import { Checks } from './checks.mjs';

const [group, target, pool] = process.argv.slice(2);
const portal = '127.0.0.1:3260';
const stateFolder = mkdtempSync('/tmp/state-');
// Storage host and initiator are one machine here: LVM must not wait for a device whose session was cut off.
writeFileSync('/etc/lvm/lvmlocal.conf', 'devices { global_filter = [ "r|^/dev/sd|" ] }\n');
const log = { info: () => undefined, warn: console.warn };
const options = {
  volume_group: group,
  ...(pool !== undefined && { thin_pool: pool }),
  wipe: 'zero',
  target,
  target_prefix: 'iqn.2010-10.org.openstack:',
  portals: [portal],
  discard: true,
  sudo: false,
  command_timeout_ms: 60_000,
  wipe_timeout_ms: 600_000,
};
const makeDriver = () => lvm.create(options, { backendName: 'guest', stateFolder, log });
const run = (program, ...args) =>
  execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
const call = () => ({ signal: AbortSignal.timeout(600_000), requestId: `req-${randomUUID()}` });
const me = /InitiatorName=(\S+)/.exec(run('cat', '/etc/iscsi/initiatorname.iscsi'))[1];
const connect = (mode = 'rw', initiator = me) => ({
  attachmentId: randomUUID(),
  connector: { initiator },
  mode,
});

function node({ data }, ...args) {
  return run('iscsiadm', '-m', 'node', '-T', data.target_iqn, '-p', data.target_portal, ...args);
}

/** Logs in by what the driver told, and gives back the block device. */
async function login(info, { secret = info.data.auth_password } = {}) {
  const { data } = info;
  node(info, '-o', 'new');
  const settings = { authmethod: 'CHAP', username: data.auth_username, password: secret };
  for (const [key, value] of Object.entries(settings)) {
    node(info, '-o', 'update', '-n', `node.session.auth.${key}`, '-v', value);
  }
  node(info, '-o', 'update', '-n', 'node.session.initial_login_retry_max', '-v', '1');
  node(info, '-o', 'update', '-n', 'node.session.timeo.replacement_timeout', '-v', '5');
  node(info, '--login');
  run('udevadm', 'settle', '-t', '30');
  const device = `/dev/disk/by-path/ip-${data.target_portal}-iscsi-${data.target_iqn}-lun-${data.target_lun}`;
  for (let attempt = 0; attempt < 100 && !existsSync(device); attempt += 1) await delay(100);
  return device;
}

function logout(info) {
  for (const argument of [['--logout'], ['-o', 'delete']]) {
    try {
      node(info, ...argument);
    } catch {
      // Gone already.
    }
  }
}

async function withVolume(work) {
  const driver = makeDriver();
  const id = randomUUID();
  const volume = { id, name: `volume-${id}`, sizeGib: 1, projectId: 'p', exportDetails: null };
  await driver.setup();
  await driver.createVolume(volume, call());
  try {
    const exportDetails = await driver.createExport(volume, connect(), call());
    await work(driver, { ...volume, exportDetails });
  } finally {
    await driver.deleteVolume(volume, call());
  }
}

const checks = new Checks();
const { describe, it } = checks;

describe(`lvm with ${target}`, () => {
  it('a host makes a file system, and finds its file after another attachment', () =>
    withVolume(async (driver, volume) => {
      const first = connect();
      const info = await driver.initializeConnection(volume, first, [], call());
      const device = await login(info);
      run('mkfs.ext4', '-q', '-F', device);
      run('mkdir', '-p', '/tmp/mnt');
      run('mount', device, '/tmp/mnt');
      run('dd', 'if=/dev/urandom', 'of=/tmp/mnt/f', 'bs=1M', 'count=8', 'conv=fsync');
      const sum = run('sha256sum', '/tmp/mnt/f');
      run('umount', '/tmp/mnt');
      logout(info);
      await driver.terminateConnection(volume, first, [], call());
      await assert.rejects(login(info), 'a detached host is let in');
      logout(info);

      const again = await driver.initializeConnection(volume, connect('ro'), [], call());
      const readOnly = await login(again);
      run('mount', '-o', 'ro,noload', readOnly, '/tmp/mnt');
      assert.equal(run('sha256sum', '/tmp/mnt/f'), sum);
      run('umount', '/tmp/mnt');
      assert.throws(() => run('dd', 'if=/dev/zero', `of=${readOnly}`, 'bs=4k', 'count=1', 'oflag=direct'));
      logout(again);
    }));

  it('a wrong secret and a host that is not attached are refused', () =>
    withVolume(async (driver, volume) => {
      const info = await driver.initializeConnection(volume, connect(), [], call());
      await assert.rejects(login(info, { secret: 'not-the-secret' }));
      logout(info);
      await driver.terminateConnection(volume, connect(), [], call());
      await driver.initializeConnection(volume, connect('rw', 'iqn.1993-08.org.debian:01:other'), [], call());
      await assert.rejects(login(info));
      logout(info);
    }));

  it('fencing cuts a host off that is logged in', () =>
    withVolume(async (driver, volume) => {
      const connection = connect();
      const info = await driver.initializeConnection(volume, connection, [], call());
      const device = await login(info);
      await driver.fenceConnection(volume, connection, [], call());
      assert.deepEqual((await driver.inspect(volume, call())).admitted, []);
      assert.throws(() =>
        execFileSync(
          'timeout',
          ['3', 'dd', `if=${device}`, 'of=/dev/null', 'bs=4k', 'count=1', 'iflag=direct'],
          {
            stdio: 'ignore',
          },
        ),
      );
      logout(info);
    }));

  it('a logged-in host sees the volume grown', () =>
    withVolume(async (driver, volume) => {
      const info = await driver.initializeConnection(volume, connect(), [], call());
      const device = await login(info);
      await driver.extendVolume(volume, 2, call());
      let size = 0;
      for (let attempt = 0; attempt < 60 && size !== 2 * 2 ** 30; attempt += 1) {
        await delay(500);
        try {
          node(info, '--rescan');
          size = Number(run('blockdev', '--getsize64', device));
        } catch {
          // The session is on its way back.
        }
      }
      assert.equal(size, 2 * 2 ** 30);
      logout(info);
    }));
});

if (process.env.KIT !== '0') {
  runConformance({
    describe,
    it,
    capabilities: lvm.capabilities,
    repetitions: 2,
    create: async () => ({ driver: makeDriver() }),
    hooks: { restart: async () => makeDriver() },
  });
}

process.exitCode = (await checks.run()) ? 0 : 1;

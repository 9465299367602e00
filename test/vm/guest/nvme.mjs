import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { Holder } from './bytes.mjs';
import {
  assertRefused,
  connectedDisk,
  disconnect,
  livePaths,
  REFUSAL,
  NvmeHost,
  pathsTo,
  useAllPaths,
} from './nvme-host.mjs';
import * as target from './nvme-target.mjs';
import * as storage from './storage.mjs';
import { run, until } from './storage.mjs';

const GIB = 2 ** 30;
const MIB = 2 ** 20;
const RANDOM = '/tmp/random';
const READ = '/tmp/read';
/** A host fails the requests of a target that stays away for that long; by default, after ten minutes. */
const GIVES_UP_SOON = ['--ctrl-loss-tmo=2'];
/** Until then a portal may be away. Beside other work, the emulated machine takes long to connect again. */
const PATIENT = ['--ctrl-loss-tmo=600'];

const isWhole = (info) => livePaths(info).length === target.ADDRESSES.length;
const sizeOf = (disk) => Number(run('blockdev', '--getsize64', disk));

/** Writes random bytes to a disk, once through each of its paths in turn. */
function fill(disk) {
  writeFileSync(RANDOM, randomBytes(4 * MIB));
  run('dd', `if=${RANDOM}`, `of=${disk}`, 'bs=64k', 'oflag=direct');
}

/** True if the disk has the bytes of {@link fill}. */
function isFilled(disk) {
  run('dd', `if=${disk}`, `of=${READ}`, 'bs=64k', 'count=64', 'iflag=direct');
  return run('cmp', RANDOM, READ) === '';
}

/** Declares the life of a volume of the driver in examples/nvme-tcp: hosts by nvme-cli and os-brick, faults, the end. */
export function nvmeOf({ it, cloud, here, one, other }) {
  let volume, attachment, info, disk;

  it('nvme-cli connects by connection_info to both portals, and the kernel joins them to one disk', async () => {
    volume = await cloud.createVolume('nvme');
    const connector = await here.properties();
    assert.equal(connector.nqn, one.nqn);
    attachment = await cloud.attach(volume, connector, 'rw');
    info = attachment.connection_info;
    disk = await connectedDisk(one, info, ...PATIENT);
    assert.equal(sizeOf(disk), GIB);
  });

  it('bytes go through both portals, and are in the volume', () => {
    useAllPaths(disk);
    const before = pathsTo(info);
    fill(disk);
    assert.equal(isFilled(disk), true);
    for (const [number, path] of pathsTo(info).entries()) {
      assert.ok(path.writes > before[number].writes, `nothing was written by ${path.address}`);
      assert.ok(path.reads > before[number].reads, `nothing was read by ${path.address}`);
    }
    run('blockdev', '--flushbufs', storage.deviceOf(volume));
    run('cmp', '-n', String(4 * MIB), RANDOM, storage.deviceOf(volume));
  });

  it('a portal disappears while bytes flow, and comes back', async () => {
    const [kept, lost] = target.ADDRESSES;
    const copies = 'while :; do dd if="$1" of="$2" bs=64k oflag=direct status=none || exit; echo; done';
    const writer = spawn('sh', ['-c', copies, 'sh', RANDOM, disk], { stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = once(writer, 'exit');
    let written = 0;
    writer.stdout.on('data', (lines) => (written += lines.length));
    const goesOn = (since = written) => until('more is written', () => written > since + 1);
    await goesOn();
    target.removeAddress(lost);
    await until('the path is found broken', () => livePaths(info).length === 1);
    assert.deepEqual(livePaths(info), [kept]);
    await goesOn();
    target.addAddress(lost);
    await until('both paths work', () => isWhole(info));
    await goesOn();
    assert.equal(writer.exitCode, null, 'a write failed');
    writer.kill();
    await ended;
    fill(disk);
    assert.equal(isFilled(disk), true);
  });

  it("other hosts' names and other targets are refused and not shown, at both portals", () => {
    const [nqn] = info.data.target_nqn.split(/:[0-9a-f]{16}$/);
    const stranger = new NvmeHost('00000000-0000-4000-8000-00000000beef');
    for (const portal of info.data.portals) {
      assertRefused(REFUSAL.notAllowed, stranger, info, portal);
      // The volume's export, which hosts reach by a target of their own only.
      assertRefused(REFUSAL.noTarget, one, { data: { target_nqn: nqn } }, portal);
      assert.ok(one.discovered(portal).includes(info.data.target_nqn));
      assert.ok(!stranger.discovered(portal).includes(info.data.target_nqn));
    }
    assert.equal(isWhole(info), true);
  });

  it('is extended while the host uses it, which sees it at once', async () => {
    assert.deepEqual(await cloud.extend(volume, 2), { status: 'in-use', size: 2 });
    await until('the new size', () => sizeOf(disk) === 2 * GIB, 60);
    assert.equal(isFilled(disk), true);
  });

  it('a second host of the volume comes and is fenced, without interrupting the first', async () => {
    const holder = new Holder(disk);
    const second = await cloud.attach(volume, other.connector(), 'rw');
    other.connectAll(second.connection_info, ...GIVES_UP_SOON);
    await until('the second is connected', () => isWhole(second.connection_info));
    assertRefused(REFUSAL.notAllowed, other, info, info.data.portals[0]);
    await cloud.forceDetach(volume, second.id);
    await until('the second has lost its target', () => pathsTo(second.connection_info).length === 0);
    assertRefused(REFUSAL.noTarget, other, second.connection_info, info.data.portals[0]);
    assert.equal(holder.canRead(), true);
    holder.end();
    assert.equal(isWhole(info), true);
  });

  it('nothing is exported or active, as after a reboot: the server restores it, the waiting host goes on', async () => {
    cloud.repaired.delete(volume);
    await cloud.whileSuspended(() => {
      target.loseTargets();
      run('lvchange', '-a', 'n', `${storage.GROUP}/volume-${volume}`);
    });
    await until('the server has restored the export', () => cloud.repaired.has(volume));
    await until('both paths work', () => isWhole(info));
    assert.deepEqual((await cloud.attachment(attachment.id)).connection_info, info);
    assert.equal(isFilled(disk), true);
    disconnect(info);
  });

  it('os-brick connects by connection_info, finds the bytes and the size, and disconnects', async () => {
    here.multipath = true;
    const device = await here.connect(info);
    await until('both paths work', () => isWhole(info));
    assert.equal(sizeOf(device.path), 2 * GIB);
    assert.equal(isFilled(device.path), true);
    assert.deepEqual(await cloud.extend(volume, 3), { status: 'in-use', size: 3 });
    // Nova adds the path.
    const { path: device_path } = device;
    assert.equal(await here.extend({ ...info, data: { ...info.data, device_path } }), 3 * GIB);
    await here.disconnect(info, device);
    assert.deepEqual(pathsTo(info), []);
  });

  it('killed in the middle of an attachment, the server starts again and agrees with the target', async () => {
    const next = await cloud.createVolume('nvme');
    const interrupted = cloud.attach(next, one.connector(), 'rw').then(
      () => 'finished',
      () => 'interrupted',
    );
    await until('its export is begun', () => target.subsystemsOf(next).length > 0);
    await cloud.end('SIGKILL');
    assert.equal(await interrupted, 'interrupted');
    await cloud.startFrom(target.CONFIGURATION);
    await until('it agrees', async () => {
      assert.deepEqual(await cloud.findings(), { findings: [], unchecked: [] });
      return true;
    });
    for (const { id } of await cloud.attachmentsOf(next)) await cloud.detach(id);
    assert.deepEqual(target.subsystemsOf(next), []);
    await cloud.deleteVolume(next);
  });

  it('a detached host is cut off from its open disk, and nothing of it is left in the target', async () => {
    const holder = new Holder(await connectedDisk(one, info, ...GIVES_UP_SOON));
    assert.equal(holder.canRead(), true);
    await cloud.detach(attachment.id);
    assert.equal(holder.canRead(), false);
    holder.end();
    await until('the disk is gone', () => pathsTo(info).length === 0);
    for (const portal of info.data.portals) assertRefused(REFUSAL.closed, one, info, portal);
    assert.deepEqual(target.targetState(), target.NOTHING);
    assert.deepEqual(await cloud.findings(), { findings: [], unchecked: [] });
  });
}

/**
 * In the guest: a real server with the lvm, nfs and nfs-server drivers, and os-brick's own connectors as its hosts.
 * Bytes decide: what one attachment wrote the next one reads, and who is not attached gets nothing.
 */
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { Checks } from '../../dataplane/checks.mjs';
import { Initiator } from '../../dataplane/initiator.mjs';
import { Brick } from './brick.mjs';
import { Cloud } from './cloud.mjs';
import * as storage from './storage.mjs';
import { run } from './storage.mjs';

const cloud = new Cloud();
const here = new Brick(storage.HERE);
const second = new Initiator('iqn.1993-08.org.debian:01:second');

/** Writes a file system and a file on the device or the file. @returns the file's sum */
function fill(path) {
  run('mkfs.ext4', '-q', '-F', path);
  run('mount', path, '/tmp/mnt');
  run('dd', 'if=/dev/urandom', 'of=/tmp/mnt/f', 'bs=1M', 'count=4', 'conv=fsync');
  const sum = run('sha256sum', '/tmp/mnt/f');
  run('umount', '/tmp/mnt');
  return sum;
}

function sumOn(path) {
  run('mount', '-o', 'ro,noload', path, '/tmp/mnt');
  const sum = run('sha256sum', '/tmp/mnt/f');
  run('umount', '/tmp/mnt');
  return sum;
}

const canWrite = (path) => {
  try {
    run('dd', 'if=/dev/zero', `of=${path}`, 'bs=4k', 'count=1', 'seek=100000', 'conv=notrunc,fsync');
    return true;
  } catch {
    return false;
  }
};

const checks = new Checks();
const { describe, it } = checks;

for (const backend of ['lvm-tgt', 'lvm-lio', 'nfs', 'nfs-server']) {
  const iscsi = backend.startsWith('lvm');
  const fenced = backend !== 'nfs';

  describe(backend, () => {
    let volume, written, sum, again;

    it('a host attaches, makes a file system and detaches', async () => {
      volume = await cloud.createVolume(backend);
      const attachment = await cloud.attach(volume, await here.properties(), 'rw');
      written = attachment.connection_info;
      const device = await here.connect(written);
      sum = fill(device.path);
      await here.disconnect(written, device);
      await cloud.detach(attachment.id);
      assert.equal((await cloud.volume(volume)).status, 'available');
    });

    if (fenced) {
      it('a detached host is refused', async () => {
        if (iscsi) assert.equal(await new Initiator(storage.INITIATOR).canRead(asInitiator(written)), false);
        else assert.throws(() => run('mount', '-t', 'nfs', written.data.export, '/tmp/refused'));
      });
    }

    it('a reader finds the data, also after a restart of the server and of the target daemon', async () => {
      again = await cloud.attach(volume, await here.properties(), fenced ? 'ro' : 'rw');
      await cloud.stop();
      await storage.restart(backend, cloud.folder);
      await cloud.start();
      const shown = (await cloud.attachment(again.id)).connection_info;
      const device = await here.connect(shown);
      assert.equal(sumOn(device.path), sum);
      if (fenced) assert.equal(canWrite(device.path), false);
      await here.disconnect(shown, device);
      await cloud.detach(again.id);
    });

    if (iscsi) {
      it('two hosts share a volume; the one that is detached is out, the other one stays', async () => {
        const first = new Initiator(storage.INITIATOR);
        const one = await cloud.attach(volume, { initiator: first.name, host: 'one', ip: '192.0.2.1' }, 'rw');
        const two = await cloud.attach(
          volume,
          { initiator: second.name, host: 'two', ip: '192.0.2.2' },
          'rw',
        );
        const [oneInfo, twoInfo] = [one, two].map(({ connection_info: info }) => asInitiator(info));
        const wrote = await first.write(oneInfo, 0x5a);
        assert.ok(wrote.ok, wrote.output);
        const read = await second.read(twoInfo, 0x5a);
        assert.ok(read.ok, read.output);
        await cloud.detach(two.id);
        assert.equal(await second.canRead(twoInfo), false);
        assert.equal(await first.canRead(oneInfo), true);
        await cloud.detach(one.id);
      });
    }

    it('nothing is left over', async () => {
      await cloud.deleteVolume(volume);
      storage.forgetMounts();
      assert.equal(run('lvs', '--noheadings', '-o', 'name', '-S', 'name=~^volume', storage.GROUP).trim(), '');
      assert.equal(run('tgtadm', '--lld', 'iscsi', '--mode', 'target', '--op', 'show').trim(), '');
      assert.deepEqual(
        readdirSync('/sys/kernel/config/target/iscsi').filter((name) => name.startsWith('iqn.')),
        [],
      );
      assert.doesNotMatch(readFileSync('/var/lib/nfs/etab', 'utf8'), /volume-/);
      assert.deepEqual(readdirSync('/srv/clinker'), []);
      assert.deepEqual(readdirSync('/srv/share'), []);
      assert.throws(() => run('iscsiadm', '-m', 'session'), { status: 21 });
    });
  });
}

/** The flat connection_info of the API, as the user-space initiator reads it. */
function asInitiator(info) {
  return { data: info.data ?? info };
}

try {
  await storage.start();
  await cloud.start();
  for (const backend of ['lvm-tgt', 'lvm-lio', 'nfs', 'nfs-server']) await cloud.createType(backend);
  process.exitCode = (await checks.run()) ? 0 : 1;
} catch (error) {
  console.log(error);
  process.exitCode = 1;
} finally {
  here.end();
  await cloud.stop();
  await delay(10);
}
process.exit();

import assert from 'node:assert/strict';
import { realpathSync } from 'node:fs';
import { basename } from 'node:path';
import { Initiator } from '../../dataplane/initiator.mjs';
import { FILE_SYSTEM, Holder, IMAGE, beginsWithZeros } from './bytes.mjs';
import { assertNothingIsLeft } from './leftovers.mjs';
import { wwidOf } from './multipath.mjs';
import { sharedByHosts } from './sharing.mjs';
import * as storage from './storage.mjs';
import { run, until } from './storage.mjs';

/** The kernel's name of the device. */
const nameOf = (device) => basename(realpathSync(device.path));

/** Declares the life cycle of one backend's volumes: attached, lost and restored, shared, extended, deleted. */
export function lifeOf(backend, { it, cloud, here }) {
  const iscsi = backend.startsWith('lvm');
  // Shares of another machine are exported by others, to hosts of their choice.
  const fenced = backend !== 'nfs';
  const bytes = backend === 'nfs-qcow2' ? IMAGE : FILE_SYSTEM;
  let volume, first, again, sum;

  it('a host attaches, fills the volume and detaches', async () => {
    volume = await cloud.createVolume(backend);
    const attachment = await cloud.attach(volume, await here.properties(), 'rw');
    first = attachment.connection_info;
    const device = await here.connect(first);
    if (iscsi) assert.equal(wwidOf(nameOf(device)), first.data.wwn);
    sum = bytes.fill(device.path);
    await here.disconnect(first, device);
    await cloud.detach(attachment.id);
    assert.equal((await cloud.volume(volume)).status, 'available');
  });

  if (fenced) {
    it('a detached host is rejected', async () => {
      if (iscsi) {
        assert.equal(await new Initiator(storage.INITIATOR).canRead(first), false);
        return;
      }
      assert.throws(() => run('mount', '-t', 'nfs', '-o', 'vers=4.2', first.data.export, '/tmp/refused'));
    });
  }

  it('a read-only host reads the data, cannot write, and continues after a restart of the target', async () => {
    again = await cloud.attach(volume, await here.properties(), fenced ? 'ro' : 'rw');
    const info = again.connection_info;
    if (iscsi) assert.notEqual(info.data.auth_password, first.data.auth_password);
    const device = await here.connect(info);
    assert.equal(bytes.sum(device.path), sum);
    if (fenced) assert.equal(bytes.canWrite(device.path), false);
    const holder = new Holder(device.path);
    assert.ok(holder.canRead());
    // Takes a moment, but seconds under emulation, in which the server would start to restore what is about to come back.
    await cloud.whileSuspended(() => storage.restart(backend));
    await until('the open file can be read again', () => holder.canRead());
    holder.end();
    await here.disconnect(info, device);
    if (!fenced) await cloud.detach(again.id);
  });

  if (fenced) {
    it('the server restores a lost export to the same host with the same credentials', async () => {
      const info = again.connection_info;
      cloud.repaired.delete(volume);
      await storage.lose(backend);
      await until('the server has restored the export', () => cloud.repaired.has(volume));
      assert.equal(storage.isExported(backend, volume), true);
      assert.deepEqual((await cloud.attachment(again.id)).connection_info, info);
      const device = await here.connect(info);
      if (iscsi) assert.equal(wwidOf(nameOf(device)), first.data.wwn);
      assert.equal(bytes.sum(device.path), sum);
      assert.equal(bytes.canWrite(device.path), false);
      await here.disconnect(info, device);
      await cloud.detach(again.id);
    });
  }

  if (backend !== 'nfs' && backend !== 'nfs-qcow2') {
    sharedByHosts(backend, { it, cloud, here, volume: () => volume, sum: () => sum });
  }

  it('nothing is left over after deleting the volume', async () => {
    await cloud.deleteVolume(volume);
    await assertNothingIsLeft(cloud);
  });

  if (backend === 'lvm-tgt') {
    it('a new volume on the same extents contains zeros', async () => {
      const written = 16 * 2 ** 20;
      const before = await cloud.createVolume(backend);
      const extents = storage.extentsOf(before);
      run('dd', 'if=/dev/urandom', `of=${storage.deviceOf(before)}`, 'bs=1M', 'count=16', 'oflag=direct');
      assert.equal(beginsWithZeros(storage.deviceOf(before), written), false);
      await cloud.deleteVolume(before);
      const next = await cloud.createVolume(backend);
      assert.equal(storage.extentsOf(next), extents);
      assert.equal(beginsWithZeros(storage.deviceOf(next), written), true);
      await cloud.deleteVolume(next);
    });
  }
}

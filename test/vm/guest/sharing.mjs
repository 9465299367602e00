import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { Initiator } from '../../dataplane/initiator.mjs';
import { Brick } from './brick.mjs';
import { FILE_SYSTEM, Holder } from './bytes.mjs';
import * as storage from './storage.mjs';
import { run, until } from './storage.mjs';

const GIB = 2 ** 30;

/** A second iSCSI host: its own name, and a user-space initiator. */
class SecondInitiator {
  #initiator = new Initiator('iqn.1993-08.org.debian:01:second');

  connector = async () => ({ initiator: this.#initiator.name, host: 'second', ip: storage.SECOND });
  connect = async () => undefined;
  canRead = (info, options) => this.#initiator.canRead(info, options);
  canWrite = async (info) => (await this.#initiator.write(info, 0x5a)).ok;
  end = () => undefined;
}

/** A second NFS host: its own address, and os-brick. */
class SecondClient {
  #brick = new Brick(storage.SECOND, { namespace: 'second' });
  #path;

  connector = () => this.#brick.properties();
  connect = async (info) => void (this.#path = (await this.#brick.connect(info)).path);
  canRead = async () =>
    this.#brick.can('dd', `if=${this.#path}`, 'of=/dev/null', 'bs=64k', 'count=1', 'iflag=direct');
  canWrite = async () =>
    this.#brick.can(
      'dd',
      'if=/dev/zero',
      `of=${this.#path}`,
      'bs=4k',
      'count=1',
      'seek=200000',
      'conv=notrunc,fsync',
    );
  end = () => this.#brick.end();
}

/** Declares checks with several concurrent attachments of a volume, from one host and from two, and with its extension. */
export function sharedByHosts(backend, { it, cloud, here, volume, sum }) {
  const iscsi = backend.startsWith('lvm');
  // tgt has one mode for all hosts of a volume.
  const [modeOfSecond, writes] = backend === 'lvm-tgt' ? ['rw', true] : ['ro', false];
  let one, two, device, info;

  it('two hosts share a volume, each in its mode; a detached one loses access, the other keeps it', async () => {
    one = await cloud.attach(volume(), await here.properties(), 'rw');
    info = one.connection_info;
    device = await here.connect(info);
    const second = iscsi ? new SecondInitiator() : new SecondClient();
    try {
      const other = await cloud.attach(volume(), await second.connector(), modeOfSecond);
      await second.connect(other.connection_info);
      assert.equal(await second.canRead(other.connection_info), true);
      assert.equal(await second.canWrite(other.connection_info), writes);
      if (iscsi) {
        const wrong = { password: randomUUID() };
        assert.equal(await second.canRead(other.connection_info, wrong), false, 'a wrong secret is accepted');
      }
      await cloud.detach(other.id);
      assert.equal(await second.canRead(other.connection_info), false);
    } finally {
      second.end();
    }
    const holder = new Holder(device.path);
    assert.equal(holder.canRead(), true);
    holder.end();
    assert.equal(FILE_SYSTEM.canWrite(device.path), true);
  });

  it('a host with two attachments keeps its access after the first detach', async () => {
    two = await cloud.attach(volume(), await here.properties(), 'rw');
    const expected = { ...info, data: { ...info.data, attachment_id: two.id } };
    assert.deepEqual(two.connection_info, expected);
    await cloud.detach(one.id);
    const holder = new Holder(device.path);
    assert.equal(holder.canRead(), true);
    holder.end();
    assert.equal(FILE_SYSTEM.canWrite(device.path), true);
    if (iscsi) assert.match(run('iscsiadm', '-m', 'session'), new RegExp(info.data.target_iqn));
  });

  if (iscsi) {
    it('is extended while a host uses it, and the host finds its data', async () => {
      assert.deepEqual(await cloud.extend(volume(), 2), { status: 'in-use', size: 2 });
      await until('os-brick sees the new size', async () => {
        assert.equal(await here.extend(info), 2 * GIB);
        return true;
      });
      run('e2fsck', '-f', '-p', device.path);
      run('resize2fs', device.path);
      assert.equal(FILE_SYSTEM.sum(device.path), sum());
      assert.equal(FILE_SYSTEM.canWrite(device.path), true);
    });
  }

  if (backend === 'lvm-lio') {
    it('blocks discarded by the host are freed in the thin pool', () => {
      assert.ok(storage.percentUsed(volume()) > 0);
      run('blkdiscard', '-f', device.path);
      assert.equal(storage.percentUsed(volume()), 0);
    });
  }

  it('the last detach ends the access', async () => {
    await here.disconnect(info, device);
    await cloud.detach(two.id);
    if (iscsi) assert.equal(await new Initiator(storage.INITIATOR).canRead(info), false);
    assert.equal(storage.isExported(backend, volume()), false);
  });
}

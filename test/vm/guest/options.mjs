import assert from 'node:assert/strict';
import { appendFileSync } from 'node:fs';
import { Initiator } from '../../dataplane/initiator.mjs';
import { forgetMounts } from './brick.mjs';
import { FILE_SYSTEM, Holder } from './bytes.mjs';
import { assertNothingIsLeft } from './leftovers.mjs';
import * as storage from './storage.mjs';
import { exported, lvm, run, until } from './storage.mjs';

/** The chosen backends; all if none is named. */
const [, ...chosen] = process.argv[2].split(',');
const isChosen = ({ name }) => chosen.length === 0 || chosen.includes(name);

/** Backends by the options that change between two starts. */
const BLOCKS = [
  ['tgt-control-port', lvm('tgt', [3260]), lvm('tgt', [3262], { tgt_control_port: 2 })],
  ['tgt-then-lio', lvm('tgt', [3260]), lvm('lio', [3261])],
  ['lio-then-tgt', lvm('lio', [3261]), lvm('tgt', [3260])],
  ['lio-portals', lvm('lio', [3261]), lvm('lio', [3264])],
]
  .map(([name, before, after]) => ({ name, driver: 'lvm', before, after }))
  .filter(isChosen);
const FILES = {
  name: 'exportfs-then-ganesha',
  driver: 'nfs-server',
  before: exported('/srv/raw'),
  after: exported('/srv/raw', { server: 'ganesha' }),
};

const at = (time, backends) =>
  backends.map(({ name, driver, [time]: options }) => ({ name, driver, options }));

/** Options of the first start. */
export const OPTIONS_BEFORE = at('before', [...BLOCKS, FILES]);

/** Seconds after which a disk whose session is lost fails its requests. */
const GIVE_UP = 'node.session.timeo.replacement_timeout = 5\n';

/**
 * Declares what happens to an attached host when the server starts with other options: the storage serves it until it is
 * detached, and then no more; or the start is refused.
 */
export function changedOptions({ it, cloud, here }) {
  const attached = new Map();

  const attach = async (name, volume) => {
    const { id, connection_info: info } = await cloud.attach(volume, await here.properties(), 'rw');
    return { name, volume, id, info, device: await here.connect(info) };
  };

  /** Detaches a host, which has the disk or file open, in one of the two ways. */
  const isCutOff = async (connection, byForce) => {
    const { volume, id, info, device } = connection;
    const holder = new Holder(device.path);
    assert.equal(holder.canRead(), true);
    await (byForce ? cloud.forceDetach(volume, id) : cloud.detach(id));
    assert.equal(holder.canRead(), false);
    holder.end();
    assert.equal(FILE_SYSTEM.canWrite(device.path), false);
    if (info.driver_volume_type === 'iscsi') {
      assert.equal(await new Initiator(storage.INITIATOR).canRead(info), false);
    }
    await here.disconnect(info, device, { lost: true });
  };

  /** Attaches the volume with the current options, checks its data, and detaches it. */
  const isFoundAgain = async ({ name, volume, sum }) => {
    const connection = await attach(name, volume);
    assert.equal(FILE_SYSTEM.sum(connection.device.path), sum);
    assert.equal(FILE_SYSTEM.canWrite(connection.device.path), true);
    await here.disconnect(connection.info, connection.device);
    await cloud.detach(connection.id);
    return connection.info.data;
  };

  /** All backends share a group, so each sees the exports of the others' volumes. */
  const agrees = async () => {
    const { findings, unchecked } = await cloud.findings();
    const own = findings.filter(
      ({ kind, backend, volume_id: id }) =>
        kind !== 'unknown-export' || (attached.get(backend)?.volume ?? id) === id,
    );
    assert.deepEqual([own, unchecked], [[], []]);
  };

  /** Under emulation, a backend with a slow targetcli is down at first. */
  const start = async (backends) => {
    await cloud.start(backends);
    await until('every backend answers', async () => (await cloud.findings()).unchecked.length === 0);
  };

  it('a host attaches a volume of each backend, and the server is stopped', async () => {
    appendFileSync('/etc/iscsi/iscsid.conf', GIVE_UP);
    for (const { name } of OPTIONS_BEFORE) {
      const connection = await attach(name, await cloud.createVolume(name));
      attached.set(name, { ...connection, sum: FILE_SYSTEM.fill(connection.device.path) });
    }
    await cloud.end('SIGTERM');
  });

  it('the start fails while the kernel’s NFS server exports a volume and the option names Ganesha', async () => {
    await assert.rejects(
      cloud.start(at('after', [...BLOCKS, FILES])),
      /NFS server of the kernel still exports 1 volumes .* set "server" back to "exportfs" until they are detached/,
    );
  });

  it('a start with all other options changed finds the exports', async () => {
    await start([...at('after', BLOCKS), ...at('before', [FILES])]);
    await agrees();
  });

  for (const [number, { name, after }] of BLOCKS.entries()) {
    const byForce = number % 2 === 1;
    it(`${name}: the host can no longer read or write once it is ${byForce ? 'fenced' : 'detached'}`, () =>
      isCutOff(attached.get(name), byForce));

    it(`${name}: the next attachment uses the new options and finds the data`, async () => {
      const { target_portal: portal, target_lun: lun } = await isFoundAgain(attached.get(name));
      assert.deepEqual([portal, lun], [after.portals[0], after.target === 'lio' ? 0 : 1]);
      await cloud.deleteVolume(attached.get(name).volume);
    });
  }

  it(`${FILES.name}: the host can no longer read or write once it is detached`, async () => {
    await isCutOff(attached.get(FILES.name), false);
    await agrees();
    await cloud.end('SIGTERM');
  });

  it(`${FILES.name}: Ganesha then exports the volume and ends the export`, async () => {
    const { name, volume } = attached.get(FILES.name);
    forgetMounts();
    await storage.changeToGanesha(`${cloud.folder}/backends/${name}/ganesha`);
    await start(at('after', [...BLOCKS, FILES]));
    const { export: share } = await isFoundAgain(attached.get(name));
    forgetMounts();
    assert.throws(() => run('mount', '-t', 'nfs', '-o', 'vers=4.2', share, '/tmp/refused'));
    await cloud.deleteVolume(volume);
  });

  it('nothing is left over', () => assertNothingIsLeft(cloud));
}

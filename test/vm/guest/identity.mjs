import assert from 'node:assert/strict';
import { mapsOf, startMultipathd, wwidOf } from './multipath.mjs';
import * as storage from './storage.mjs';
import { run, until } from './storage.mjs';

const GIB = 2 ** 30;
/** Differs between backends, to tell their data apart. */
const RANDOM = '/tmp/random-';

/**
 * Declares what a host with a kernel initiator and multipathd finds: the volumes of two tgtd, whose targets have the same
 * numbers, and of LIO are separate disks, each with a path per portal. Each keeps its identity, whatever happens to its
 * export.
 */
export function identityOf({ it, cloud, here }) {
  const backends = storage.BACKENDS.filter(({ name }) => name.startsWith('lvm'));
  const disks = new Map();
  const portals = new Map(backends.map(({ name, options }) => [name, options.portals.length]));

  const mapOf = ({ data }) => `/dev/mapper/${data.wwn}`;
  const isWhole = (name, { data }) =>
    until('every path is in the map', () => mapsOf().get(data.wwn)?.length === portals.get(name));

  it('multipathd creates a map for each volume, with a path for each portal', async () => {
    await startMultipathd();
    here.multipath = true;
    for (const { name } of backends) {
      const volume = await cloud.createVolume(name);
      const { id, connection_info: info } = await cloud.attach(volume, await here.properties(), 'rw');
      const device = await here.connect(info);
      disks.set(name, { volume, attachment: id, info, device });
    }
    const wanted = [...disks].map(([name, { info }]) => [info.data.wwn, portals.get(name)]).sort();
    assert.equal(new Set(wanted.map(([wwn]) => wwn)).size, backends.length);
    // os-brick waits ten seconds for a map, which is short under emulation.
    await until('every path works', () => {
      const found = [...mapsOf()].map(([wwn, paths]) => [wwn, paths.length]).sort();
      assert.deepEqual(found, wanted, run('multipath', '-ll'));
      return true;
    });
    for (const [wwn, paths] of mapsOf()) {
      for (const path of paths) assert.equal(wwidOf(path), wwn);
    }
  });

  it('data written to a map is in its volume, on every path, and in no other', () => {
    for (const [name, { info }] of disks) {
      run('dd', 'if=/dev/urandom', `of=${RANDOM}${name}`, 'bs=1M', 'count=1');
      run('dd', `if=${RANDOM}${name}`, `of=${mapOf(info)}`, 'bs=1M', 'oflag=direct');
    }
    for (const [name, { volume, info }] of disks) {
      const paths = mapsOf().get(info.data.wwn);
      for (const from of [storage.deviceOf(volume), ...paths.map((path) => `/dev/${path}`)]) {
        run('blockdev', '--flushbufs', from);
        run('cmp', '-n', String(2 ** 20), `${RANDOM}${name}`, from);
      }
    }
  });

  it('a map is extended with its volume, on all its paths', async () => {
    const { volume, info } = disks.get('lvm-lio');
    await cloud.extend(volume, 2);
    assert.equal(await here.extend(info), 2 * GIB);
    const paths = mapsOf().get(info.data.wwn);
    for (const device of [mapOf(info), ...paths.map((path) => `/dev/${path}`)]) {
      assert.equal(Number(run('blockdev', '--getsize64', device)), 2 * GIB, device);
    }
  });

  it('a volume of LIO is the same disk after LIO has lost it and after a restart', async () => {
    const { volume, info, device } = disks.get('lvm-lio');
    await here.disconnect(info, device);
    cloud.repaired.delete(volume);
    await storage.lose('lvm-lio');
    await until('the server has restored the export', () => cloud.repaired.has(volume));
    const again = await here.connect(info);
    await isWhole('lvm-lio', info);
    await here.disconnect(info, again);
    await cloud.whileSuspended(() => storage.restart('lvm-lio'));
    const restarted = await here.connect(info);
    await isWhole('lvm-lio', info);
    disks.set('lvm-lio', { ...disks.get('lvm-lio'), device: restarted });
  });

  it('nothing is left over after detaching and deleting them', async () => {
    for (const { volume, attachment, info, device } of disks.values()) {
      await here.disconnect(info, device);
      await cloud.detach(attachment);
      await cloud.deleteVolume(volume);
    }
    await until('no map is left', () => mapsOf().size === 0);
  });
}

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { forgetMounts } from './brick.mjs';
import { GROUP, run } from './storage.mjs';

const tgtadm = (mode) => run('tgtadm', '--lld', 'iscsi', '--mode', mode, '--op', 'show').trim();
const LIO = '/sys/kernel/config/target';

/** Fails if storage, hosts or server still hold anything of a deleted volume. */
export async function assertNothingIsLeft(cloud) {
  forgetMounts();
  assert.equal(run('lvs', '--noheadings', '-o', 'name', '-S', 'name=~^volume', GROUP).trim(), '');
  assert.equal(tgtadm('target'), '');
  assert.equal(tgtadm('account'), '');
  assert.deepEqual(
    readdirSync(`${LIO}/iscsi`).filter((name) => name.startsWith('iqn.')),
    [],
  );
  assert.deepEqual(
    readdirSync(`${LIO}/core`).filter((name) => name.startsWith('iblock_')),
    [],
  );
  assert.doesNotMatch(readFileSync('/var/lib/nfs/etab', 'utf8'), /volume-/);
  for (const folder of ['share', 'raw', 'qcow2']) assert.deepEqual(readdirSync(`/srv/${folder}`), []);
  assert.throws(() => run('iscsiadm', '-m', 'session'), { status: 21 });
  assert.throws(() => run('iscsiadm', '-m', 'node'), { status: 21 });
  // A backend remembers its volume group.
  const traces = ['-name', '*volume-*', '!', '-name', 'volume-group.json'];
  assert.deepEqual(run('find', cloud.folder, '-xdev', ...traces).trim(), '');
  assert.deepEqual(await cloud.findings(), { findings: [], unchecked: [] });
}

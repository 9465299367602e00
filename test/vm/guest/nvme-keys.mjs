import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { assertRefused, connectedDisk, disconnect, NvmeHost, REFUSAL } from './nvme-host.mjs';
import * as target from './nvme-target.mjs';
import { run } from './storage.mjs';

/** The file of the option. */
export const KEYS = '/etc/clinker/keys.json';

/** Makes a key in the way of the driver's README. */
const newKey = ({ nqn }) => run('nvme', 'gen-dhchap-key', '--hmac=1', `--nqn=${nqn}`).trim();

/** Writes the file with a new key for each of these hosts. @returns the keys */
export function giveKeys(hosts) {
  const keys = hosts.map((host) => [host.nqn, newKey(host)]);
  writeFileSync(KEYS, JSON.stringify(Object.fromEntries(keys)), { mode: 0o600 });
  return keys.map(([, key]) => key);
}

/** Whether the kernel's target can check the keys of hosts, asked without the driver. */
export const canCheckKeys = () => readFileSync('/proc/kallsyms', 'utf8').includes('nvmet_setup_auth');

/** Declares that hosts have to prove their names. @param keys the keys of `one` and `other` */
export function keysOf({ it, cloud, one, other, keys: [key, keyOfOther] }) {
  const known = [key, keyOfOther];
  let volume, attachment, info;

  const attach = async () => {
    attachment = await cloud.attach(volume, one.connector(), 'rw');
    info = attachment.connection_info;
  };
  const isRefused = (reason, host, itsKey) => {
    const options = itsKey === undefined ? {} : { dhchap_secret: itsKey };
    for (const portal of info.data.portals) assertRefused(reason, host, info, portal, options);
  };
  const connectedWith = (itsKey) => connectedDisk(one, info, `--dhchap-secret=${itsKey}`);

  it('a host with its key connects to both portals, writes and reads', async () => {
    volume = await cloud.createVolume('nvme');
    await attach();
    const disk = await connectedWith(key);
    run('dd', 'if=/dev/urandom', 'of=/tmp/random', 'bs=1M', 'count=1');
    run('dd', 'if=/tmp/random', `of=${disk}`, 'bs=1M', 'oflag=direct');
    run('cmp', '-n', String(2 ** 20), '/tmp/random', disk);
    disconnect(info);
  });

  it('its name without the key or with another, and other names with their keys, are refused', () => {
    const wrong = newKey(one);
    known.push(wrong);
    isRefused(REFUSAL.unproven, one);
    isRefused(REFUSAL.unproven, one, wrong);
    isRefused(REFUSAL.unproven, one, keyOfOther);
    isRefused(REFUSAL.notAllowed, other, keyOfOther);
  });

  it('a host without a key in the file gets no connection', async () => {
    const stranger = new NvmeHost('00000000-0000-4000-8000-00000000beef');
    await cloud.detach(attachment.id);
    await assert.rejects(cloud.attach(volume, stranger.connector(), 'rw'), (error) => {
      assert.ok(known.every((one) => !error.message.includes(one)));
      return true;
    });
    for (const { id } of await cloud.attachmentsOf(volume)) await cloud.detach(id);
    assert.deepEqual(target.targetState(), target.NOTHING);
  });

  it("a changed key is used from the host's next attachment on, without a restart", async () => {
    const [changed] = giveKeys([one]);
    known.push(changed);
    await attach();
    isRefused(REFUSAL.unproven, one, key);
    await connectedWith(changed);
    disconnect(info);
  });

  it('no key is in an answer, or in what the server printed', () => {
    const told = JSON.stringify(attachment) + cloud.output;
    assert.ok(told.includes(volume), 'the server printed nothing of the volume');
    for (const one of known) {
      const [, , digits] = one.split(':');
      assert.ok(digits.length > 40);
      assert.ok(!told.includes(digits));
    }
  });

  it('nothing is left in the target after the detach, not even the key', async () => {
    await cloud.detach(attachment.id);
    isRefused(REFUSAL.closed, one, known.at(-1));
    assert.deepEqual(target.targetState(), target.NOTHING);
    await cloud.deleteVolume(volume);
  });
}

/** Declares that the server does not start where keys would not be checked. */
export function refusedKeys({ it, cloud, keys }) {
  it('the server does not start, as the kernel cannot check keys, and says what would help', async () => {
    await assert.rejects(
      cloud.startFrom(target.CONFIGURATION),
      /run one with CONFIG_NVME_TARGET_AUTH, or leave the option \\?"host_keys\\?" out/,
    );
    for (const key of keys) assert.ok(!cloud.output.includes(key.split(':')[2]));
  });
  it.skip('what hosts with keys can do: E2E_VM_KERNEL=qemu-next boots a kernel that checks them');
}

/**
 * Tests two volume nodes with LVM's metadata and a tgtd each, an API replica, and a host, each in a network namespace of its
 * own with an address of its own. The host reaches volumes only by what the replica tells it. Run by "npm run
 * test:dataplane:nodes", as root; needs lvm2, tgt, qemu-io, postgresql and nats-server.
 */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Checks } from './checks.mjs';
import { Initiator } from './initiator.mjs';
import { HOST, OTHER_HOST, TwoNodes } from './two-nodes-machine.mjs';
import { until } from './until.mjs';

if (process.env.CLINKER_OWN_NAMESPACES !== '1') {
  const args = ['--net', '--mount', '--propagation', 'private', process.execPath];
  const env = { ...process.env, CLINKER_OWN_NAMESPACES: '1' };
  const { status, error } = spawnSync('unshare', [...args, fileURLToPath(import.meta.url)], {
    env,
    stdio: 'inherit',
  });
  if (error !== undefined) throw error;
  process.exit(status ?? 1);
}

const machine = new TwoNodes();
const host = new Initiator('iqn.1993-08.org.debian:01:host', HOST);
const otherHost = new Initiator('iqn.1993-08.org.debian:01:other', OTHER_HOST);
/** The bytes that the host writes to the volume of each node. */
const PATTERNS = [0x5a, 0xa5];
const volumes = [];
const attachments = [];

const send = async (status, ...request) => {
  const answer = await machine.client.send(...request);
  assert.equal(answer.status, status, JSON.stringify(answer.body));
  return answer.body;
};

const volumeOf = async (id) => (await send(200, 'GET', `/volumes/${id}`)).volume;

async function attach(volume, to = host) {
  const connector = { host: to.namespace, initiator: to.name, ip: '10.92.0.21' };
  const wanted = { volume_uuid: volume, instance_uuid: randomUUID(), connector };
  const { attachment } = await send(200, 'POST', '/attachments', { attachment: wanted });
  await send(204, 'POST', `/attachments/${attachment.id}/action`, { 'os-complete': null });
  const { connection_info: data, id } = attachment;
  return { id, info: { data } };
}

const detach = ({ id }) => send(200, 'DELETE', `/attachments/${id}`);

/** Makes one more volume on a node. */
async function aVolumeOf({ backend }) {
  const { volume } = await send(202, 'POST', '/volumes', { volume: { size: 1, volume_type: backend } });
  volumes.push(volume.id);
  await until(`volume ${volume.id}`, async () =>
    (await volumeOf(volume.id)).status === 'available' ? true : null,
  );
  return volume.id;
}

/** True if the replica knows that the process of a node lives. */
async function hasJoined({ backend }) {
  const { services } = await send(200, 'GET', '/os-services');
  return services.some(({ host, state }) => host.includes(backend) && state === 'up');
}

const checks = new Checks();
const { it } = checks;

it('a volume of each type is made on the node that has its backend, and on no other', async () => {
  for (const { backend } of machine.nodes) {
    const specs = { extra_specs: { volume_backend_name: backend } };
    await send(200, 'POST', '/types', { volume_type: { name: backend, ...specs } });
    const volume = { size: 1, volume_type: backend };
    volumes.push((await send(202, 'POST', '/volumes', { volume })).volume.id);
  }
  for (const [number, id] of volumes.entries()) {
    const status = await until(`volume ${id}`, async () => {
      const { status: now } = await volumeOf(id);
      return now === 'creating' ? null : now;
    });
    assert.equal(status, 'available');
    assert.deepEqual(machine.nodes[number].storage.volumes(), [`volume-${id}`]);
  }
});

it('a host attaches both, each at its own node, and reads what it wrote', async () => {
  for (const [number, id] of volumes.entries()) {
    const attachment = await attach(id);
    attachments.push(attachment);
    assert.equal(attachment.info.data.target_portal, machine.nodes[number].storage.portal);
  }
  for (const [number, { info }] of attachments.entries()) {
    const written = await host.write(info, PATTERNS[number]);
    assert.ok(written.ok, written.output);
  }
  for (const [number, { info }] of attachments.entries()) {
    const read = await host.read(info, PATTERNS[number]);
    assert.ok(read.ok, read.output);
    assert.equal((await host.read(info, PATTERNS[1 - number])).ok, false);
  }
});

it('another host is refused at both nodes, although it knows the secrets', async () => {
  for (const { info } of attachments) assert.equal(await otherHost.canRead(info), false);
});

it('a host keeps its volume while the process of the node is down, and a detach is refused until it is back', async () => {
  const [first, second] = machine.nodes;
  await second.process.kill('SIGKILL');
  // The lease has to run out, or the next heartbeat to see that the process has ended.
  const refused = await until('the detach is refused', async () => {
    const answer = await machine.client.delete(attachments[1].id);
    return answer.status === 503 ? answer : null;
  });
  assert.ok(Number(refused.headers.get('retry-after')) > 0);
  assert.ok((await host.read(attachments[1].info, PATTERNS[1])).ok);
  // The other node works on.
  const attachment = await attach(await aVolumeOf(first));
  await detach(attachment);
  await machine.startNode(second);
  await until('the node is back', async () => ((await hasJoined(second)) ? true : null));
});

it('a detached host is refused, and the volume of the other node stays attached', async () => {
  await detach(attachments[1]);
  assert.equal(await host.canRead(attachments[1].info), false);
  assert.ok((await host.read(attachments[0].info, PATTERNS[0])).ok);
  await detach(attachments[0]);
  assert.equal(await host.canRead(attachments[0].info), false);
});

it('the host that was refused reads the bytes once the volume is attached to it', async () => {
  const again = await attach(volumes[1], otherHost);
  assert.ok((await otherHost.read(again.info, PATTERNS[1])).ok);
  await detach(again);
});

it('at the end nothing is left on either node', async () => {
  for (const id of volumes) {
    await send(202, 'DELETE', `/volumes/${id}`);
    await until(`volume ${id} is gone`, async () =>
      (await machine.client.send('GET', `/volumes/${id}`)).status === 404 ? true : null,
    );
  }
  for (const { storage } of machine.nodes) {
    assert.deepEqual(storage.volumes(), []);
    assert.equal(storage.run('tgtadm', '--lld', 'iscsi', '--mode', 'target', '--op', 'show').trim(), '');
  }
});

try {
  await machine.start();
  process.exitCode = (await checks.run(process.argv[2])) ? 0 : 1;
} finally {
  await machine.stop();
}

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { call, connectionOf, exported, newVolume } from './support/calls.js';
import { World } from './support/world.js';

const ONE = 'nqn.2014-08.org.nvmexpress:uuid:11111111-1111-4111-8111-111111111111';
const TWO = 'nqn.2014-08.org.nvmexpress:uuid:22222222-2222-4222-8222-222222222222';

it('a host is told what os-brick and the kernel need', async () => {
  const world = new World();
  const { volume, infos } = await exported(world.driver(), ONE);
  const [{ driver_volume_type: type, data }] = infos;
  assert.equal(type, 'nvmeof');
  assert.match(
    data.target_nqn,
    new RegExp(`^nqn\\.2010-10\\.org\\.openstack:volume-${volume.id}:[0-9a-f]{16}$`),
  );
  assert.deepEqual(
    { ...data, target_nqn: undefined },
    {
      target_nqn: undefined,
      host_nqn: ONE,
      portals: [
        ['192.0.2.10', '4420', 'tcp'],
        ['2001:db8::10', '4420', 'tcp'],
      ],
      vol_uuid: volume.id,
      ns_id: 1,
      wwn: `uuid.${volume.id}`,
      access_mode: 'rw',
      discard: true,
    },
  );
  assert.equal(world.nvmet.serves(data.target_nqn, ONE), true);
  assert.equal(world.nvmet.serves(data.target_nqn, TWO), false);
});

it('the end of one host leaves the other connected', async () => {
  const world = new World();
  const driver = world.driver();
  const { volume, infos } = await exported(driver, ONE, TWO);
  const [first, second] = infos.map(({ data }) => data.target_nqn);
  const ports = () => [...world.nvmet.ports.values()].map(({ linked }) => [...linked]);
  await driver.fenceConnection(volume, connectionOf(ONE), [connectionOf(TWO)], call());
  assert.equal(world.nvmet.subsystems.has(first), false);
  assert.equal(world.nvmet.serves(second, TWO), true);
  assert.deepEqual(ports(), [[second], [second]]);
});

it('a host and its key are forgotten with its last volume', async () => {
  const world = new World();
  const driver = world.driver();
  const [one, other] = [await exported(driver, ONE), await exported(driver, ONE)];
  await driver.terminateConnection(one.volume, connectionOf(ONE), [], call());
  assert.deepEqual([...world.nvmet.hosts.keys()], [ONE]);
  await driver.terminateConnection(other.volume, connectionOf(ONE), [], call());
  assert.deepEqual([...world.nvmet.hosts.keys()], []);
  const last = await exported(driver, ONE, TWO);
  await driver.removeExport(last.volume, call());
  assert.deepEqual([...world.nvmet.hosts.keys()], []);
});

it('a call that was interrupted after it had removed a target forgets the host when it is repeated', async () => {
  const world = new World();
  const driver = world.driver();
  const { volume } = await exported(driver, ONE);
  const end = () => driver.terminateConnection(volume, connectionOf(ONE), [], call());
  for (let step = 0; world.nvmet.hosts.size > 0; step += 1) {
    const endTrouble = world.interrupt(step, 'fails');
    await end().catch(() => undefined);
    endTrouble();
    if (world.nvmet.subsystems.size === 1) await end();
  }
  assert.equal(world.nvmet.subsystems.size, 1);
});

it('options that change meanwhile concern new exports only', async () => {
  const world = new World();
  const { volume, infos } = await exported(world.driver(), ONE);
  const changed = world.driver({ portals: ['192.0.2.11:4421'], nqnPrefix: 'nqn.2026-11.example' });
  const again = await changed.initializeConnection(volume, connectionOf(ONE), [], call());
  assert.deepEqual(again, infos[0]);
  world.nvmet.reboot();
  await changed.ensureExport(volume, [connectionOf(ONE)], call());
  assert.deepEqual(await changed.initializeConnection(volume, connectionOf(ONE), [], call()), infos[0]);
  assert.equal(world.nvmet.serves(infos[0].data.target_nqn, ONE), true);
  await changed.removeExport(volume, call());
  assert.equal(world.nvmet.subsystems.size, 0);

  const next = await exported(changed, ONE);
  assert.match(next.infos[0].data.target_nqn, /^nqn\.2026-11\.example:volume-/);
  assert.deepEqual(next.infos[0].data.portals, [['192.0.2.11', '4421', 'tcp']]);
});

it('a host that was detached while the export was lost is not admitted again', async () => {
  const world = new World();
  const driver = world.driver();
  const { volume } = await exported(driver, ONE, TWO);
  await driver.ensureExport(volume, [connectionOf(TWO)], call());
  assert.deepEqual((await driver.inspect(volume, call())).admitted, [TWO]);
});

it('growth is announced to every host, also by the repeated call', async () => {
  const world = new World();
  const driver = world.driver();
  const { volume } = await exported(driver, ONE, TWO);
  await driver.extendVolume(volume, 2, call());
  await driver.extendVolume(volume, 2, call());
  assert.equal(world.nvmet.revalidated.length, 4);
});

it('no room for growth is RESOURCE_EXHAUSTED', async () => {
  const driver = new World().driver();
  const { volume } = await exported(driver, ONE);
  await assert.rejects(driver.extendVolume(volume, 1000, call()), { code: 'RESOURCE_EXHAUSTED' });
});

it('a portal that is no address of the machine is UNAVAILABLE, and the error names it', async () => {
  const driver = new World({ addresses: ['192.0.2.10'] }).driver();
  await assert.rejects(exported(driver, ONE), {
    code: 'UNAVAILABLE',
    message: /\[2001:db8::10\]:4420 \(EADDRNOTAVAIL\)/,
  });
});

it('a port that someone else made for a portal is used', async () => {
  const world = new World();
  await world.nvmet.mkdir('/nvmet/ports/7');
  Object.assign(world.nvmet.ports.get('7').attributes, {
    addr_trtype: 'tcp',
    addr_adrfam: 'ipv4',
    addr_traddr: '192.0.2.10',
    addr_trsvcid: '4420',
  });
  const { infos } = await exported(world.driver({ portals: ['192.0.2.10:4420'] }), ONE);
  assert.deepEqual([...world.nvmet.ports.keys()], ['7']);
  assert.equal(world.nvmet.serves(infos[0].data.target_nqn, ONE), true);
});

it('subsystems of another backend are not listed', async () => {
  const world = new World();
  const driver = world.driver();
  const { volume } = await exported(driver, ONE);
  const { id } = newVolume();
  await world.nvmet.mkdir(`/nvmet/subsystems/nqn.2010-10.org.openstack:volume-${id}`);
  await world.nvmet.mkdir(`/nvmet/subsystems/nqn.2010-10.org.openstack:volume-${id}/namespaces/1`);
  world.nvmet.subsystems.get(`nqn.2010-10.org.openstack:volume-${id}`).namespaces.get('1').device_path =
    '/dev/other/x';
  const listed = await driver.listExports({ after: null, limit: 10 }, call());
  assert.deepEqual(listed, [{ volumeId: volume.id, admitted: [ONE] }]);
});

it('volumes attached and detached at the same time by one host each end as they should', async () => {
  const world = new World();
  const driver = world.driver();
  const made = await Promise.all(Array.from({ length: 8 }, () => exported(driver, ONE)));
  const leaving = made
    .slice(0, 7)
    .map(({ volume }) => driver.terminateConnection(volume, connectionOf(ONE), [], call()));
  const arriving = Array.from({ length: 4 }, () => exported(driver, ONE));
  await Promise.all([...leaving, ...arriving]);
  const listed = await driver.listExports({ after: null, limit: 100 }, call());
  assert.equal(listed.filter(({ admitted }) => admitted.includes(ONE)).length, 5);
  assert.equal(world.nvmet.ports.size, 2);
});

it('a host that is forgotten just before it is admitted is made again', async () => {
  const world = new World();
  const { nvmet } = world;
  const link = nvmet.symlink.bind(nvmet);
  let isFirst = true;
  nvmet.symlink = async (to, path) => {
    if (isFirst) await nvmet.rmdir(to);
    isFirst = false;
    return link(to, path);
  };
  const { infos } = await exported(world.driver(), ONE);
  assert.equal(nvmet.serves(infos[0].data.target_nqn, ONE), true);
});

it('what is no name of a host is refused', () => {
  const driver = new World().driver();
  for (const nqn of [
    '../../hosts',
    'nqn.2014-08.org/x',
    'nqn.2014-08.a b',
    `nqn.2014-08.${'x'.repeat(250)}`,
    'iqn.x',
    '',
  ]) {
    assert.throws(() => driver.validateConnector({ nqn }), { code: 'INVALID_CONNECTOR', field: 'nqn' });
  }
});

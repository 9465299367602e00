import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { it } from 'node:test';
import { call, connectionOf, exported } from './support/calls.js';
import { keyOf, withKeys, World } from './support/world.js';

const HOST = 'nqn.2014-08.org.nvmexpress:uuid:11111111-1111-4111-8111-111111111111';
const KEY = keyOf('s');

const failureOf = (call) => call.then(assert.fail, (error) => error);

it('the kernel gets the key of the host, and nobody else', () =>
  withKeys({ [HOST]: KEY }, async (keys) => {
    const world = new World();
    const driver = world.driver({ keys });
    await driver.setup();
    const { volume, infos } = await exported(driver, HOST);
    assert.deepEqual(world.nvmet.hosts.get(HOST).attributes, {
      dhchap_key: KEY,
      dhchap_dhgroup: 'ffdhe2048',
    });
    assert.doesNotMatch(JSON.stringify([infos, volume]), new RegExp(KEY));
  }));

it('the key of a later attachment is that of the file', () =>
  withKeys({ [HOST]: KEY }, async (keys) => {
    const world = new World();
    const driver = world.driver({ keys });
    await exported(driver, HOST);
    await writeFile(keys, JSON.stringify({ [HOST]: keyOf('t') }));
    await exported(driver, HOST);
    assert.equal(world.nvmet.hosts.get(HOST).attributes.dhchap_key, keyOf('t'));
  }));

it('a host without a key is refused, and nothing is made for it', () =>
  withKeys({}, async (keys) => {
    const world = new World();
    await assert.rejects(exported(world.driver({ keys }), HOST), {
      code: 'FAILED_PRECONDITION',
      message: new RegExp(HOST),
    });
    assert.deepEqual([...world.nvmet.hosts.keys()], []);
    assert.equal(world.nvmet.subsystems.size, 1);
  }));

it('no error tells a key, whatever step of an attachment fails', () =>
  withKeys({ [HOST]: KEY }, async (keys) => {
    const world = new World();
    const driver = world.driver({ keys });
    const { volume } = await exported(driver, HOST);
    let failures = 0;
    for (let step = 0; ; step += 1, failures += 1) {
      await driver.terminateConnection(volume, connectionOf(HOST), [], call());
      const endTrouble = world.interrupt(step, 'fails');
      const outcome = driver.initializeConnection(volume, connectionOf(HOST), [], call());
      const error = await outcome.catch((reason) => reason);
      if (!endTrouble()) break;
      assert.doesNotMatch(`${error.message} ${error.cause?.message}`, new RegExp(KEY));
    }
    assert.ok(failures > 10);
  }));

it('a kernel that cannot authenticate hosts is refused at the start, and keeps no trace', () =>
  withKeys({}, async (keys) => {
    const world = new World({ authenticates: false });
    await assert.rejects(world.driver({ keys }).setup(), { message: /CONFIG_NVME_TARGET_AUTH/ });
    assert.deepEqual([...world.nvmet.hosts.keys()], []);
  }));

it('a file that others can read, or that is not of keys, is refused without being quoted', async () => {
  const start = (content, mode) =>
    withKeys(content, (keys) => failureOf(new World().driver({ keys }).setup()), mode);
  const expected = [
    [await start({ [HOST]: KEY }, 0o640), /chmod 600/],
    [await start(`{"${HOST}": "${KEY}`), /is not JSON/],
    [await start([KEY]), /is not a JSON object/],
    [await start({ [HOST]: `${KEY}x` }), /nvme gen-dhchap-key/],
    [await failureOf(new World().driver({ keys: '/absent' }).setup()), /ENOENT/],
  ];
  for (const [error, text] of expected) {
    assert.equal(error.code, 'FAILED_PRECONDITION');
    assert.match(error.message, text);
    assert.doesNotMatch(error.message, new RegExp(KEY));
  }
});

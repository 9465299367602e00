/** Refused and continuing access of hosts, with one version of NFS and a file that they hold open. */
import assert from 'node:assert/strict';
import { chmodSync, readFileSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import {
  ACCESS,
  PERMISSION,
  READ_ONLY,
  REFUSED,
  attach,
  call,
  connect,
  detach,
  fileOf,
  first,
  machine,
  second,
  textOf,
  third,
  withVolume,
} from './ganesha-subject.mjs';

export function declareOpenFiles(it, version) {
  for (const [how, cutOff] of [
    ['detached', detach],
    ['fenced', (driver, volume, one, remaining) => driver.fenceConnection(volume, one, remaining, call())],
  ]) {
    it(`a host that is ${how} loses access to its open files; others keep working`, () =>
      withVolume(async (driver, volume) => {
        const [one, two] = [connect(first), connect(second)];
        const info = await attach(driver, volume, one);
        await attach(driver, volume, two, [one]);
        const [gone, stays] = [await first.open(info, version), await second.open(info, version)];
        assert.equal(await gone.write('before'), 'ok');
        assert.equal(textOf(await stays.read(0, 6)), 'before');
        await cutOff(driver, volume, one, [two]);
        assert.ok(REFUSED[version].includes(await gone.write('after!')));
        assert.ok(REFUSED[version].includes((await gone.read(0, 6)).answer));
        assert.ok(REFUSED[version].includes((await first.open(info, version)).opened));
        assert.equal(textOf(await stays.read(0, 6)), 'before');
        assert.equal(await stays.write('stayed'), 'ok');
        await cutOff(driver, volume, two, []);
        assert.ok(REFUSED[version].includes((await stays.read(0, 6)).answer));
        assert.equal(readFileSync(fileOf(volume), 'utf8').slice(0, 6), 'stayed');
      }));
  }

  it('a host that connects after a fenced one works, and the fenced one stays locked out', () =>
    withVolume(async (driver, volume) => {
      const one = connect(first);
      const info = await attach(driver, volume, one);
      const gone = await first.open(info, version);
      await driver.fenceConnection(volume, one, [], call());
      await attach(driver, volume, connect(second));
      const next = await second.open(info, version);
      assert.equal(await next.write('next'), 'ok');
      assert.ok(REFUSED[version].includes(await gone.write('gone')));
      assert.ok(REFUSED[version].includes((await gone.read(0, 4)).answer));
      assert.equal(textOf(await next.read(0, 4)), 'next');
    }));

  it('a host that is attached again can use the volume that it still has mounted', () =>
    withVolume(async (driver, volume) => {
      const one = connect(first);
      const handle = await (await first.open(await attach(driver, volume, one), version)).handle();
      await detach(driver, volume, one);
      await driver.removeExport(volume, call());
      await driver.createExport(volume, connect(first), call());
      const session = await first.open(await attach(driver, volume, connect(first)), version);
      assert.equal(await session.handle(), handle);
    }));

  it('a host that is attached read-only can read but not write, while another can write', () =>
    withVolume(async (driver, volume) => {
      const writer = connect(first);
      const info = await attach(driver, volume, writer);
      await attach(driver, volume, connect(second, 'ro'), [writer]);
      const writing = await first.open(info, version);
      const reading = await second.open(info, version, { mode: 'ro' });
      assert.equal(await writing.write('words'), 'ok');
      assert.equal(textOf(await reading.read(0, 5)), 'words');
      assert.ok([READ_ONLY, ACCESS, 'status 10038'].includes(await reading.write('wrong')));
      assert.equal(textOf(await writing.read(0, 5)), 'words');
    }));

  it('a host whose read-write attachment ends but whose read-only one remains cannot write', () =>
    withVolume(async (driver, volume) => {
      const [writer, reader] = [connect(first), connect(first, 'ro')];
      const info = await attach(driver, volume, writer);
      await attach(driver, volume, reader, [writer]);
      const session = await first.open(info, version);
      assert.equal(await session.write('words'), 'ok');
      await detach(driver, volume, writer, [reader]);
      assert.equal(await session.write('wrong'), READ_ONLY);
      assert.equal(textOf(await session.read(0, 5)), 'words');
    }));

  it('a host cannot reach a volume through an old file handle and an export that it still has', () =>
    withVolume((driver, lost) =>
      withVolume(async (_, kept) => {
        const one = connect(first);
        const lostSession = await first.open(await attach(driver, lost, one), version);
        const keptSession = await first.open(await attach(driver, kept, connect(first)), version);
        assert.equal(await lostSession.write('secret'), 'ok');
        if (version === 3) assert.equal(await lostSession.chmod(0o666), PERMISSION);
        await detach(driver, lost, one);
        await attach(driver, lost, connect(second));
        const forged = forge(await lostSession.handle(), await keptSession.handle());
        assert.equal((await keptSession.read(0, 6, forged)).answer, ACCESS);
        // The handle is valid: only the file's permissions keep the host out.
        chmodSync(fileOf(lost), 0o666);
        await machine.killGanesha();
        await machine.startGanesha();
        const again = await first.open(await attach(driver, kept, connect(first)), version);
        assert.equal(textOf(await again.read(0, 6, forged)), 'secret');
      }),
    ));

  it('after a crash of Ganesha its files admit the same hosts and no others', () =>
    withVolume(async (driver, volume) => {
      const [one, two] = [connect(first), connect(second)];
      const info = await attach(driver, volume, one);
      await attach(driver, volume, two, [one]);
      const handle = await (await first.open(info, version)).handle();
      await detach(driver, volume, two, [one]);
      await machine.killGanesha();
      await machine.startGanesha();
      assert.deepEqual((await driver.inspect(volume, call())).admitted, [first.ip]);
      const session = await first.open(info, version);
      assert.equal(await session.handle(), handle);
      assert.equal(await session.write('again'), 'ok');
      for (const host of [second, third]) {
        assert.ok(REFUSED[version].includes((await host.open(info, version)).opened));
      }
    }));

  it('after a crash of Ganesha without its files ensureExport admits the same hosts again', () =>
    withVolume(async (driver, volume) => {
      const [one, two] = [connect(first), connect(second)];
      const info = await attach(driver, volume, one);
      await attach(driver, volume, two, [one]);
      const handle = await (await first.open(info, version)).handle();
      for (const name of readdirSync(machine.conf))
        renameSync(join(machine.conf, name), join(machine.folder, name));
      await machine.killGanesha();
      await machine.startGanesha();
      assert.deepEqual((await driver.inspect(volume, call())).admitted, []);
      await driver.ensureExport(volume, [one], call());
      const session = await first.open(info, version);
      assert.equal(await session.handle(), handle);
      assert.ok(REFUSED[version].includes((await second.open(info, version)).opened));
    }));
}

/** A handle of one file with another file's export id: bytes 3 and 4 of Ganesha's handles. */
function forge(file, from) {
  return `${file.slice(0, 4)}${from.slice(4, 8)}${file.slice(8)}`;
}

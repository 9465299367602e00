import assert from 'node:assert/strict';
import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from '../chaos/lib/client.mjs';
import { ServerProcess } from '../chaos/lib/server-process.mjs';
import { StorageHost } from './storage-host.mjs';
import { until } from './until.mjs';

const DRIVER = fileURLToPath(new URL('../chaos/lib/tgt-driver.mjs', import.meta.url));
const MIB = 2 ** 20;
const SIZE_GIB = 4;
/** At this rate a wiping step takes a second, and the whole volume three times as long as a call may without progress. */
const DISK_BYTES_PER_SECOND = 256 * MIB;
const DRIVER_TIMEOUT_MS = 5000;

/** A volume's bytes on the disk, accessed directly. */
class Marks {
  constructor(host, name) {
    this.file = openSync(host.image, 'r+');
    this.place = host.placeOf(name);
    this.every = Array.from({ length: this.place.size / (16 * MIB) }, (_, index) => index * 16 * MIB + 4096);
  }

  write(offset, byte) {
    writeSync(this.file, Buffer.alloc(4096, byte), 0, 4096, this.place.offset + offset);
  }

  /** Offsets where written data is left, not zeros. */
  left() {
    const block = Buffer.alloc(4096);
    return this.every.filter((offset) => {
      readSync(this.file, block, 0, block.length, this.place.offset + offset);
      return block.some((byte) => byte !== 0);
    });
  }

  close() {
    closeSync(this.file);
  }
}

/** Declares what happens to a volume on a slow disk whose server is killed while it is being wiped. */
export function declareKilledWiping(it, port) {
  it('of a large volume survives SIGKILL of its server: the next one continues where it stopped, and nothing is left over', async () => {
    const host = new StorageHost(port, { bytesPerSecond: DISK_BYTES_PER_SECOND });
    await host.start();
    try {
      await killedMidway(host);
    } finally {
      await ServerProcess.killAll();
      await host.stop();
    }
  });
}

async function killedMidway(host) {
  const { folder, group, storage } = host;
  const options = { storage, wipe: 'zero' };
  const settings = {
    CLINKER_DATA_FOLDER: join(folder, 'server'),
    CLINKER_BACKENDS: JSON.stringify([{ name: 'tgt', driver: DRIVER, options }]),
    CLINKER_DRIVER_TIMEOUT_MS: String(DRIVER_TIMEOUT_MS),
  };
  const start = () => new ServerProcess(settings, { logFile: join(folder, 'server.log') });
  const lvs = (field) => host.run('lvs', '--noheadings', '-o', field, group).trim();
  const noted = () => /clinker\.wiped\.([0-9]+)\./.exec(lvs('lv_tags'))?.[1] ?? null;

  const first = start();
  const before = new Client(await first.address);
  const created = await before.send('POST', '/volumes', { volume: { size: SIZE_GIB } });
  const { id } = created.body.volume;
  const show = (client) => client.send('GET', `/volumes/${id}`);
  await until('the volume exists', async () =>
    (await show(before)).body.volume.status === 'available' ? true : null,
  );
  const marks = new Marks(host, `volume-${id}`);
  try {
    for (const offset of marks.every) marks.write(offset, 0x5a);
    const begin = performance.now();
    assert.equal((await before.deleteVolume(id)).status, 202);
    await until('the progress of the wiping is recorded', noted);
    await first.kill('SIGKILL');
    assert.ok(performance.now() - begin > DRIVER_TIMEOUT_MS);
    const wiped = Number(noted()) * MIB;
    assert.ok(wiped < marks.place.size, 'the kill came too late');
    // Wiped parts are not wiped again, so this must remain.
    const witness = marks.every.findLast((offset) => offset < wiped / 2);
    marks.write(witness, 0xc3);

    const after = new Client(await start().address);
    await until('the volume is gone', async () => {
      const { status, body } = await show(after);
      if (status === 404) return true;
      assert.equal(body.volume.status, 'deleting');
      return null;
    });
    assert.deepEqual(marks.left(), [witness]);
    assert.equal(lvs('lv_name'), '');
    assert.deepEqual(host.loopsOfVolumes(), []);
    const { consistency } = (await after.send('GET', '/clinker-consistency')).body;
    assert.deepEqual([consistency.findings, consistency.unchecked], [[], []]);
  } finally {
    marks.close();
  }
}

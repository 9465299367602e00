import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { FILE_SYSTEM, IMAGE } from './bytes.mjs';
import { assertNothingIsLeft } from './leftovers.mjs';
import * as storage from './storage.mjs';
import { until } from './storage.mjs';

const NOTES = '/var/lib/e2e.json';
const bytesOf = (backend) => (backend === 'nfs-qcow2' ? IMAGE : FILE_SYSTEM);

/** Declares the last step before the reboot: it leaves a filled, attached volume on each backend. */
export function beforeReboot(backends, { it, cloud, here }) {
  it('a volume of each backend is attached and filled, and the server is killed', async () => {
    const notes = [];
    for (const backend of backends) {
      const volume = await cloud.createVolume(backend);
      const attachment = await cloud.attach(volume, await here.properties(), 'rw');
      const info = attachment.connection_info;
      const device = await here.connect(info);
      notes.push({
        backend,
        volume,
        attachment: attachment.id,
        info,
        sum: bytesOf(backend).fill(device.path),
      });
      await here.disconnect(info, device);
    }
    await cloud.end('SIGKILL');
    writeFileSync(NOTES, JSON.stringify(notes));
  });
}

/** Declares the checks on the next boot, on which no service knows of any export. */
export function afterReboot({ describe, it, cloud, here }) {
  for (const { backend, volume, attachment, info, sum } of JSON.parse(readFileSync(NOTES, 'utf8'))) {
    describe(backend, () => {
      it('the server restores the export, and the host finds its data with the earlier connection information', async () => {
        if (backend !== 'nfs') await until('the export is back', () => cloud.repaired.has(volume));
        assert.equal(storage.isExported(backend, volume), true);
        assert.deepEqual((await cloud.attachment(attachment)).connection_info, info);
        const device = await here.connect(info);
        assert.equal(bytesOf(backend).sum(device.path), sum);
        assert.equal(bytesOf(backend).canWrite(device.path), true);
        await here.disconnect(info, device);
        await cloud.detach(attachment);
        await cloud.deleteVolume(volume);
      });
    });
  }
  it('nothing is left over', async () => {
    await assertNothingIsLeft(cloud);
    await cloud.end('SIGTERM');
  });
}

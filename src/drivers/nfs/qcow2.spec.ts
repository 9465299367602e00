import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { CallContext, Connection, VolumeRef } from '../contract/index.js';
import { SIMULATED_BACKENDS } from '../../../test/support/storage/simulated-backends.js';
import { nfsDriver } from './nfs.driver.js';
import type { NfsOptions } from './nfs-options.js';
import { diskSizeIn } from './qcow2.js';
import { SimulatedFiles } from '../../../test/support/storage/simulated-files.js';
import { SimulatedHost } from '../../../test/support/storage/simulated-nfs-host.js';

/** Recorded: od -A n -v -t x1 -N 80 of a 1 GiB image created by qemu-img 7.2. */
const PLAIN = ` 51 46 49 fb 00 00 00 03 00 00 00 00 00 00 00 00
 00 00 00 00 00 00 00 10 00 00 00 00 40 00 00 00
 00 00 00 00 00 00 00 02 00 00 00 00 00 03 00 00
 00 00 00 00 00 01 00 00 00 00 00 01 00 00 00 00
 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
`;
/** Recorded: with a backing file (-b). */
const BACKED = PLAIN.replace('03 00 00 00 00 00 00 00 00\n', '03 00 00 00 00 00 00 02 10\n');
/** Recorded: with an external data file (-o data_file). */
const EXTERNAL = PLAIN.replace(/00\n$/, '04\n');

describe('the header of a qcow2', () => {
  it('reports the size of the disk', () => {
    expect(diskSizeIn(PLAIN)).toBe(2 ** 30);
  });

  it('of version 2 ends before the features of version 3', () => {
    const ofVersion2 = EXTERNAL.replace('00 00 00 03', '00 00 00 02');
    expect(diskSizeIn(ofVersion2)).toBe(2 ** 30);
  });

  it.each([
    ['names a backing file', BACKED],
    ['names an external data file', EXTERNAL],
    ['is encrypted', PLAIN.replace('\n 00 00 00 00 00 00 00 02', '\n 00 00 00 01 00 00 00 02')],
    ['is a qcow2 of version 4', PLAIN.replace('fb 00 00 00 03', 'fb 00 00 00 04')],
    ['is no longer a qcow2', PLAIN.replace('51 46', '00 46')],
    ['is no longer a qcow2', PLAIN.slice(0, 100)],
    ['is no longer a qcow2', ''],
  ])('that %s is refused', (what, dump) => {
    expect(dump).not.toBe(PLAIN);
    const refusal = { code: 'FAILED_PRECONDITION', message: expect.stringContaining(what) };
    expect(() => diskSizeIn(dump)).toThrow(expect.objectContaining(refusal));
  });
});

const call: CallContext = { signal: new AbortController().signal, requestId: 'req-1' };
const connection: Connection = { attachmentId: randomUUID(), connector: { ip: '192.0.2.1' }, mode: 'rw' };

function newVolume(): VolumeRef {
  const id = randomUUID();
  return { id, name: `volume-${id}`, sizeGib: 1, projectId: 'p', exportDetails: null };
}

/** A share whose drivers may have different formats. */
function share() {
  const host = new SimulatedHost(new SimulatedFiles());
  const withFormat = (format: NfsOptions['format'], preallocate = false) =>
    nfsDriver(
      {
        shares: [{ share: 'nas:/srv' }],
        format,
        preallocate,
        file_mode: '0600',
        mount_point_base: '/mnt',
        command_prefix: [],
        command_timeout_s: 30,
      },
      host.runner,
    );
  const ran = (program: string) =>
    host.runner.commands.filter((argv) => argv[0] === program).map((argv) => argv.slice(1, -2).join(' '));
  return { host, withFormat, ran };
}

async function formatTold(driver: ReturnType<typeof nfsDriver>, volume: VolumeRef): Promise<unknown> {
  await driver.createExport(volume, connection, call);
  const { data } = await driver.initializeConnection(volume, connection, [], call);
  return data.format;
}

describe('a volume', () => {
  it('keeps the format that it was made in when the option changes', async () => {
    const { withFormat } = share();
    const [raw, qcow2] = [withFormat('raw'), withFormat('qcow2')];
    const [first, second] = [newVolume(), newVolume()];
    await raw.createVolume(first, call);
    await qcow2.createVolume(second, call);
    for (const driver of [raw, qcow2]) {
      expect(await formatTold(driver, first)).toBe('raw');
      expect(await formatTold(driver, second)).toBe('qcow2');
    }
  });

  it('that is raw is never looked into, whatever a guest wrote', async () => {
    const { withFormat, ran } = share();
    const driver = withFormat('raw');
    const volume = newVolume();
    await driver.createVolume(volume, call);
    expect(await formatTold(driver, volume)).toBe('raw');
    await driver.extendVolume(volume, 2, call);
    expect([...ran('qemu-img'), ...ran('od')]).toEqual([]);
  });

  it('that is qcow2 is made and grown with its format told', async () => {
    const { withFormat, ran } = share();
    const driver = withFormat('qcow2');
    const volume = newVolume();
    await driver.createVolume(volume, call);
    await driver.extendVolume(volume, 2, call);
    await driver.extendVolume(volume, 2, call);
    expect(ran('qemu-img')).toEqual([
      'create -q -f qcow2 -o preallocation=off',
      'resize -q -f qcow2 --preallocation=off',
    ]);
  });

  it.each([
    ['raw', 'fallocate', ['-n -o 0 -l 1073741824']],
    ['qcow2', 'qemu-img', ['create -q -f qcow2 -o preallocation=metadata']],
  ] as const)('that is %s takes its space at once when it is told to', async (format, program, expected) => {
    const { withFormat, ran } = share();
    await withFormat(format, true).createVolume(newVolume(), call);
    expect(ran(program)).toEqual(expected);
  });

  it('that is qcow2 is neither shown to a host nor opened when it would lead to another file', async () => {
    const { host, withFormat, ran } = share();
    const driver = withFormat('qcow2');
    const volume = newVolume();
    await driver.createVolume(volume, call);
    await driver.createExport(volume, connection, call);
    const made = ran('qemu-img').length;
    host.answers.set('od', BACKED);
    const refused = { code: 'FAILED_PRECONDITION', message: expect.stringContaining('names a backing file') };
    await expect(driver.initializeConnection(volume, connection, [], call)).rejects.toMatchObject(refused);
    await expect(driver.extendVolume(volume, 2, call)).rejects.toMatchObject(refused);
    expect(ran('qemu-img')).toHaveLength(made);
    await driver.deleteVolume(volume, call);
    expect((await driver.inspect(volume, call)).exists).toBe(false);
  });
});

describe('the start', () => {
  it('is rejected without qemu-img, and the message says what to install', async () => {
    const { host, withFormat } = share();
    host.broken.set('qemu-img', 'sudo: qemu-img: command not found');
    await expect(withFormat('qcow2').setup()).rejects.toMatchObject({
      code: 'FAILED_PRECONDITION',
      message: expect.stringContaining('qemu-utils'),
    });
    await withFormat('raw').setup();
  });

  it.each(['nfs', 'nfs-server'] as const)('of %s declares no multiattach for qcow2', async (name) => {
    const { definition } = await SIMULATED_BACKENDS[name]();
    expect(definition.capabilitiesWith?.({ format: 'qcow2' })).toEqual({ multiattach: false });
    expect(definition.capabilitiesWith?.({ format: 'raw' })).toEqual({});
    expect(definition.capabilitiesWith?.({ format: 'raw', preallocate: true })).toEqual({ thin: false });
  });
});

import assert from 'node:assert/strict';
import type { VolumeRef } from '../../contract/index.js';
import { withoutExtend, withoutHook, type ConformanceSuite } from '../conformance-test.js';
import type { CompleteOptions, TestDisk } from '../options.js';
import type { Scenario } from '../scenario.js';

const GIB = 2 ** 30;
const SAMPLE_BYTES = 4096;

const withoutDisk = withoutHook('disk');
const withoutGrowingDisk = (options: CompleteOptions) => withoutDisk(options) ?? withoutExtend(options);

/** What volumes contain. Only the author can open them: the tests need the hook `disk`. */
export const disks: ConformanceSuite = {
  title: 'contents of volumes',
  tests: () => [
    {
      title: 'a new volume has its size and reads as zeros, also where an earlier one had data',
      rule: 'createVolume',
      cause:
        'the blocks of a deleted volume are given to the next one as they are, or the unit of the size is not GiB',
      skipped: withoutDisk,
      run: async (scenario) => {
        const earlier = await scenario.volume();
        await onDisk(scenario, earlier, (disk) =>
          forEachSample(disk, (offset) => disk.write(offset, pattern())),
        );
        await scenario.driver.deleteVolume(earlier, scenario.call());
        const volume = await scenario.volume();
        await onDisk(scenario, volume, async (disk) => {
          assert.equal(disk.sizeBytes, volume.sizeGib * GIB, 'the volume has another size');
          await forEachSample(disk, async (offset) => {
            const bytes = await disk.read(offset, SAMPLE_BYTES);
            assert.ok(
              bytes.every((byte) => byte === 0),
              `the new volume has data at byte ${offset}`,
            );
          });
        });
      },
    },
    {
      title: 'createVolume of an existing volume keeps its data',
      rule: 'idempotency',
      cause: 'createVolume overwrites what it finds',
      skipped: withoutDisk,
      run: (scenario) =>
        keepsData(scenario, (volume) => scenario.driver.createVolume(volume, scenario.call())),
    },
    {
      title: 'exporting, connecting, disconnecting and unexporting keeps the data',
      rule: 'removeExport',
      cause: 'the export is a copy, or removing it removes what it served',
      skipped: withoutDisk,
      run: (scenario) =>
        keepsData(scenario, async (volume) => {
          const connection = scenario.connection();
          const exported = await scenario.export(volume, connection);
          await scenario.connect(exported, connection);
          await scenario.disconnect(exported, connection);
          await scenario.driver.removeExport(exported, scenario.call());
        }),
    },
    {
      title: 'an extended volume has the new size, keeps its data, and reads as zeros beyond it',
      rule: 'extendVolume',
      cause: 'the volume is made anew with the new size, or the new size is added to the old one',
      skipped: withoutGrowingDisk,
      run: async (scenario) => {
        const volume = await scenario.volume();
        const sizeGib = volume.sizeGib + 1;
        await keepsDataOf(scenario, volume, async () =>
          scenario.driver.extendVolume?.(volume, sizeGib, scenario.call()),
        );
        await onDisk(scenario, volume, async (disk) => {
          assert.equal(disk.sizeBytes, sizeGib * GIB, 'the volume has another size than it was extended to');
          const beyond = await disk.read(disk.sizeBytes - SAMPLE_BYTES, SAMPLE_BYTES);
          assert.ok(
            beyond.every((byte) => byte === 0),
            'the added part has data',
          );
        });
      },
    },
    {
      title: 'extending a volume to less than its size does not shrink it',
      rule: 'extendVolume',
      cause: 'the size is set without comparing it with the present one',
      skipped: withoutGrowingDisk,
      run: async (scenario) => {
        const volume = await scenario.volume();
        await scenario.driver.extendVolume?.(volume, volume.sizeGib + 1, scenario.call());
        await scenario.driver.extendVolume?.(volume, volume.sizeGib, scenario.call());
        await onDisk(scenario, volume, (disk) => {
          assert.equal(disk.sizeBytes, (volume.sizeGib + 1) * GIB, 'the volume was shrunk');
          return Promise.resolve();
        });
      },
    },
  ],
};

async function keepsData(scenario: Scenario, work: (volume: VolumeRef) => Promise<unknown>): Promise<void> {
  const volume = await scenario.volume();
  await keepsDataOf(scenario, volume, () => work(volume));
}

async function keepsDataOf(
  scenario: Scenario,
  volume: VolumeRef,
  work: () => Promise<unknown>,
): Promise<void> {
  const offsets: number[] = [];
  await onDisk(scenario, volume, (disk) =>
    forEachSample(disk, (offset) => {
      offsets.push(offset);
      return disk.write(offset, pattern());
    }),
  );
  await work();
  await onDisk(scenario, volume, async (disk) => {
    for (const offset of offsets) {
      const bytes = await disk.read(offset, SAMPLE_BYTES);
      assert.ok(pattern().equals(bytes), `the data at byte ${offset} is lost`);
    }
  });
}

/** The first and last bytes of a disk, and some in between. */
async function forEachSample(
  { sizeBytes }: TestDisk,
  work: (offset: number) => Promise<void>,
): Promise<void> {
  for (const offset of [0, Math.floor(sizeBytes / 2), sizeBytes - SAMPLE_BYTES]) await work(offset);
}

function pattern(): Buffer {
  return Buffer.alloc(SAMPLE_BYTES, 'clinker');
}

async function onDisk(
  scenario: Scenario,
  volume: VolumeRef,
  work: (disk: TestDisk) => Promise<void>,
): Promise<void> {
  const disk = await scenario.openDisk(volume);
  try {
    await work(disk);
  } finally {
    await disk.close();
  }
}

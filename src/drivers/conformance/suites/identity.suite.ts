import assert from 'node:assert/strict';
import type { ConnectionInfo, VolumeRef } from '../../contract/index.js';
import type { ConformanceSuite } from '../conformance-test.js';
import type { CompleteOptions } from '../options.js';
import { frozen } from '../plain-data.js';
import type { Scenario } from '../scenario.js';

/** Protocols that provide a SCSI or NVMe disk, which has the same identity on every path. */
const WITH_IDENTITY = /^(iscsi|iser|fc|fibre_channel|nvme.*)$/i;

const withoutIdentity = ({ capabilities: { storageProtocol } }: CompleteOptions) =>
  WITH_IDENTITY.test(storageProtocol) ? null : `disks have no identity with ${storageProtocol}`;

const withoutGrowth = (options: CompleteOptions) =>
  withoutIdentity(options) ??
  (options.capabilities.extend === 'none' ? 'the driver cannot extend volumes' : null);

const withoutHook = (hook: 'restart' | 'loseExport') => (options: CompleteOptions) =>
  withoutIdentity(options) ?? (options.hooks[hook] === undefined ? `there is no hook "${hook}"` : null);

export const identity: ConformanceSuite = {
  title: 'disk identity',
  tests: () => [
    {
      title: 'is reported to hosts as wwn and is unique',
      skipped: withoutIdentity,
      run: async (scenario) => {
        const [one, two] = [await scenario.exportedVolume(), await scenario.exportedVolume()];
        const [first, second] = [await identityNow(scenario, one), await identityNow(scenario, two)];
        assert.notEqual(
          first,
          second,
          'two volumes have the same identity: hosts may take them for one disk',
        );
      },
    },
    {
      title: 'stays the same when the volume is exported again, whatever was exported meanwhile',
      skipped: withoutIdentity,
      run: async (scenario) => {
        const volume = await scenario.exportedVolume();
        const before = await identityNow(scenario, volume);
        await scenario.driver.removeExport(volume, scenario.call());
        await scenario.exportedVolume();
        const again = await scenario.export(frozen({ ...volume, exportDetails: null }));
        assert.equal(await identityNow(scenario, again), before);
      },
    },
    {
      title: 'stays the same when the volume is extended',
      skipped: withoutGrowth,
      run: async (scenario) => {
        const attached = scenario.options.capabilities.extend === 'attached';
        const volume = await scenario.exportedVolume();
        const before = await identityNow(scenario, volume);
        if (!attached) await scenario.driver.removeExport(volume, scenario.call());
        await scenario.driver.extendVolume?.(volume, volume.sizeGib + 1, scenario.call());
        const after = attached ? volume : await scenario.export(frozen({ ...volume, exportDetails: null }));
        assert.equal(await identityNow(scenario, after), before);
      },
    },
    {
      title: 'stays the same when a lost export is restored',
      skipped: withoutHook('loseExport'),
      run: async (scenario) => {
        const volume = await scenario.exportedVolume();
        const before = await identityNow(scenario, volume);
        await scenario.options.hooks.loseExport?.(scenario.subject, volume.id);
        await scenario.exportedVolume();
        await scenario.driver.ensureExport(volume, [], scenario.call());
        assert.equal(await identityNow(scenario, volume), before);
      },
    },
    {
      title: 'stays the same for another instance of the driver',
      skipped: withoutHook('restart'),
      run: async (scenario) => {
        const volume = await scenario.exportedVolume();
        const connection = scenario.connection();
        const before = toldBy(await scenario.connect(volume, connection));
        const next = await scenario.options.hooks.restart?.(scenario.subject);
        assert.ok(next !== undefined);
        await next.setup?.();
        try {
          await next.createExport(volume, connection, scenario.call());
          const info = await next.initializeConnection(volume, connection, [], scenario.call());
          assert.equal(toldBy(info), before);
        } finally {
          await next.teardown?.();
        }
      },
    },
  ],
};

/** Returns the identity that hosts are told, checked against the disk's own if there is a hook for it. */
async function identityNow(scenario: Scenario, volume: VolumeRef): Promise<string> {
  const info = await scenario.connect(volume, scenario.connection());
  const told = toldBy(info);
  const found = await scenario.options.hooks.identify?.(scenario.subject, info, volume.id);
  if (found !== undefined) assert.equal(found, told, 'a host finds a different disk than it is told');
  return told;
}

function toldBy({ data: { wwn } }: ConnectionInfo): string {
  assert.ok(typeof wwn === 'string' && wwn !== '', 'data.wwn does not identify the disk');
  return wwn;
}

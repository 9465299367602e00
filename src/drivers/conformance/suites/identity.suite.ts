import assert from 'node:assert/strict';
import type { ConnectionInfo, VolumeRef } from '../../contract/index.js';
import {
  withoutExtend,
  withoutHook,
  withoutMultiattach,
  type ConformanceSuite,
} from '../conformance-test.js';
import type { CompleteOptions } from '../options.js';
import { frozen } from '../plain-data.js';
import type { Scenario } from '../scenario.js';

/** Protocols that provide a SCSI or NVMe disk, which has the same identity on every path. */
const WITH_IDENTITY = /^(iscsi|iser|fc|fibre_channel|nvme.*)$/i;

const withoutIdentity = ({ capabilities: { storageProtocol } }: CompleteOptions) =>
  WITH_IDENTITY.test(storageProtocol) ? null : `disks have no identity with ${storageProtocol}`;

const withoutScsi = ({ capabilities: { storageProtocol } }: CompleteOptions) =>
  /^nvme/i.test(storageProtocol) || !WITH_IDENTITY.test(storageProtocol)
    ? `${storageProtocol} has no SCSI disks`
    : null;

/** As udev's ID_SERIAL: NAA 2, 3 and 5 have 16 digits, NAA 6 has 32. */
const SCSI_IDENTITY = /^3(?:[235][0-9a-f]{15}|6[0-9a-f]{31})$/;

const withoutGrowth = (options: CompleteOptions) => withoutIdentity(options) ?? withoutExtend(options);

const withoutIdentityOr = (hook: 'restart' | 'loseExport') => (options: CompleteOptions) =>
  withoutIdentity(options) ?? withoutHook(hook)(options);

export const identity: ConformanceSuite = {
  title: 'disk identity',
  tests: () => [
    {
      title: 'is reported to hosts as wwn and is unique',
      rule: 'identity',
      cause: '`data.wwn` is missing, or made from a number that begins anew',
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
      title: 'is never that of an earlier volume',
      rule: 'identity',
      cause: 'the identity is made from a number that is used again',
      skipped: withoutIdentity,
      run: async (scenario) => {
        const earlier = await scenario.exportedVolume();
        const before = await identityNow(scenario, earlier);
        await scenario.driver.removeExport(earlier, scenario.call());
        await scenario.driver.deleteVolume(earlier, scenario.call());
        assert.notEqual(await identityNow(scenario, await scenario.exportedVolume()), before);
      },
    },
    {
      title: 'has the form of a SCSI identity: 3 and the digits of the NAA designator',
      rule: 'identity',
      cause:
        '`data.wwn` is a serial number or a name of the array instead of the designator of VPD page 0x83',
      skipped: withoutScsi,
      run: async (scenario) => {
        const wwn = await identityNow(scenario, await scenario.exportedVolume());
        assert.match(wwn, SCSI_IDENTITY);
      },
    },
    {
      title: 'is the same for every host',
      rule: 'identity',
      cause: 'the identity is made from the host or from its LUN',
      skipped: (options) => withoutIdentity(options) ?? withoutMultiattach(options),
      run: async (scenario) => {
        const volume = await scenario.exportedVolume();
        const [first, second] = [scenario.connection(1), scenario.connection(2)];
        const told = toldBy(await scenario.connect(volume, first));
        assert.equal(toldBy(await scenario.connect(volume, second, [first])), told);
      },
    },
    {
      title: 'stays the same when the volume is exported again, whatever was exported meanwhile',
      rule: 'identity',
      cause: 'the identity comes from the number of the target or the LUN',
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
      rule: 'identity',
      cause: 'extendVolume makes the disk anew without its serial number',
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
      rule: 'identity',
      cause: 'ensureExport makes the disk without its serial number',
      skipped: withoutIdentityOr('loseExport'),
      run: async (scenario) => {
        const volume = await scenario.exportedVolume();
        const before = await identityNow(scenario, volume);
        await scenario.lose(volume);
        await scenario.exportedVolume();
        await scenario.driver.ensureExport(volume, [], scenario.call());
        assert.equal(await identityNow(scenario, volume), before);
      },
    },
    {
      title: 'stays the same for another instance of the driver',
      rule: 'identity',
      cause: 'the identity is kept in memory',
      skipped: withoutIdentityOr('restart'),
      run: async (scenario) => {
        const volume = await scenario.exportedVolume();
        const connection = scenario.connection();
        const before = toldBy(await scenario.connect(volume, connection));
        await scenario.withAnother(async (next) => {
          await next.createExport(volume, connection, scenario.call());
          const info = await next.initializeConnection(volume, connection, [], scenario.call());
          assert.equal(toldBy(info), before);
        });
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

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { findDriver } from '../../src/drivers/registry/driver-loader.js';

const folder = fileURLToPath(new URL('../../examples/nvme-tcp/', import.meta.url));
const options = {
  volume_group: 'group',
  thin_pool: 'pool',
  portals: ['192.0.2.10:4420', '[2001:db8::10]:4420'],
};
const found = (changed: object) =>
  findDriver({ name: 'nvme', driver: './src/index.js', options: { ...options, ...changed } }, folder);

describe('the driver in examples/nvme-tcp', () => {
  it('passes its tests, the conformance kit among them', async () => {
    const { stdout } = await promisify(execFile)('npm', ['test'], {
      cwd: folder,
      // A test runner that runs within one reports to it, instead of printing.
      env: { ...process.env, NODE_TEST_CONTEXT: undefined, NODE_OPTIONS: '--test-reporter=tap' },
      maxBuffer: 2 ** 24,
    });
    expect(stdout).toMatch(/^# fail 0$/m);
    expect(Number(/^# pass (\d+)$/m.exec(stdout)?.[1])).toBeGreaterThan(90);
    // The stand-in of LVM stores no bytes: what a volume contains is seen in the guest.
    expect(new Set([...stdout.matchAll(/\(skipped: (.*)\) # SKIP/g)].map(([, why]) => why))).toEqual(
      new Set([
        'hosts are not known by the names of iSCSI initiators',
        'there is no hook "disk"',
        'NVMe-TCP has no SCSI disks',
      ]),
    );
  }, 300_000);

  it('is loaded by the server, with the defaults of its options', async () => {
    const { options: complete } = await found({});
    expect(complete).toMatchObject({
      nqn_prefix: 'nqn.2010-10.org.openstack',
      nvmet_folder: '/sys/kernel/config/nvmet',
      step_timeout_ms: 60_000,
    });
  });

  it('tells the scheduler that its volumes are thin, which may together be larger than the pool', async () => {
    const { definition } = await found({});
    expect(definition.capabilities.thin).toBe(true);
  });

  it.each([
    { portals: [] },
    { portals: ['192.0.2.10'] },
    { volume_group: '--help' },
    { thin_pool: 'a/b' },
    { nqn_prefix: 'iqn.2010-10.org.openstack' },
    { host_keys: 'keys.json' },
    { hostkeys: '/etc/keys.json' },
  ])('is refused with the options %j', async (changed) => {
    await expect(found(changed)).rejects.toThrow(/options/);
  });
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { SystemCommandRunner } from '../command/command-runner.js';
import { parseExports } from './export-list.js';
import { MountedShares } from './mounted-shares.js';
import { parseMountinfo } from './mount-table.js';
import { addressOf, checkAddress } from './nfs-connector.js';
import { nfsServerDriver } from './nfs-server.driver.js';
import { ShareFiles } from './share-files.js';
import { pathsOf, type Share } from './share.js';
import { SimulatedFiles } from '../../../test/support/storage/simulated-files.js';
import { SimulatedHost } from '../../../test/support/storage/simulated-nfs-host.js';

const { signal } = new AbortController();

it('the exports that exportfs 2.6.2 lists are read', () => {
  const options = '(sync,wdelay,hide,fsid=11111111-2222-4333-8444-555555555555,sec=sys,ro,no_root_squash)';
  const text = `/srv/v/volume-1  2001:db8::1${options}\n/srv/v/volume-1  127.0.0.1${options}\n\n`;
  expect(parseExports(text)).toEqual([
    { folder: '/srv/v/volume-1', client: '2001:db8::1', address: '2001:db8::1' },
    { folder: '/srv/v/volume-1', client: '127.0.0.1', address: '127.0.0.1' },
  ]);
});

it('mounts are read with their escapes', () => {
  const line = '36 35 98:0 / /mnt/a\\040b rw,noatime shared:1 - nfs4 nas:/srv/x rw,vers=4.2\n';
  expect(parseMountinfo(line)).toEqual([{ folder: '/mnt/a b', type: 'nfs4', source: 'nas:/srv/x' }]);
});

it.each(['', '10.0.0.1 ', '10.0.0.1,10.0.0.2', '*', '10.0.0.0/8', 'fe80::1%$(id)', '1\n2', 'x'.repeat(300)])(
  'the ip %j is refused',
  (ip) => expect(() => checkAddress({ ip })).toThrow('the ip is not an IP address'),
);

it.each(['0.0.0.0', '0.1.2.3', '::', '0:0::0', '255.255.255.255', '224.0.0.1', 'ff02::1', '::ffff:0.0.0.0'])(
  'the ip %s, which no host has, is refused',
  (ip) =>
    expect(() => checkAddress({ ip })).toThrow(
      expect.objectContaining({ code: 'INVALID_CONNECTOR', field: 'ip' }),
    ),
);

it.each([
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['::FFFF:C000:0201', '192.0.2.1'],
  ['2001:DB8:0::1', '2001:db8::1'],
  ['127.0.0.1', '127.0.0.1'],
])('the ip %s is used as %s', (ip, address) => {
  expect(addressOf({ attachmentId: 'a', connector: { ip }, mode: 'rw' })).toBe(address);
});

it('room is taken step by step, with progress for each, and the size is set last', async () => {
  const host = new SimulatedHost(new SimulatedFiles());
  const files = new ShareFiles(host.runner, { format: 'raw', preallocate: true });
  const share: Share = { folder: '/srv', exportOf: () => '', nested: false, options: undefined };
  const paths = pathsOf(share, '11111111-2222-4333-8444-555555555555');
  let progress = 0;
  await files.make(paths, 10 * 2 ** 30, false, { signal, progress: () => void (progress += 1) });
  const ran = host.runner.commands.map((argv) => argv.slice(0, -2).join(' '));
  expect(ran.slice(3, 7)).toEqual([
    'fallocate -n -o 0 -l 4294967296',
    'fallocate -n -o 4294967296 -l 4294967296',
    'fallocate -n -o 8589934592 -l 2147483648',
    'truncate -c -s 10737418240',
  ]);
  expect(progress).toBe(3);
});

describe('a program that is too old stops the start with what to install:', () => {
  const options = { folders: ['/srv'], address: '192.0.2.9', preallocate: false, mount_point_base: '/mnt' };
  const rest = { command_prefix: [], command_timeout_s: 30, server: 'exportfs' } as const;

  it('qemu-img', async () => {
    const host = new SimulatedHost(new SimulatedFiles());
    host.answers.set('qemu-img', 'qemu-img version 2.8.1(Debian 1:2.8+dfsg-6)');
    const files = new ShareFiles(host.runner, { format: 'qcow2', preallocate: true });
    await expect(files.ready(signal)).rejects.toMatchObject({
      code: 'FAILED_PRECONDITION',
      message: 'qemu-img 2.8.1 is too old: install 2.10 or later',
    });
  });

  it('exportfs', async () => {
    const host = new SimulatedHost(new SimulatedFiles());
    host.broken.set('exportfs', "exportfs: invalid option -- 's'\nusage: exportfs [-adfhioruv] [host:/path]");
    const stateFolder = await mkdtemp(join(tmpdir(), 'clinker-old-'));
    const driver = nfsServerDriver({ ...options, ...rest, format: 'raw' }, host.runner, stateFolder);
    await expect(driver.setup()).rejects.toThrow('install nfs-utils 1.3 or later');
    await rm(stateFolder, { recursive: true });
  });
});

it('an id that climbs out of the share never becomes a path', () => {
  const share: Share = { folder: '/srv', exportOf: () => '', nested: false, options: undefined };
  expect(() => pathsOf(share, '../../etc/passwd')).toThrow('is not a UUID');
});

describe('a mounted share', () => {
  const host = new SimulatedHost(new SystemCommandRunner({ timeoutMs: 30_000 }));
  const shares = new MountedShares({ shares: [{ share: 'nas:/srv' }], mount_point_base: '/nowhere' }, host);
  const [share] = shares.all;

  it('is refused when another one is mounted in its place, or its handle is stale', async () => {
    if (share === undefined) throw new Error('there is no share');
    host.mounts.set(share.folder, 'evil:/srv');
    await expect(shares.ready(share, signal)).rejects.toThrow('has evil:/srv mounted instead');
    host.mounts.set(share.folder, 'nas:/srv');
    host.broken.set('stat', 'stat: cannot read: Stale file handle');
    await expect(shares.ready(share, signal)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });
});

import { describe, expect, it } from '@jest/globals';
import { SystemCommandRunner } from '../command/command-runner.js';
import { parseExports } from './export-list.js';
import { MountedShares } from './mounted-shares.js';
import { parseMountinfo } from './mount-table.js';
import { checkAddress } from './nfs-connector.js';
import { pathsOf, type Share } from './share.js';
import { SimulatedHost } from './testing/simulated-host.js';

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

it('an id that climbs out of the share never becomes a path', () => {
  const share: Share = { folder: '/srv', exportOf: () => '', nested: false, options: undefined };
  expect(() => pathsOf(share, '../../etc/passwd')).toThrow('is no UUID');
});

describe('a mounted share', () => {
  const host = new SimulatedHost(new SystemCommandRunner({ timeoutMs: 30_000 }));
  const shares = new MountedShares({ shares: [{ share: 'nas:/srv' }], mount_point_base: '/nowhere' }, host);
  const [share] = shares.all;

  it('is refused when another one is mounted in its place, or its handle is stale', async () => {
    if (share === undefined) throw new Error('there is no share');
    host.mounts.set(share.folder, 'evil:/srv');
    await expect(shares.ready(share, signal)).rejects.toThrow('holds another mount (evil:/srv)');
    host.mounts.set(share.folder, 'nas:/srv');
    host.broken.set('stat', 'stat: cannot read: Stale file handle');
    await expect(shares.ready(share, signal)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });
});

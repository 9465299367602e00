import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { LioConfigfs } from './lio-state.js';

const IQN = 'iqn.2010-10.org.openstack:volume-1';
const TPG = `iscsi/${IQN}/tpgt_1`;
const HOST = `${TPG}/acls/iqn.1993-08.org.debian:host1`;

let root = '';

async function put(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), `${text}\n`);
  }
}

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'clinker-lio-'));
  await put({
    'core/iblock_0/volume-1/udev_path': '/dev/vg/volume-1',
    [`${TPG}/enable`]: '1',
    [`${TPG}/attrib/authentication`]: '1',
    [`${TPG}/attrib/generate_node_acls`]: '0',
    [`${TPG}/np/127.0.0.1:3260/iser`]: '0',
    [`${HOST}/info`]: 'No active iSCSI Session for Initiator Endpoint: iqn.1993-08.org.debian:host1',
    [`${HOST}/auth/userid`]: 'user',
    [`${HOST}/lun_0/write_protect`]: '1',
    [`${TPG}/lun/lun_0/alua_tg_pt_gp`]: '',
    'iscsi/discovery_auth/userid': '',
  });
  await symlink(join(root, 'core/iblock_0/volume-1'), join(root, TPG, 'lun/lun_0/4f2c'));
});

afterEach(() => rm(root, { recursive: true }));

describe('what the kernel shows of LIO', () => {
  it('reports the whole target', async () => {
    await expect(new LioConfigfs(root).find(IQN)).resolves.toMatchObject({
      device: '/dev/vg/volume-1',
      ready: true,
      hosts: [{ initiator: 'iqn.1993-08.org.debian:host1', mode: 'ro', mapped: true, username: 'user' }],
      sessions: [],
      portals: ['127.0.0.1:3260'],
    });
  });

  it('reports the logged-in initiators', async () => {
    await put({
      [`${HOST}/info`]:
        'InitiatorName: iqn.1993-08.org.debian:host1\nSession State: TARG_SESS_STATE_LOGGED_IN',
    });
    const found = await new LioConfigfs(root).find(IQN);
    expect(found?.sessions).toEqual(['iqn.1993-08.org.debian:host1']);
  });

  it.each([
    ['enable', '0'],
    ['attrib/authentication', '0'],
    ['attrib/generate_node_acls', '1'],
  ])('tells a target that is not closed to strangers: %s = %s', async (file, value) => {
    await put({ [`${TPG}/${file}`]: value });
    expect((await new LioConfigfs(root).find(IQN))?.ready).toBe(false);
  });

  it('distinguishes targets and backstores from other entries', async () => {
    const kernel = new LioConfigfs(root);
    await expect(kernel.iqns()).resolves.toEqual([IQN]);
    await expect(kernel.find('iqn.2010-10.org.openstack:volume-2')).resolves.toBeNull();
    await expect(kernel.hasBackstore('volume-1')).resolves.toBe(true);
    await expect(kernel.hasBackstore('volume-2')).resolves.toBe(false);
  });

  it('is missed at the start, with what to do', async () => {
    await expect(new LioConfigfs(join(root, 'nowhere')).setup()).rejects.toThrow('modprobe');
  });
});

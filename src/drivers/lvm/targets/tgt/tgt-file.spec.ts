import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse, render, TgtFiles, type TgtTargetFile } from './tgt-file.js';

const target: TgtTargetFile = {
  iqn: 'iqn.2010-10.org.openstack:volume-1',
  device: '/dev/vg/volume-1',
  credentials: { username: 'user', password: 'p-_9' },
  initiators: ['iqn.1993-08.org.debian:a', 'iqn.1993-08.org.debian:b'],
  readOnly: true,
  discard: true,
  identity: { id: 'IET     00010001', serial: 'beaf11' },
};

describe("a target's file", () => {
  it('says again what it was made of', () => {
    expect(parse(render(target))).toEqual(target);
    expect(
      parse(render({ ...target, initiators: [], readOnly: false, discard: false, identity: null })),
    ).toMatchObject({
      initiators: [],
      readOnly: false,
      discard: false,
      identity: null,
    });
  });

  it('always names an address, since tgt-admin would open the target to ALL', () => {
    expect(render({ ...target, initiators: [] })).toContain('initiator-address 255.255.255.255\n');
  });

  it.each(['', '<target iqn.2010-10.org.x:a>\n</target>\n'])('is nothing of ours otherwise: %p', (text) => {
    expect(parse(text)).toBeNull();
  });

  it('is for its owner only, and absent files are no error', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'clinker-tgt-'));
    try {
      const files = new TgtFiles(join(folder, 'tgt'));
      await files.setup();
      await expect(files.read('volume-1')).resolves.toBeNull();
      await files.write('volume-1', target);
      expect((await stat(files.pathOf('volume-1'))).mode & 0o777).toBe(0o600);
      await expect(readFile(files.pathOf('volume-1'), 'utf8')).resolves.toBe(render(target));
      await files.delete('volume-1');
      await files.delete('volume-1');
      await expect(files.read('volume-1')).resolves.toBeNull();
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

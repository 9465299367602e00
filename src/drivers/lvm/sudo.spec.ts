import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { checkOptions } from '../registry/driver-options.js';
import lvm from './lvm.driver.js';

const path = process.env.PATH;
let folder: string;

/** Installs a sudo that records its arguments and refuses. */
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clinker-sudo-'));
  const script = `#!/bin/sh\necho "$*" >> ${folder}/told\necho 'sudo: a password is required' >&2\nexit 1\n`;
  await writeFile(join(folder, 'sudo'), script);
  await chmod(join(folder, 'sudo'), 0o755);
  process.env.PATH = [folder, path].join(delimiter);
});
afterEach(async () => {
  process.env.PATH = path;
  await rm(folder, { recursive: true });
});

it.each([
  [{}, '-n vgs '],
  [{ lvm_system_dir: '/etc/lvm-2' }, '-n LVM_SYSTEM_DIR=/etc/lvm-2 vgs '],
])(
  'with sudo and %j, sudo is asked without a password, and a refusal tells what to do',
  async (options, told) => {
    const given = { volume_group: 'vg', portals: ['192.0.2.1:3260'], sudo: true, ...options };
    const checked = checkOptions(lvm.optionsSchema, given);
    if ('problem' in checked) throw new Error(checked.problem);
    const log = { info: () => undefined, warn: () => undefined };
    const driver = lvm.create(checked.options, { backendName: 'b', stateFolder: folder, log });
    await expect(driver.setup?.()).rejects.toThrow('allow its commands in sudoers');
    expect(await readFile(join(folder, 'told'), 'utf8')).toMatch(new RegExp(`^${told}`));
  },
);

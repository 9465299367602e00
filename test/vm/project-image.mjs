import { cpSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { neededBy } from '../../scripts/locked-packages.mjs';
import { finish } from './contained.mjs';
import { installExample } from './installed-example.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Half of all files, none of which the server reads. */
const UNREAD = /\.(d\.[cm]?ts|map|md)$|\/typeorm\/browser$|\/sqlite3\/deps$/;

/**
 * Writes a disk with the guest's copy of the project: the built server, its packages, the tests with their modules, which are
 * not bundled and import what the bundle contains, and, with hasNvme, an operator's folder with the driver of examples/nvme-tcp.
 */
export async function makeProjectImage(image, { hasNvme }, signal) {
  const stage = `${image}.stage`;
  const copy = (path) =>
    cpSync(join(root, path), join(stage, path), { recursive: true, filter: (file) => !UNREAD.test(file) });
  mkdirSync(stage);
  for (const part of ['package.json', 'dist', 'test/vm', 'test/dataplane']) copy(part);
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const { dependencies, devDependencies } = packages[''];
  for (const path of neededBy(Object.keys({ ...dependencies, ...devDependencies }), packages)) {
    try {
      copy(path);
    } catch (error) {
      if (!packages[path].optional || error.code !== 'ENOENT') throw error;
    }
  }
  if (hasNvme) cpSync(await installExample(`${image}.example`), join(stage, 'operator'), { recursive: true });
  writeFileSync(image, '');
  truncateSync(image, 2 ** 30);
  await finish(['mke2fs', '-q', '-F', '-t', 'ext4', '-m', '0', '-d', stage, image], signal);
  rmSync(stage, { recursive: true });
}

import { cpSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { finish } from './contained.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Half of all files, none of which the server reads. */
const UNREAD = /\.(d\.[cm]?ts|map|md)$|\/typeorm\/browser$|\/sqlite3\/deps$/;

/**
 * Writes a disk with the guest's copy of the project: the built server, its dependencies without development ones, and
 * the tests.
 */
export async function makeProjectImage(image, signal) {
  const stage = `${image}.stage`;
  const copy = (path) =>
    cpSync(join(root, path), join(stage, path), { recursive: true, filter: (file) => !UNREAD.test(file) });
  mkdirSync(stage);
  for (const part of ['package.json', 'dist', 'test/vm', 'test/dataplane']) copy(part);
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  for (const [path, { dev, devOptional, optional }] of Object.entries(packages)) {
    if (path === '' || dev || devOptional) continue;
    try {
      copy(path);
    } catch (error) {
      if (!optional || error.code !== 'ENOENT') throw error;
    }
  }
  writeFileSync(image, '');
  truncateSync(image, 2 ** 30);
  await finish(['mke2fs', '-q', '-F', '-t', 'ext4', '-m', '0', '-d', stage, image], signal);
  rmSync(stage, { recursive: true });
}

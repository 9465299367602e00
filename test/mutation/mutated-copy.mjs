import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { instrument } from './instrumenter.mjs';

/** What must be right: who holds which volume, who may do what, and what a driver is allowed to break. */
export const FOLDERS = [
  'src/attachments',
  'src/operations',
  'src/api/auth',
  'src/microversion',
  'src/drivers/registry',
];

/** Without logic: tests, columns, texts. */
const NOT_MUTATED = /\.(spec|entity|docs)\.ts$/;

/** Returns the folder of the list in which the file is. */
export const folderOf = (file) => FOLDERS.find((folder) => file.startsWith(`${folder}/`));

/**
 * Copies the work tree and puts all mutants into the copy. All folders are always mutated, so that a mutant keeps its
 * number as long as the sources do not change.
 */
export async function makeMutatedCopy(root, copy) {
  const files = workTree(root);
  for (const file of files) cpSync(join(root, file), join(copy, file));
  symlinkSync(realpathSync(join(root, 'node_modules')), join(copy, 'node_modules'));
  const names = files.filter(
    (file) => folderOf(file) !== undefined && file.endsWith('.ts') && !NOT_MUTATED.test(file),
  );
  const sources = names.map((name) => ({ name, content: readFileSync(join(root, name), 'utf8') }));
  const { files: changed, mutants, excluded } = await instrument(sources);
  for (const { name, content } of changed) writeFileSync(join(copy, name), content);
  return { files, mutants, excluded };
}

function workTree(root) {
  const { stdout, status } = spawnSync('git', ['ls-files', '-z', '-co', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  if (status !== 0) throw new Error('git ls-files failed');
  return [...new Set(stdout.split('\0'))]
    .filter((file) => file !== '' && file !== 'node_modules' && existsSync(join(root, file)))
    .sort();
}

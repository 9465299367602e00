/** An earlier commit of this repository, built with its own packages, to upgrade from. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { command } from './packed-products.mjs';

const run = promisify(execFile);
const repository = fileURLToPath(new URL('..', import.meta.url));
const MIGRATIONS = 'src/platform/database/migrations';

export async function git(...args) {
  const { stdout } = await run('git', args, { cwd: repository, maxBuffer: 64 * 2 ** 20 });
  return stdout.trim();
}

/**
 * Returns the commit to upgrade from, and what it is: that of UPGRADE_FROM, else the last tag, else the one before the last
 * new migration; null if a shallow clone has none.
 */
export async function earlierCommit() {
  const named = process.env.UPGRADE_FROM;
  if (named !== undefined) return { commit: named, name: 'UPGRADE_FROM' };
  const [tag] = (await git('tag', '--list', 'v*', '--no-contains', 'HEAD', '--sort=-version:refname')).split(
    '\n',
  );
  if (tag !== '') return { commit: tag, name: `the release ${tag}` };
  // No release yet, or a clone without tags.
  const changed = await git('log', '-1', '--diff-filter=A', '--format=%H', '--', MIGRATIONS);
  const name = 'the commit before the last new migration, as there is no tag';
  return git('rev-parse', '--verify', `${changed}^`).then(
    (commit) => ({ commit, name }),
    () => null,
  );
}

/** True if a commit refuses the databases of this one: migrations were added since. */
export async function hasOtherSchema(commit) {
  const added = ['diff', '--name-only', '--diff-filter=A', commit, 'HEAD', '--', `${MIGRATIONS}/*.ts`];
  return (await git(...added)) !== '';
}

/** True if a commit has a file. */
export async function hasFile(commit, path) {
  return (await git('ls-tree', '--name-only', commit, '--', path)) !== '';
}

/** Compiles a commit in an empty folder, unbundled. @param archive where its files may be packed meanwhile. */
export async function build(commit, { target, archive, environment }) {
  await git('archive', '--output', archive, commit);
  await run('tar', ['-xf', archive, '-C', target]);
  const options = { cwd: target, environment };
  await command(['npm', 'ci', '--workspaces=false', '--no-audit', '--no-fund'], options);
  const tsc = ['node_modules/typescript/bin/tsc', '--noCheck', '--project', 'tsconfig.build.json'];
  await command([process.execPath, ...tsc], options);
}

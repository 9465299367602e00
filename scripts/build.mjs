/**
 * npm run build: compiles src into dist, and makes of it what is installed: the bundled programs, the page at /docs and the
 * packages clinker-driver and clinker-client. It says what it does; each step's failure ends it.
 */
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** What is done, and the arguments of Node.js that do it. Bundling is last: its last file marks a complete build. */
const STEPS = [
  ['compiling src', 'node_modules/typescript/bin/tsc', '--project', 'tsconfig.build.json'],
  ['copying the page at /docs', 'scripts/copy-docs-page.mjs'],
  ['putting clinker-driver together', 'scripts/driver-package.mjs'],
  ['compiling clinker-client', 'scripts/client-package.mjs'],
  ['bundling the programs', 'scripts/bundle.mjs'],
];

rmSync(join(root, 'dist'), { recursive: true, force: true });
for (const [what, ...args] of STEPS) {
  console.error(`clinker: ${what}`);
  const { status, error } = spawnSync(process.execPath, args, { cwd: root, stdio: ['ignore', 2, 2] });
  if (status === 0) continue;
  console.error(`clinker: failed: node ${args.join(' ')} (${error?.message ?? `status ${status}`})`);
  process.exit(1);
}

import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path/posix';
import { folderOf } from './mutated-copy.mjs';

const SUITE = /^(src|test\/e2e|test\/integration)\/.*\.spec\.ts$/;

/** Start the built program, in which there are no mutants. */
const ON_THE_BUILD = /support\/(launched|server-process)\.js'/;

/** Takes long, and draws what it does: another run may not reach the same mutants. */
const DRAWN = /linearizable/;

const IMPORT = /\b(?:from|import)\s*\(?\s*'(\.[^']+)'/g;

/** Returns the suites whose imports lead to a mutated file. */
export function suitesOf(root, files) {
  const known = new Set(files);
  const imports = new Map();
  const importsOf = (file) => {
    if (!imports.has(file)) imports.set(file, [...readImports(root, file, known)]);
    return imports.get(file);
  };
  return files.filter((file) => {
    if (!SUITE.test(file) || DRAWN.test(file)) return false;
    if (ON_THE_BUILD.test(readFileSync(join(root, file), 'utf8'))) return false;
    const reached = new Set([file]);
    for (const next of reached) for (const imported of importsOf(next)) reached.add(imported);
    return [...reached].some((name) => folderOf(name) !== undefined);
  });
}

function* readImports(root, file, known) {
  for (const [, path] of readFileSync(join(root, file), 'utf8').matchAll(IMPORT)) {
    const name = join(dirname(file), path);
    for (const candidate of [name, name.replace(/\.js$/, '.ts')]) if (known.has(candidate)) yield candidate;
  }
}

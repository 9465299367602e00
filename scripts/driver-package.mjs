/**
 * Puts the package clinker-driver together in packages/driver/dist: the contract, the conformance kit, the command and what
 * they use, as compiled from src, in the same folders, and the template of a driver. Part of `npm run build`, after the compiler.
 */
import { copyFileSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const from = join(root, 'dist');
const to = join(root, 'packages/driver/dist');
const FOLDERS = ['contract', 'results', 'conformance', 'authoring'].map((name) => join('drivers', name));
const FILES = ['redact.js', 'redact.d.ts'].map((name) => join('platform/logging', name));

rmSync(to, { recursive: true, force: true });
for (const folder of FOLDERS) {
  for (const name of readdirSync(join(from, folder), { recursive: true })) copyCompiled(join(folder, name));
}
for (const file of FILES) copyCompiled(file);
cpSync(join(root, 'examples/driver-template'), join(to, 'driver-template'), { recursive: true });
copyFileSync(join(root, 'LICENSE'), join(to, 'LICENSE'));
mkdirSync(join(to, 'docs'));
copyFileSync(join(root, 'docs/conformance.md'), join(to, 'docs/conformance.md'));

/** Copies a module or its types without its source map: the package has no sources for it. */
function copyCompiled(file) {
  if (!/\.(js|d\.ts)$/.test(file)) return;
  mkdirSync(dirname(join(to, file)), { recursive: true });
  const text = readFileSync(join(from, file), 'utf8');
  writeFileSync(join(to, file), text.replace(/^\/\/# sourceMappingURL=.*\n?$/m, ''));
}

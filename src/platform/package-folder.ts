import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of this package. A path relative to a module would change when modules are bundled. */
export const PACKAGE_FOLDER = nearestPackage(dirname(fileURLToPath(import.meta.url)));

function nearestPackage(folder: string): string {
  if (existsSync(join(folder, 'package.json'))) return folder;
  if (dirname(folder) === folder) throw new Error('the package.json of clinker is missing: install it again');
  return nearestPackage(dirname(folder));
}

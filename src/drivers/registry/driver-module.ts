import { existsSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { BUILTIN_DRIVERS } from './builtin-drivers.js';
import { entryIn, NoEntry } from './driver-entry.js';
import { DriverLoadError, thrownLine } from './driver-load-error.js';
import { inScope } from './driver-scope.js';

/** A module that awaits something for ever would keep the server from starting. */
const LOADS_WITHIN_MS = 10_000;

/**
 * Imports a driver's default export by name: a built-in driver, else a package or path resolved from `baseFolder`, so
 * that plug-ins are installed beside the configuration and not beside the server. A path may be a package's folder.
 * @throws DriverLoadError when the module is missing or fails to load.
 */
export async function importDriver(backend: string, driver: string, baseFolder: string): Promise<unknown> {
  const builtin = isBuiltIn(driver) ? BUILTIN_DRIVERS[driver] : undefined;
  if (builtin !== undefined) return defaultExport(await builtin());
  const file = resolveDriver(backend, driver, baseFolder);
  try {
    // The module gets options only later, from create().
    const scope = { backend, driver, secrets: [] };
    const module = inScope(scope, () => import(pathToFileURL(file).href) as Promise<unknown>);
    return defaultExport(await inTime(module));
  } catch (cause) {
    throw new DriverLoadError(
      backend,
      driver,
      `${file} could not be loaded: ${thrownLine(cause)}. Repair or reinstall the package.`,
      { cause },
    );
  }
}

function resolveDriver(backend: string, driver: string, baseFolder: string): string {
  const require = createRequire(join(baseFolder, 'package.json'));
  try {
    return entryOfFolder(require, driver, baseFolder) ?? require.resolve(driver);
  } catch (cause) {
    if (cause instanceof NoEntry) throw new DriverLoadError(backend, driver, cause.message, { cause });
    const file = importOnlyEntry(require, backend, driver);
    if (file !== null) return file;
    throw new DriverLoadError(
      backend,
      driver,
      `it is none of the built-in drivers (${Object.keys(BUILTIN_DRIVERS).join(', ')}) and was not found from ` +
        `${baseFolder}. Install the package there, or correct the backend's "driver".`,
      { cause },
    );
  }
}

/** Returns the entry of a package whose folder the driver names by its path; null if it names none. */
function entryOfFolder(require: NodeJS.Require, driver: string, baseFolder: string): string | null {
  if (!/^(\.{0,2}\/|\.{1,2}$)/.test(driver)) return null;
  const folder = resolve(baseFolder, driver);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return null;
  try {
    return entryIn(folder);
  } catch (noEntry) {
    try {
      // Finds more than `import`: a "main" without its extension, or one that is a folder.
      return require.resolve(folder);
    } catch {
      throw noEntry;
    }
  }
}

/** Returns the entry of a package that has only an `import` export, which `require.resolve` cannot find; or null. */
function importOnlyEntry(require: NodeJS.Require, backend: string, driver: string): string | null {
  if (!/^(@[^/]+\/)?[^./][^/]*$/.test(driver)) return null;
  const folders = (require.resolve.paths(driver) ?? []).map((folder) => join(folder, driver));
  const folder = folders.find((one) => existsSync(join(one, 'package.json')));
  try {
    return folder === undefined ? null : entryIn(folder);
  } catch (cause) {
    if (!(cause instanceof NoEntry)) throw cause;
    throw new DriverLoadError(backend, driver, cause.message, { cause });
  }
}

/** @throws Error when the module is not evaluated in time. */
async function inTime(module: Promise<unknown>): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`it was not evaluated within ${LOADS_WITHIN_MS / 1000} s`)),
      LOADS_WITHIN_MS,
    );
  });
  try {
    return await Promise.race([module, late]);
  } finally {
    clearTimeout(timer);
  }
}

export function isBuiltIn(driver: string): boolean {
  return Object.hasOwn(BUILTIN_DRIVERS, driver);
}

/** Returns a module's default export. Compiled CommonJS wraps it twice. */
function defaultExport(module: unknown): unknown {
  const once = property(module, 'default');
  const twice = property(once, 'default');
  return twice ?? once;
}

function property(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}

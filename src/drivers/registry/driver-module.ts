import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { BUILTIN_DRIVERS } from './builtin-drivers.js';
import { DriverLoadError } from './driver-load-error.js';

/**
 * Imports a driver's default export by name: a built-in driver, else a package or path resolved from `baseFolder`, so
 * that plug-ins are installed beside the configuration and not beside the server.
 * @throws DriverLoadError when the module is missing or fails to load.
 */
export async function importDriver(backend: string, driver: string, baseFolder: string): Promise<unknown> {
  const builtin = Object.hasOwn(BUILTIN_DRIVERS, driver) ? BUILTIN_DRIVERS[driver] : undefined;
  if (builtin !== undefined) return defaultExport(await builtin());
  const file = resolveDriver(backend, driver, baseFolder);
  try {
    return defaultExport(await import(pathToFileURL(file).href));
  } catch (cause) {
    throw new DriverLoadError(
      backend,
      driver,
      `${file} could not be loaded: ${messageOf(cause)}. Repair or reinstall the package.`,
      { cause },
    );
  }
}

function resolveDriver(backend: string, driver: string, baseFolder: string): string {
  const require = createRequire(join(baseFolder, 'package.json'));
  try {
    return require.resolve(driver);
  } catch (cause) {
    const file = importOnlyEntry(require, driver);
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

/** Returns the entry of a package that has only an `import` export, which `require.resolve` cannot find; or null. */
function importOnlyEntry(require: NodeJS.Require, driver: string): string | null {
  if (!/^(@[^/]+\/)?[^./][^/]*$/.test(driver)) return null;
  for (const folder of require.resolve.paths(driver) ?? []) {
    const manifest = join(folder, driver, 'package.json');
    if (!existsSync(manifest)) continue;
    const { exports } = JSON.parse(readFileSync(manifest, 'utf8')) as { exports?: unknown };
    const target = importTarget(property(exports, '.') ?? exports);
    return target === null ? null : join(folder, driver, target);
  }
  return null;
}

/** Resolves conditional exports as Node does for `import`. */
function importTarget(entry: unknown): string | null {
  if (typeof entry === 'string') return entry;
  for (const condition of ['node', 'import', 'default']) {
    const target = property(entry, condition);
    if (target !== undefined) return importTarget(target);
  }
  return null;
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

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { CONTRACT_VERSION, type DriverDefinition } from '../../contract/index.js';
import { plainText } from '../plain-text.js';
import { loadedModule } from './loaded-module.js';
import { NotJudged } from './not-judged.js';
import { type EntryFields, packageEntry } from './package-entry.js';

/** A driver's definition and where it was found. */
export interface FoundDriver {
  readonly definition: DriverDefinition;
  /** Name and version of its package; null without one. */
  readonly package: string | null;
}

interface Manifest extends EntryFields {
  readonly name?: string;
  readonly version?: string;
}

/**
 * Imports a driver by the path of its file or folder, or by the name of a package that is installed in the folder or above
 * it, and checks that it can be judged.
 * @throws NotJudged
 */
export async function findDriver(driver: string, folder: string): Promise<FoundDriver> {
  const file = fileOf(driver, folder);
  return { definition: definitionIn(await loadedModule(file), file), package: packageOf(file) };
}

function fileOf(driver: string, folder: string): string {
  const path = resolve(folder, driver);
  if (existsSync(path)) return statSync(path).isDirectory() ? entryOf(path) : path;
  const installed = ancestorsOf(folder)
    .map((one) => join(one, 'node_modules', driver))
    .find((one) => existsSync(join(one, 'package.json')));
  if (installed === undefined || /^\.{0,2}\//.test(driver)) {
    throw new NotJudged(
      `${plainText(driver)} is neither a path nor a package installed in ${folder}. Install it, or correct the path.`,
    );
  }
  return entryOf(installed);
}

function entryOf(folder: string): string {
  const { named, file } = packageEntry(folder, manifestIn(folder) ?? {});
  if (file !== null) return file;
  throw new NotJudged(
    `${folder} has no ${named ?? 'entry'}: correct "exports" or "main" in its package.json, or build the package.`,
  );
}

function packageOf(file: string): string | null {
  for (const folder of ancestorsOf(dirname(file))) {
    const { name, version } = manifestIn(folder) ?? {};
    if (name !== undefined) return plainText(`${name} ${version ?? ''}`.trim(), 200);
  }
  return null;
}

function manifestIn(folder: string): Manifest | null {
  const file = join(folder, 'package.json');
  if (!existsSync(file)) return null;
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Manifest;
  } catch (error) {
    throw new NotJudged(`${file} is not JSON: ${(error as Error).message}`);
  }
}

function ancestorsOf(folder: string): readonly string[] {
  const above = dirname(folder);
  return above === folder ? [folder] : [folder, ...ancestorsOf(above)];
}

function definitionIn(exported: unknown, file: string): DriverDefinition {
  // Compiled CommonJS wraps it twice.
  const definition = valueAt(exported, 'default') ?? exported;
  if (
    typeof valueAt(definition, 'create') !== 'function' ||
    typeof valueAt(definition, 'name') !== 'string'
  ) {
    throw new NotJudged(
      `the default export of ${file} is not a driver definition: export the result of defineDriver().`,
    );
  }
  const contract = valueAt(definition, 'contract');
  if (contract !== CONTRACT_VERSION) {
    throw new NotJudged(
      `${file} was written for contract ${plainText(String(contract), 40)}, and this kit judges contract ${CONTRACT_VERSION}.`,
    );
  }
  const [capabilities, schema] = [valueAt(definition, 'capabilities'), valueAt(definition, 'optionsSchema')];
  if (
    typeof capabilities !== 'object' ||
    typeof schema !== 'object' ||
    capabilities === null ||
    schema === null
  ) {
    throw new NotJudged(`the definition in ${file} lacks "capabilities" or "optionsSchema".`);
  }
  return definition as DriverDefinition;
}

function valueAt(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Readonly<Record<string, unknown>>)[key]
    : undefined;
}

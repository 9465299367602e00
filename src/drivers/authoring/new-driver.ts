import { execFile } from 'node:child_process';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

/** The template's place in the package clinker-driver, and the name that it has there. */
const TEMPLATE = 'dist/driver-template';
const TEMPLATE_NAME = 'clinker-driver-loopback';

/** Where a new package keeps its copy of clinker-driver, so that no registry is asked for it. */
const COPIES = 'vendor';
const PACKS_WITHIN_MS = 60_000;

/** Valid names of new npm packages, with or without a scope. */
const PACKAGE_NAME = /^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/;
const LONGEST_NAME = 214;

/** The arguments are not those of the command; the message says why. */
export class InvalidArguments extends Error {
  override readonly name = 'InvalidArguments';
}

/** No package was created, and nothing is left of it; the message says why and what to do. */
export class NotCreated extends Error {
  override readonly name = 'NotCreated';
}

/**
 * Creates a working driver package as a starting point, in a new folder of the current one.
 * @param args the package's name, which without its scope is the folder's name.
 * @param driverPackage the folder of the package clinker-driver: of its template and of the copy that the new package gets.
 * @returns a text for the author: where the package is and what to do next.
 * @throws {InvalidArguments | NotCreated}
 */
export async function newDriver(args: readonly string[], driverPackage: string): Promise<string> {
  const name = nameFrom(args);
  const folder = resolve(name.slice(name.indexOf('/') + 1));
  try {
    // Fails if the folder exists, so that nobody's work is overwritten.
    await mkdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new NotCreated(`${folder} already exists; choose another name or remove it`);
  }
  try {
    await fill(folder, name, driverPackage);
  } catch (error) {
    await rm(folder, { recursive: true });
    throw error;
  }
  return `The driver package ${name} is in ${folder}. Next: cd there, npm install, npm test.`;
}

function nameFrom([name, ...more]: readonly string[]): string {
  if (name === undefined) throw new InvalidArguments('the name of the package is missing');
  if (more.length > 0) throw new InvalidArguments(`unexpected: ${more.join(' ')}`);
  if (name.length > LONGEST_NAME || name.startsWith('-') || !PACKAGE_NAME.test(name)) {
    throw new InvalidArguments(
      `"${name}" is not a valid npm package name: use lower case, digits and hyphens`,
    );
  }
  return name;
}

async function fill(folder: string, name: string, driverPackage: string): Promise<void> {
  await cp(join(driverPackage, TEMPLATE), folder, { recursive: true });
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) await rename(join(entry.parentPath, entry.name), name);
  }
  const copies = join(folder, COPIES);
  await mkdir(copies);
  await pack(driverPackage, copies);
  const [archive] = await readdir(copies);
  await dependOn(`file:${COPIES}/${String(archive)}`, join(folder, 'package.json'));
}

/** Replaces the template's name with the package's name. */
async function rename(file: string, name: string): Promise<void> {
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replaceAll(TEMPLATE_NAME, name));
}

async function pack(driverPackage: string, target: string): Promise<void> {
  const args = ['pack', driverPackage, '--ignore-scripts', '--pack-destination', target];
  try {
    await promisify(execFile)('npm', args, { cwd: target, timeout: PACKS_WITHIN_MS });
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const reason = code === 'ENOENT' ? 'npm is not in the PATH; install it' : message;
    throw new NotCreated(`${driverPackage} could not be packed: ${reason}`, { cause });
  }
}

async function dependOn(archive: string, file: string): Promise<void> {
  const manifest = JSON.parse(await readFile(file, 'utf8')) as { dependencies: Record<string, string> };
  manifest.dependencies['clinker-driver'] = archive;
  await writeFile(file, `${JSON.stringify(manifest, null, 2)}\n`);
}

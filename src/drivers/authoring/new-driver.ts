import { execFile } from 'node:child_process';
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { askForKind } from './ask-for-kind.js';
import { type DriverName, driverName } from './driver-name.js';
import { findKind, type Kind, KINDS, listOfKinds } from './kinds.js';

/** Arguments of the command, for usage texts. */
export const NEW_DRIVER_USAGE =
  'NAME [--kind KIND]\n\nWrites a complete driver package called NAME, in TypeScript, into a new folder of that name ' +
  `(without the scope). On a terminal it asks for the kind unless it is given:\n\n${listOfKinds()}`;

/** The template's place in the package clinker-driver. */
const TEMPLATE = 'dist/driver-template';

/** Files that the template has under another name: npm and the repository would act on them. */
const RENAMED: Readonly<Record<string, string>> = {
  gitignore: '.gitignore',
  'tsconfig.template.json': 'tsconfig.json',
};

/** The repository's own, for its checks of the template. */
const NOT_COPIED = 'tsconfig.json';

/** Where a new package keeps its copy of clinker-driver, so that no registry is asked for it. */
const COPIES = 'vendor';
const PACKS_WITHIN_MS = 60_000;

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
 * @param args the package's name, and perhaps `--kind` and a kind.
 * @param driverPackage the folder of the package clinker-driver: of its template and of the copy that the new package gets.
 * @returns a text for the author: where the package is and what to do next.
 * @throws {InvalidArguments | NotCreated}
 */
export async function newDriver(args: readonly string[], driverPackage: string): Promise<string> {
  const { name, kindName } = wantedIn(args);
  const kind = kindName === undefined ? await askForKind() : findKind(kindName);
  if (kind === undefined) {
    const kinds = KINDS.map((one) => one.name).join(', ');
    throw new InvalidArguments(`there is no kind "${String(kindName)}"; the kinds are ${kinds}`);
  }
  const folder = resolve(name.folder);
  await makeFolder(folder);
  try {
    await fill(folder, name, kind, driverPackage);
  } catch (error) {
    await rm(folder, { recursive: true });
    throw error;
  }
  return `The driver package ${name.packageName} (kind: ${kind.name}) is in ${folder}. Next: cd ${name.folder}, npm install, npm test.`;
}

function wantedIn(args: readonly string[]): { readonly name: DriverName; readonly kindName?: string } {
  const { positionals, kind: kindName } = parsed(args);
  const [packageName, ...more] = positionals;
  if (packageName === undefined) throw new InvalidArguments('the name of the package is missing');
  if (more.length > 0) throw new InvalidArguments(`unexpected: ${more.join(' ')}`);
  const name = driverName(packageName);
  if ('fault' in name) throw new InvalidArguments(name.fault);
  return { name, ...(kindName !== undefined && { kindName }) };
}

function parsed(args: readonly string[]): {
  readonly positionals: readonly string[];
  readonly kind?: string;
} {
  try {
    const { positionals, values } = parseArgs({
      args: [...args],
      options: { kind: { type: 'string' } },
      allowPositionals: true,
    });
    return { positionals, ...values };
  } catch (error) {
    // Node.js adds advice for programmers in further sentences.
    throw new InvalidArguments((error as Error).message.split('. ')[0] ?? '');
  }
}

/** Fails if the folder exists, so that nobody's work is overwritten. */
async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'EEXIST')
      throw new NotCreated(`${folder} already exists; choose another name or remove it`, { cause });
    throw new NotCreated(`${folder} cannot be created: ${message}`, { cause });
  }
}

async function fill(folder: string, name: DriverName, kind: Kind, driverPackage: string): Promise<void> {
  for (const part of ['common', ...kind.parts, kind.name]) {
    const from = join(driverPackage, TEMPLATE, part);
    await cp(from, folder, { recursive: true, filter: (path) => basename(path) !== NOT_COPIED });
  }
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) await giveName(join(entry.parentPath, entry.name), name);
  }
  const copies = join(folder, COPIES);
  await mkdir(copies);
  await pack(driverPackage, copies);
  const [archive] = await readdir(copies);
  await dependOn(`file:${COPIES}/${String(archive)}`, join(folder, 'package.json'));
}

/** Replaces the template's name in a file and in the file's name. */
async function giveName(path: string, { packageName, short, className }: DriverName): Promise<void> {
  const names: Readonly<Record<string, string>> = {
    'clinker-driver-acme': packageName,
    Acme: className,
    acme: short,
  };
  const text = await readFile(path, 'utf8');
  // In one pass: the new name may itself contain the template's.
  await writeFile(
    path,
    text.replace(/clinker-driver-acme|Acme|acme/g, (word) => names[word] ?? word),
  );
  const file = basename(path);
  await rename(path, join(dirname(path), RENAMED[file] ?? file.replace('acme', short)));
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

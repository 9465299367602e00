import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { PACKAGE_FOLDER } from '../platform/package-folder.js';
import { type Command, UsageError } from './command.js';

const TEMPLATE = join(PACKAGE_FOLDER, 'examples/driver-template');
const TEMPLATE_NAME = 'clinker-driver-loopback';

/** Valid names of new npm packages, with or without a scope. */
const PACKAGE_NAME = /^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/;
const LONGEST_NAME = 214;

/** Creates a working driver package as a starting point. */
export const newDriver: Command = {
  name: 'new-driver',
  summary: 'create a driver package as a starting point',
  readsSettings: false,
  usage:
    'clinker new-driver NAME\n\nWrites a complete driver package called NAME into a new folder of that name ' +
    '(without the scope).',
  run: async (args) => {
    const [name, ...more] = args;
    if (name === undefined) throw new UsageError('the name of the package is missing');
    if (more.length > 0) throw new UsageError(`unexpected: ${more.join(' ')}`);
    if (name.length > LONGEST_NAME || name.startsWith('-') || !PACKAGE_NAME.test(name)) {
      throw new UsageError(`"${name}" is not a valid npm package name: use lower case, digits and hyphens`);
    }
    const folder = resolve(name.slice(name.indexOf('/') + 1));
    return scaffold(name, folder);
  },
};

async function scaffold(name: string, folder: string): Promise<number> {
  try {
    // Fails if the folder exists, so that nobody's work is overwritten.
    await mkdir(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EEXIST') throw error;
    console.error(`clinker new-driver: ${folder} already exists; choose another name or remove it`);
    return 1;
  }
  await cp(TEMPLATE, folder, { recursive: true });
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) await rename(join(entry.parentPath, entry.name), name);
  }
  console.log(`The driver package ${name} is in ${folder}. Next: cd there, npm install, npm test.`);
  return 0;
}

/** Replaces the template's name with the package's name. */
async function rename(file: string, name: string): Promise<void> {
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replaceAll(TEMPLATE_NAME, name));
}

import { mkdtemp, readdir, readFile, rm, writeFile, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { KINDS } from './kinds.js';
import { InvalidArguments, newDriver } from './new-driver.js';

/** The templates as the build puts them into the package. */
const DRIVER_PACKAGE = join(process.cwd(), 'packages/driver');

let folder: string;
let before: string;

beforeEach(async () => {
  before = process.cwd();
  folder = await mkdtemp(join(tmpdir(), 'clinker-new-driver-'));
  process.chdir(folder);
});
afterEach(async () => {
  process.chdir(before);
  await rm(folder, { recursive: true });
});

async function textsIn(path: string): Promise<Map<string, string>> {
  const files = (await readdir(path, { recursive: true, withFileTypes: true })).filter((one) => one.isFile());
  const texts = files
    .map((file) => join(file.parentPath, file.name))
    .filter((file) => !file.endsWith('.tgz'))
    .map(async (file) => [file.slice(path.length + 1), await readFile(file, 'utf8')] as const);
  return new Map(await Promise.all(texts));
}

describe('a new driver package', () => {
  it.each(KINDS.map(({ name }) => name))('of the kind %s has its own name everywhere', async (kind) => {
    await newDriver(['@tests/clinker-driver-big-box', '--kind', kind], DRIVER_PACKAGE);
    const texts = await textsIn(join(folder, 'clinker-driver-big-box'));
    for (const file of [
      '.gitignore',
      '.github/workflows/test.yml',
      'README.md',
      'clinker-dev.yaml',
      'tsconfig.json',
      'src/big-box.driver.ts',
      'src/options.ts',
      'test/conformance.test.ts',
      'test/exchanges.json',
    ]) {
      expect([...texts.keys()]).toContain(file);
    }
    for (const [file, text] of texts) expect(`${file} ${text}`).not.toMatch(/acme/i);
    expect(texts.get('src/index.ts')).toContain('new BigBoxDriver(');
    expect(JSON.parse(texts.get('package.json') ?? '')).toMatchObject({
      name: '@tests/clinker-driver-big-box',
      dependencies: { 'clinker-driver': expect.stringMatching(/^file:vendor\/clinker-driver-.+\.tgz$/) },
    });
  });

  it("may have a name with the template's in it", async () => {
    await newDriver(['clinker-driver-acme-nas'], DRIVER_PACKAGE);
    const texts = await textsIn(join(folder, 'clinker-driver-acme-nas'));
    expect(JSON.parse(texts.get('package.json') ?? '')).toMatchObject({ name: 'clinker-driver-acme-nas' });
    expect(texts.get('src/index.ts')).toContain('new AcmeNasDriver(');
  });

  it('is of the default kind where nobody can be asked', async () => {
    expect(await newDriver(['mine'], DRIVER_PACKAGE)).toContain('(kind: command)');
  });

  it('leaves a folder that exists as it was', async () => {
    await mkdir('mine');
    await writeFile('mine/notes', 'my work');
    await expect(newDriver(['mine'], DRIVER_PACKAGE)).rejects.toThrow(
      `${join(folder, 'mine')} already exists; choose another name or remove it`,
    );
    expect(await textsIn(join(folder, 'mine'))).toEqual(new Map([['notes', 'my work']]));
  });

  it('is not left in part when it cannot be completed', async () => {
    await expect(newDriver(['mine'], folder)).rejects.toThrow();
    expect(await readdir(folder)).toEqual([]);
  });

  it.each([
    [[], 'the name of the package is missing'],
    [['one', 'two'], 'unexpected: two'],
    [['--bogus'], "Unknown option '--bogus'"],
    [['mine', '--kind'], "Option '--kind <value>' argument missing"],
    [['mine', '--kind', 'tape'], 'there is no kind "tape"; the kinds are command, rest, share, iscsi'],
    [['../mine'], '"../mine" is not a valid npm package name: use lower case, digits and hyphens'],
  ])('is refused with %j', async (args, message) => {
    await expect(newDriver(args, DRIVER_PACKAGE)).rejects.toThrow(new InvalidArguments(message));
    expect(await readdir(folder)).toEqual([]);
  });
});

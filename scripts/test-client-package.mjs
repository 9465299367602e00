/**
 * npm run test:client-package: types the commands of clients/javascript/README.md. A user has the packed clinker-client and no
 * registry; the README's program compiles under strict TypeScript and runs on a server.
 */
import assert from 'node:assert/strict';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ownServer } from './own-server.mjs';
import * as products from './packed-products.mjs';

const NAME = 'clinker-client';
const README = 'clients/javascript/README.md';
const ARCHIVE = `${NAME}-${products.version}.tgz`;
/** Nothing listens there: a user needs no registry. */
const NO_REGISTRY = 'http://127.0.0.1:9/';
const ADDRESS = 'http://127.0.0.1:8776';
const repository = fileURLToPath(new URL('..', import.meta.url));

const COMPILER_OPTIONS = {
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: false,
  module: 'nodenext',
  target: 'es2022',
};
const BROWSER = { lib: ['es2022', 'dom'], types: [] };
const NODE = {
  lib: ['es2022'],
  types: ['node'],
  typeRoots: [join(repository, 'node_modules/@types')],
};
/** Each must be refused. */
const MISUSES = [
  'clinker.showVolume();',
  'clinker.showVolume({ path: {} });',
  "clinker.createVolume({ body: { volume: { colour: 'red' } } });",
  "clinker.listVolumes({ query: { colour: 'red' } });",
  'clinker.each.showVolume();',
  'clinker.listVolumes().then(({ attachments }) => attachments);',
];

const { archives, environment, emptyFolder, end } = await products.workshop('client-package', [NAME]);
const alone = { ...environment, npm_config_registry: NO_REGISTRY };
const cwd = await emptyFolder('user');
const typed = products.typedFrom(README, alone);

try {
  await products.runSteps([
    ['the package has the client, and no dependencies', hasWhatIsNeeded],
    ['npm install in an empty folder needs no registry', installs],
    [
      "the README's program compiles for browsers, and what does not fit the document does not",
      () => compiles(BROWSER),
    ],
    ['the same for Node.js', () => compiles(NODE)],
    ["the README's program runs on a server", runs],
  ]);
} finally {
  await end();
}

async function hasWhatIsNeeded() {
  const { files } = archives[NAME];
  for (const file of ['dist/index.js', 'dist/index.d.ts', 'dist/LICENSE', 'README.md'])
    assert.ok(files.includes(file), `${file} is missing`);
  assert.deepEqual(
    files.filter((file) => !/^(dist\/.*(\.js|\.d\.ts|LICENSE)|README\.md|package\.json)$/.test(file)),
    [],
  );
  const manifest = JSON.parse(await readFile(join(repository, 'clients/javascript/package.json'), 'utf8'));
  assert.equal(manifest.version, products.version);
  assert.equal(manifest.dependencies, undefined);
}

async function installs() {
  await cp(archives[NAME].path, join(cwd, ARCHIVE));
  await writeFile(join(cwd, 'package.json'), '{ "type": "module" }\n');
  await typed(`npm install ./${ARCHIVE}`, { cwd });
}

/** Compiles the README's program, and after it what must not compile. */
async function compiles(options) {
  const [, code] = /^```ts\n([^]*?)^```/m.exec(await readFile(join(repository, README), 'utf8'));
  const misuses = MISUSES.map((misuse) => `  // @ts-expect-error\n  void ${misuse}`);
  const text = [code, 'export function misuse() {', ...misuses, '}', ''].join('\n');
  await writeFile(join(cwd, 'program.ts'), text);
  const config = { compilerOptions: { ...COMPILER_OPTIONS, ...options }, files: ['program.ts'] };
  await writeFile(join(cwd, 'tsconfig.json'), JSON.stringify(config));
  const compiler = join(repository, 'node_modules/typescript/bin/tsc');
  await products.command([process.execPath, compiler, '--project', cwd], { cwd, environment: alone });
}

async function runs() {
  const server = await ownServer();
  try {
    const compiled = await readFile(join(cwd, 'program.js'), 'utf8');
    assert.ok(compiled.includes(ADDRESS));
    await writeFile(join(cwd, 'program.js'), compiled.replace(ADDRESS, server.base));
    const printed = await products.command([process.execPath, 'program.js'], { cwd, environment: alone });
    assert.match(printed, /^[0-9a-f-]{36} attaching\n400 .*req-[0-9a-f-]{36}\n$/);
  } finally {
    await server.stop();
  }
}

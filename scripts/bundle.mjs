/**
 * Puts the two programs, dist/main.js and dist/cli/main.js, and the packages that they use into a few files, because
 * finding and reading two thousand modules takes most of a start (docs/adr/0026). The other files of dist stay modules,
 * for drivers, tests and tools. Part of `npm run build`.
 */
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const CHUNKS = 'bundled';
const PROGRAMS = ['dist/main.js', 'dist/cli/main.js'];

for (const program of PROGRAMS) {
  if (readFileSync(join(root, program), 'utf8').includes(`${CHUNKS}/`))
    throw new Error(`${program} is bundled already: compile it again first, by npm run build`);
}

/** Compiled code, loaded only if the database is theirs, and what TypeORM and Nest look for but Clinker does not use. */
const EXTERNAL = [
  ...['sqlite3', 'pg', 'mysql2'],
  ...['@nestjs/websockets', 'class-transformer', 'class-validator'],
  ...[
    '@google-cloud/spanner',
    '@sap/hana-client',
    'better-sqlite3',
    'hdb-pool',
    'ioredis',
    'mongodb',
    'mssql',
    'mysql',
  ],
  ...['oracledb', 'pg-native', 'pg-query-stream', 'react-native-sqlite-storage', 'redis', 'sql.js'],
  'typeorm-aurora-data-api-driver',
];

/**
 * Of Nest's microservices only the transports are used, and Nest itself must not find the rest. They load the brokers'
 * packages where a bundler does not see it.
 */
const transports = {
  name: 'transports',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^@nestjs\/microservices(\/microservices-module\.js)?$/ }, ({ path }) => ({
      path,
      external: true,
    }));
    onLoad({ filter: /@nestjs\/microservices\/(client|server)\/\w+-(nats|rmq)\.js$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8')
        .replaceAll('createRequire(import.meta.url)(', 'require(')
        // A bundled import of a CommonJS module has its exports as `default` only.
        .replaceAll(/import\(('[^']+')\)/g, 'Promise.resolve(require($1))'),
    }));
  },
};

/** CommonJS modules in a bundle of ES modules need these three. */
const COMMONJS = [
  "import { createRequire as bundledRequire } from 'node:module';",
  "import { fileURLToPath as bundledPath } from 'node:url';",
  'const require = bundledRequire(import.meta.url);',
  'const __filename = bundledPath(import.meta.url);',
  "const __dirname = bundledPath(new URL('.', import.meta.url));",
].join('\n');

const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: PROGRAMS,
  outdir: 'dist',
  outbase: 'dist',
  allowOverwrite: true,
  chunkNames: `${CHUNKS}/[name]-[hash]`,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  plugins: [transports],
  external: EXTERNAL.flatMap((name) => [name, `${name}/*`]),
  // TypeORM and Nest use the names of classes.
  keepNames: true,
  legalComments: 'none',
  banner: { js: COMMONJS },
  metafile: true,
  logLevel: 'warning',
});

rewrite(cheapNames);
rewrite(latin1);

// The compiler's maps are of the modules that were here.
for (const program of PROGRAMS) rmSync(join(root, `${program}.map`));

/** Changes the files of the bundle. */
function rewrite(change) {
  const files = Object.keys(metafile.outputs).map((output) => join(root, output));
  for (const file of files) {
    const text = readFileSync(file, 'utf8');
    const changed = change(text);
    if (changed !== text) writeFileSync(file, changed);
  }
}

/**
 * Lets functions go without the names that esbuild restores: it does so each time a closure is made, which is 3 % of a
 * request. Classes, which have names with capitals, keep theirs.
 */
function cheapNames(text) {
  const define = '__defProp(target, "name", { value, configurable: true })';
  const helper = `var __name = (target, value) => ${define};`;
  if (text.includes('var __name =') && !text.includes(helper))
    throw new Error('esbuild names functions otherwise');
  return text.replace(helper, `var __name = (target, value) => value < "[" ? ${define} : target;`);
}

/** Keeps to Latin-1: a single other character doubles what the whole text takes in memory. esbuild leaves them in comments. */
function latin1(text) {
  return text.replace(/^.*[^\0-\xff].*$/gm, (line) => {
    if (!/^\s*(?:\/\/|\/?\*)/.test(line)) throw new Error(`not a comment: ${line}`);
    return line.replace(/[^\0-\xff]/g, '-');
  });
}

/** Packages whose modules are in the bundle. */
function bundledPackages() {
  const folders = Object.keys(metafile.inputs).map(
    (path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0],
  );
  return [...new Set(folders.filter((folder) => folder !== undefined))].sort();
}

/** For packages that name the licence without its text. */
const mit = (holder) => `Copyright (c) ${holder}

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation
files (the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy,
modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software
is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES
OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE
LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN
CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;

function licenceOf(folder) {
  const { name, version, author, ...named } = JSON.parse(
    readFileSync(join(root, folder, 'package.json'), 'utf8'),
  );
  const license = named.license ?? named.licenses.map(({ type }) => type).join(' and ');
  const files = readdirSync(join(root, folder)).filter((file) => /^(licen[cs]e|notice|copying)/i.test(file));
  const texts = files.map((file) => readFileSync(join(root, folder, file), 'utf8').trim());
  if (texts.length === 0) {
    if (license !== 'MIT') throw new Error(`${folder} has no text of its licence, ${license}`);
    texts.push(mit(author.name));
  }
  return [`${name} ${version} (${license})`, ...texts].join('\n\n');
}

// Written last: with it, the build is complete (prepare.mjs).
writeFileSync(
  join(root, 'dist', CHUNKS, 'LICENCES.txt'),
  `The files of this folder contain the following packages.\n\n${bundledPackages()
    .map(licenceOf)
    .join(`\n\n${'-'.repeat(80)}\n\n`)}\n`,
);

/**
 * Puts the two programs, dist/main.js and dist/cli/main.js, and the packages that they use into a few files, because
 * finding and reading two thousand modules takes most of a start (docs/adr/0026). The other files of dist stay modules,
 * for drivers, tests and tools. Part of `npm run build`.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const CHUNKS = 'bundled';

/** Compiled code, loaded only if the database is theirs, and what TypeORM and Nest look for but Clinker does not use. */
const EXTERNAL = [
  ...['sqlite3', 'pg', 'mysql2'],
  ...['@nestjs/microservices', '@nestjs/websockets', 'class-transformer', 'class-validator'],
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
  entryPoints: ['dist/main.js', 'dist/cli/main.js'],
  outdir: 'dist',
  outbase: 'dist',
  allowOverwrite: true,
  chunkNames: `${CHUNKS}/[name]-[hash]`,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  external: EXTERNAL.flatMap((name) => [name, `${name}/*`]),
  // TypeORM and Nest use the names of classes.
  keepNames: true,
  legalComments: 'none',
  banner: { js: COMMONJS },
  metafile: true,
  logLevel: 'warning',
});

/** Packages whose modules are in the bundle. */
function bundledPackages() {
  const folders = Object.keys(metafile.inputs).map(
    (path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0],
  );
  return [...new Set(folders.filter((folder) => folder !== undefined))].sort();
}

function licenceOf(folder) {
  const manifest = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
  const { name, version, licenses = [] } = manifest;
  const license = manifest.license ?? licenses.map(({ type }) => type).join(' and ');
  const files = readdirSync(join(root, folder)).filter((file) => /^(licen[cs]e|notice|copying)/i.test(file));
  const texts = files.map((file) => readFileSync(join(root, folder, file), 'utf8').trim());
  return [`${name} ${version} (${license})`, ...texts].join('\n\n');
}

const notices = bundledPackages()
  .filter((folder) => existsSync(join(root, folder, 'package.json')))
  .map(licenceOf);
writeFileSync(
  join(root, 'dist', CHUNKS, 'LICENCES.txt'),
  `The files of this folder contain the following packages.\n\n${notices.join(`\n\n${'-'.repeat(80)}\n\n`)}\n`,
);

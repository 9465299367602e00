/**
 * npm run audit:dependencies: checks that the server's dependencies come from package-lock.json, run no unreviewed
 * install scripts, have redistributable licences, run on every version of Node.js that the manifest promises, and have no
 * known vulnerabilities according to the registry. `--root FOLDER` checks another folder.
 */
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import semver from 'semver';
import { neededBy } from './locked-packages.mjs';

const { values } = parseArgs({
  options: { root: { type: 'string', default: fileURLToPath(new URL('..', import.meta.url)) } },
});
const { root } = values;

/** Licences that require at most a notice; of alternative licences, one must be listed. */
const LICENCES = new Set([
  ...['0BSD', 'Apache-2.0', 'BlueOak-1.0.0', 'BSD-2-Clause', 'BSD-3-Clause', 'CC0-1.0', 'ISC', 'MIT'],
  ...['Python-2.0', 'Unlicense'],
]);
/** npm severities that fail the audit. */
const GRAVE = ['high', 'critical'];

const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));
const manifest = readJson(join(root, 'package.json'));
const lock = readJson(join(root, 'package-lock.json'));
const packages = Object.entries(lock.packages).filter(([path]) => path !== '');
/** Workspaces are folders of this repository, and links to them. */
const installed = packages.filter(([path, entry]) => path.includes('node_modules/') && !entry.link);

/** The build uses these packages and ships none of their code. The others in the manifest are dependencies, or bundled. */
const BUILD_TOOLS = [
  '@nestjs/swagger',
  '@types/express',
  '@types/node',
  '@types/pg',
  'esbuild',
  'typescript',
];
const shipped = neededBy(
  Object.keys({ ...manifest.dependencies, ...manifest.devDependencies }).filter(
    (name) => !BUILD_TOOLS.includes(name),
  ),
  lock.packages,
);

const nameOf = (path) => path.split('node_modules/').at(-1);

/** Returns the manifest of an installed package; null if it is not installed, such as packages for other systems. */
function manifestOf(path) {
  const file = join(root, path, 'package.json');
  return existsSync(file) ? readJson(file) : null;
}

function* withoutIntegrity() {
  for (const [path, { integrity }] of installed) {
    if (!/^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity ?? '')) yield `${path} has no SHA-512 hash`;
  }
}

function* withAddress() {
  for (const [path, { resolved }] of installed) {
    if (resolved !== undefined) yield `${path} is downloaded from ${resolved}`;
  }
}

/** Versions contain neither colons nor slashes; URLs, folders and repositories do. */
function* fromElsewhere() {
  for (const [path, entry] of [['package.json', manifest], ...Object.entries(lock.packages)]) {
    for (const field of ['dependencies', 'devDependencies', 'optionalDependencies', 'overrides']) {
      for (const [name, version] of Object.entries(entry[field] ?? {})) {
        if (/[:/]/.test(String(version).replace(/^npm:(@[^/]+\/)?/, ''))) {
          yield `${path} asks for ${name} from ${version}`;
        }
      }
    }
  }
}

const SCRIPTS = ['preinstall', 'install', 'postinstall'];

/**
 * The lock file lists packages with scripts. Installed manifests are checked too, since a manipulated lock file would
 * not list them.
 */
function* withUnknownScripts() {
  const known = manifest.allowScripts ?? {};
  for (const [path, { hasInstallScript }] of installed) {
    const scripts = manifestOf(path)?.scripts ?? {};
    const runs = hasInstallScript === true || SCRIPTS.some((script) => script in scripts);
    if (runs && !(nameOf(path) in known)) yield `${path} has an install script and is not in allowScripts`;
  }
}

/** Returns whether an SPDX expression is allowed; expressions mixing AND and OR need a manual review. */
function isAllowed(licence) {
  const [alternatives, parts] = [' OR ', ' AND '].map((word) =>
    licence.replace(/^\((.*)\)$/, '$1').split(word),
  );
  if (alternatives.length > 1 && parts.length > 1) return false;
  return alternatives.length > 1
    ? alternatives.some((one) => LICENCES.has(one))
    : parts.every((one) => LICENCES.has(one));
}

/** Old packages have a list of objects. */
const licenceOf = ({ license, licenses }) => license ?? licenses?.map(({ type }) => type).join(' OR ');

function* withOtherLicences() {
  for (const path of shipped) {
    const entry = lock.packages[path];
    const licence = licenceOf(manifestOf(path) ?? entry);
    if (typeof licence !== 'string' || !isAllowed(licence)) {
      yield `${path} has the licence ${JSON.stringify(licence)}`;
    }
  }
}

/** npm warns of each such package at every installation. */
function* withOtherNodes() {
  const promised = manifest.engines.node.split('||').map((range) => semver.minVersion(range));
  for (const [path, { engines }] of installed) {
    const refused = promised.find((version) => !semver.satisfies(version, engines?.node ?? '*'));
    if (refused !== undefined) yield `${path} wants Node.js ${engines.node}, not ${refused}`;
  }
}

const CHECKS = {
  'every package has a hash': withoutIntegrity,
  'no download addresses': withAddress,
  'nothing from outside the registry': fromElsewhere,
  'only known install scripts': withUnknownScripts,
  'licences of shipped packages': withOtherLicences,
  'every promised version of Node.js': withOtherNodes,
};

/** @returns npm's report, or why there is none. */
async function askRegistry() {
  const { stdout, stderr } = await new Promise((resolve) => {
    const options = { cwd: root, timeout: 120_000, maxBuffer: 64 * 2 ** 20 };
    // npm also exits with an error when it finds vulnerabilities.
    execFile('npm', ['audit', '--json', '--workspaces=false'], options, (error, out, err) =>
      resolve({ stdout: out, stderr: err || String(error) }),
    );
  });
  try {
    const report = JSON.parse(stdout);
    if (report.vulnerabilities !== undefined) return { vulnerabilities: report.vulnerabilities };
    return { why: report.message ?? report.error?.summary ?? 'the response is not a report' };
  } catch {
    return { why: stderr.trim().split('\n')[0] };
  }
}

const outcomes = Object.entries(CHECKS).map(([name, check]) => ({ name, faults: [...check()] }));
const { vulnerabilities, why } = await askRegistry();
outcomes.push({
  name: 'npm audit, high and critical',
  skipped: why,
  faults: Object.values(vulnerabilities ?? {})
    .filter(({ severity, nodes }) => GRAVE.includes(severity) && nodes.some((place) => shipped.has(place)))
    .map(({ name, severity, range }) => `${name} ${range}: ${severity}`),
});

const count = { passed: 0, failed: 0, skipped: 0 };
for (const { name, faults, skipped } of outcomes) {
  const result = skipped !== undefined ? 'skipped' : faults.length > 0 ? 'failed' : 'passed';
  count[result] += 1;
  console.log([`${result}: ${name}${skipped === undefined ? '' : `: ${skipped}`}`, ...faults].join('\n  '));
}
console.log(
  `${installed.length} packages, ${shipped.size} of them shipped or optional; ` +
    `${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`,
);
process.exitCode = count.failed > 0 ? 1 : 0;

/** The benchmark; see README.md beside it. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { operations } from './operations.mjs';
import { measurePages } from './pages.mjs';
import { LoadGenerator } from './processes.mjs';
import { asText, machine } from './report.mjs';
import { measureSpeed } from './speed.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

const MEASURED = Object.keys(operations).filter((name) => name !== 'get');

const FULL = {
  rounds: 5,
  seconds: 1,
  listed: 1000,
  volumes: 800,
  alone: 200,
  rows: 1_000_000,
  pageSeconds: 0.5,
};
const SMOKE = { rounds: 1, seconds: 0.1, listed: 100, volumes: 32, alone: 8, rows: 20_000, pageSeconds: 0.1 };

const USAGE = `node bench/run.mjs [--smoke] [--only ${[...MEASURED, 'pages'].join(',')}]
  [--out file.json] [--main dist/main.js of another build]`;

function options() {
  try {
    const { values } = parseArgs({
      options: {
        smoke: { type: 'boolean', default: false },
        only: { type: 'string', default: [...MEASURED, 'pages'].join(',') },
        out: { type: 'string' },
        main: { type: 'string' },
      },
    });
    const only = values.only.split(',');
    const unknown = only.filter((name) => name !== 'pages' && !MEASURED.includes(name));
    if (unknown.length > 0) throw new Error(`unknown: ${unknown.join(', ')}`);
    return { ...values, only };
  } catch (error) {
    console.error(`${error.message}\n${USAGE}`);
    process.exit(2);
  }
}

/** Returns the server to measure: the given build, or this clone's, compiled if a source is newer. */
function builtMain(given) {
  if (given !== undefined) return resolve(given);
  const { status } = spawnSync(process.execPath, [join(root, 'scripts', 'prepare.mjs'), '--build'], {
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0) process.exit(1);
  return join(root, 'dist', 'main.js');
}

const { smoke, only, out, main: givenMain } = options();
const plan = smoke ? SMOKE : FULL;
const wanted = only.filter((name) => name !== 'pages');
const main = builtMain(givenMain);
const facts = machine();
const folder = mkdtempSync(join(tmpdir(), 'clinker-bench-'));
const load = new LoadGenerator();
const say = (text) => console.error(`bench: ${text}`);
try {
  const common = { main, load, plan, say };
  const inFolder = (name) => {
    mkdirSync(join(folder, name));
    return join(folder, name);
  };
  const results = {
    recorded: new Date().toISOString(),
    machine: facts,
    settings: plan,
    ...(wanted.length > 0 && { speed: await measureSpeed({ ...common, folder: inFolder('speed'), wanted }) }),
    ...(only.includes('pages') && { pages: await measurePages({ ...common, folder: inFolder('pages') }) }),
  };
  const stamp = results.recorded.slice(0, 19).replaceAll(':', '');
  const file = out ?? join(root, 'bench', 'results', `${stamp}${smoke ? '-smoke.tmp' : ''}.json`);
  mkdirSync(dirname(resolve(file)), { recursive: true });
  writeFileSync(file, `${JSON.stringify(results, roundedNumber, 2)}\n`);
  console.log(asText(results));
} finally {
  load.stop();
  rmSync(folder, { recursive: true, force: true });
}

/** Rounds to four significant digits, more than a measurement on a shared machine is accurate to. */
function roundedNumber(_key, value) {
  return typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value;
}

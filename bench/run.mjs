/** The benchmark; see README.md beside it. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { optionsOrExit } from './options.mjs';
import { plots } from './plots.mjs';
import { measureEvents } from './events.mjs';
import { measureExports } from './exports.mjs';
import { measureFleet } from './fleet.mjs';
import { LoadGenerator } from './processes.mjs';
import { asText, machine } from './report.mjs';
import { measureScale } from './scale.mjs';
import { measureSlow } from './slow.mjs';
import { measureSoak } from './soak.mjs';
import { measureSpeed } from './speed.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const {
  smoke,
  wanted,
  withRows,
  withSlow,
  withEvents,
  withExports,
  withFleet,
  withSoak,
  plan,
  other,
  database,
  out,
  main,
} = optionsOrExit(process.argv.slice(2));

const facts = machine();
const folder = mkdtempSync(join(tmpdir(), 'clinker-bench-'));
const load = new LoadGenerator();
// Ends the job in progress, and so the run, which then stops its servers and removes its files; a second signal ends it at once.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => load.stop());
try {
  const results = await measure({ main: builtMain(main), load, plan, say });
  results.machine.loadAtEnd = loadavg()[0];
  write(results);
  console.log(asText(results));
  if (results.soak?.failed > 0) process.exitCode = 1;
} finally {
  load.stop();
  rmSync(folder, { recursive: true, force: true });
}

async function measure(common) {
  const inFolder = (name) => {
    mkdirSync(join(folder, name));
    return { ...common, folder: join(folder, name) };
  };
  return {
    recorded: new Date().toISOString(),
    machine: facts,
    settings: plan,
    ...(wanted.length > 0 && { speed: await measureSpeed({ ...inFolder('speed'), wanted, other }) }),
    ...(withRows && { scale: await measureScale(inFolder('scale')) }),
    ...(withSlow && { slow: await measureSlow(inFolder('slow')) }),
    ...(withEvents && { events: await measureEvents(inFolder('events')) }),
    ...(withExports && { exports: await measureExports({ plan, say }) }),
    ...(withFleet && { fleet: await measureFleet({ ...inFolder('fleet'), database }) }),
    ...(withSoak && { soak: await measureSoak(inFolder('soak')) }),
  };
}

function say(text) {
  console.error(`bench: ${text}`);
}

/** Writes the results, and the plots beside them. */
function write(results) {
  const stamp = results.recorded.slice(0, 19).replaceAll(':', '');
  const file = resolve(out ?? join(root, 'bench', 'results', `${stamp}${smoke ? '-smoke.tmp' : ''}.json`));
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(results, roundedNumber, 2)}\n`);
  for (const [name, svg] of Object.entries(plots(results)))
    writeFileSync(`${file.replace(/\.json$/, '')}-${name}.svg`, svg);
  say(`written: ${file}`);
}

/** Returns the server to measure: the given build, or this clone's, compiled if a source is newer. */
function builtMain(given) {
  if (given !== undefined) return resolve(given);
  const { status } = spawnSync(process.execPath, [join(root, 'scripts', 'prepare.mjs'), '--build'], {
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0) throw new Error('the server cannot be compiled');
  return join(root, 'dist', 'main.js');
}

/** Rounds to four significant digits, more than a measurement on a shared machine is accurate to. */
function roundedNumber(_key, value) {
  return typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value;
}

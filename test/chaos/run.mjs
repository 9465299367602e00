/**
 * npm run chaos: every part at length, or those that are named: `npm run chaos -- storm --kills 2000 --seed 7`.
 * With --ci in a bounded form; --steps-seconds ends `steps` early, which then names the operations that it did not come to
 * (the seed says with which it begins). Ends with the figures that docs/reliability.md tells.
 */
import { parseArgs } from 'node:util';
import { fuzz } from './fuzz.mjs';
import { ServerProcess } from './lib/server-process.mjs';
import { pairStorms } from './pair-storm.mjs';
import { races } from './races.mjs';
import { steps } from './steps.mjs';
import { storm } from './storm.mjs';
import { tgtStorm } from './tgt-storm.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    ci: { type: 'boolean', default: false },
    kills: { type: 'string' },
    requests: { type: 'string' },
    rounds: { type: 'string' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 32) },
    'steps-seconds': { type: 'string', default: 'Infinity' },
  },
});
const seed = Number(values.seed);

const number = (name, inCi, atLength) => Number(values[name] ?? (values.ci ? inCi : atLength));

const PARTS = {
  steps: () => steps({ seed, seconds: Number(values['steps-seconds']), thorough: !values.ci }),
  storm: () => storm({ seed, kills: number('kills', 200, 1000) }),
  'tgt-storm': () => tgtStorm({ seed, kills: number('kills', 15, 100) }),
  'pair-storm': () => pairStorms({ seed, kills: number('kills', 10, 200) }),
  fuzz: () => fuzz({ seed, requests: number('requests', 5000, 200_000) }),
  races: () => races({ rounds: number('rounds', 25, 1000) }),
};

const names = positionals.length > 0 ? positionals : Object.keys(PARTS);
const unknown = names.filter((name) => !(name in PARTS));
if (unknown.length > 0) throw new Error(`no such part: ${unknown.join(', ')}`);

const startedAt = performance.now();
// All at once: most of the time they wait for servers to start.
const outcomes = await Promise.allSettled(names.map((name) => PARTS[name]()));
for (const [index, { status, value, reason }] of outcomes.entries()) {
  const text = status === 'fulfilled' ? JSON.stringify(value) : `FAILED\n${reason.stack ?? reason}`;
  console.log(`${names[index]}: ${text}`);
}
await ServerProcess.killAll();
console.log(`seed ${seed}, ${Math.round((performance.now() - startedAt) / 1000)} s`);
process.exitCode = outcomes.every(({ status }) => status === 'fulfilled') ? 0 : 1;

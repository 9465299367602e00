/**
 * npm run chaos: runs all parts in full length, or the named ones, --without some: `npm run chaos -- storm --kills 2000`. --ci
 * selects the bounded form; --steps-seconds ends `steps` early and names the operations left out (the seed selects the
 * first one). Prints the figures of docs/reliability.md at the end.
 */
import { parseArgs } from 'node:util';
import { clock } from './clock.mjs';
import { eventSize } from './event-size.mjs';
import { eventStorms } from './event-storm.mjs';
import { fleet } from './fleet.mjs';
import { fuzz } from './fuzz.mjs';
import { hostility } from './hostility.mjs';
import { ServerProcess } from './lib/server-process.mjs';
import { size } from './size.mjs';
import { idleReaders } from './idle-readers.mjs';
import { pairStorms } from './pair-storm.mjs';
import { races } from './races.mjs';
import { silence } from './silence.mjs';
import { steps } from './steps.mjs';
import { storm } from './storm.mjs';
import { tgtStorm } from './tgt-storm.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    ci: { type: 'boolean', default: false },
    databases: { type: 'string' },
    faults: { type: 'string' },
    kills: { type: 'string' },
    open: { type: 'string' },
    readers: { type: 'string' },
    requests: { type: 'string' },
    rounds: { type: 'string' },
    rows: { type: 'string' },
    silences: { type: 'string' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 32) },
    storage: { type: 'string' },
    'steps-seconds': { type: 'string', default: 'Infinity' },
    transport: { type: 'string', default: 'both' },
    without: { type: 'string', default: '' },
  },
});
const seed = Number(values.seed);

const number = (name, inCi, atLength) => Number(values[name] ?? (values.ci ? inCi : atLength));

const PARTS = {
  steps: () => steps({ seed, seconds: Number(values['steps-seconds']), thorough: !values.ci }),
  storm: () => storm({ seed, kills: number('kills', 120, 1000) }),
  'tgt-storm': () => tgtStorm({ seed, kills: number('kills', 15, 100) }),
  'pair-storm': () => pairStorms({ seed, kills: number('kills', 10, 200) }),
  'event-storm': () =>
    eventStorms({
      seed,
      kills: number('kills', 8, 1000),
      ...(values.databases && { databases: values.databases.split(',') }),
    }),
  fleet: () =>
    fleet({ seed, faults: number('faults', 10, 1000), transport: values.transport, storage: values.storage }),
  'event-size': () => eventSize({ rows: number('rows', 30_000, 1_000_000) }),
  'idle-readers': () => idleReaders({ readers: number('readers', 2000, 10_000) }),
  size: () =>
    size({ seed, rows: number('rows', 300_000, 1_000_000), open: number('open', 5_000, 1_000_000) }),
  silence: () => silence({ seed, silences: number('silences', 4, 60) }),
  fuzz: () => fuzz({ seed, requests: number('requests', 5000, 200_000) }),
  clock: () => clock({ seed, rounds: number('rounds', 4, 24) }),
  hostility: () => hostility(),
  races: () => races({ rounds: number('rounds', 25, 1000) }),
};

const without = values.without.split(',').filter((name) => name !== '');
const unknown = [...positionals, ...without].filter((name) => !(name in PARTS));
if (unknown.length > 0) throw new Error(`unknown part: ${unknown.join(', ')}`);
const names = (positionals.length > 0 ? positionals : Object.keys(PARTS)).filter(
  (name) => !without.includes(name),
);

const startedAt = performance.now();
/** Their servers have tighter limits than usual, which a machine busy with all other parts exceeds by itself. */
const ALONE = ['silence', 'fleet'];

const runAll = async (chosen) => {
  const outcomes = await Promise.allSettled(chosen.map((name) => PARTS[name]()));
  return outcomes.map((outcome, index) => ({ name: chosen[index], ...outcome }));
};

// In parallel: most of the time they wait for servers to start.
const outcomes = [...(await runAll(names.filter((name) => !ALONE.includes(name))))];
for (const name of ALONE) if (names.includes(name)) outcomes.push(...(await runAll([name])));
for (const { name, status, value, reason } of outcomes) {
  console.log(
    status === 'fulfilled'
      ? `${name}: ${JSON.stringify(value)}`
      : `FAILED ${name}: ${reason.stack ?? reason}`,
  );
}
await ServerProcess.killAll();
console.log(`seed ${seed}, ${Math.round((performance.now() - startedAt) / 1000)} s`);
process.exitCode = outcomes.every(({ status }) => status === 'fulfilled') ? 0 : 1;

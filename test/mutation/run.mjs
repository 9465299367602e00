/**
 * npm run test:mutation: draws mutants of the sources that must be right and tells which of them no suite notices.
 * All of them would take days, since most suites start servers; the seed is printed, and the same seed draws the same
 * mutants while the sources are the same. Not part of CI.
 *
 * --sample N    as many from each folder (default 12)
 * --seed N      what is drawn
 * --folder F    only from this folder
 * --mutants A,B only these, by their numbers
 * --suites A,B  only suites with one of these texts in their paths
 * --seconds N   how long the suites for one mutant may take without it (default 120); the others are left out
 */
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Random } from '../chaos/lib/random.mjs';
import { memoryFolder } from '../support/memory-folder.mjs';
import { baselineOf } from './baseline.mjs';
import { runSuites } from './jest-run.mjs';
import { FOLDERS, folderOf, makeMutatedCopy } from './mutated-copy.mjs';
import { describeMutant, printReport } from './report.mjs';
import { suitesOf } from './suites.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { values } = parseArgs({
  options: {
    sample: { type: 'string', default: '12' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 32) },
    folder: { type: 'string' },
    mutants: { type: 'string' },
    suites: { type: 'string', default: '' },
    seconds: { type: 'string', default: '120' },
  },
});
if (values.folder !== undefined && !FOLDERS.includes(values.folder))
  throw new Error(`--folder is one of ${FOLDERS.join(', ')}`);

/** In seconds: a mutant may end in a loop, and a loaded machine is slow. */
const limitFor = (seconds) => 3 * seconds + 20;

function draw(mutants) {
  if (values.mutants !== undefined) {
    const ids = values.mutants.split(',');
    return mutants.filter(({ id }) => ids.includes(id));
  }
  return FOLDERS.flatMap((folder) => {
    // A folder's sample does not depend on the other folders.
    const random = new Random(Number(values.seed));
    const left = mutants.filter(({ fileName }) => folderOf(fileName) === folder);
    const drawn = [];
    while (drawn.length < Number(values.sample) && left.length > 0)
      drawn.push(...left.splice(random.below(left.length), 1));
    return values.folder === undefined || values.folder === folder ? drawn : [];
  });
}

/** Those that reach the mutant: first the ones that reach it most often for their time. */
function suitesFor({ id }, baseline) {
  const covering = [...baseline]
    .filter(([, outcome]) => outcome !== null && outcome.reached[id] !== undefined)
    .map(([suite, { seconds, reached }]) => ({ suite, seconds, cost: seconds / reached[id] }))
    .sort((one, other) => one.cost - other.cost);
  const chosen = [];
  let total = 0;
  for (const { suite, seconds } of covering) {
    if (chosen.length > 0 && total + seconds > Number(values.seconds)) continue;
    chosen.push(suite);
    total += seconds;
  }
  return { chosen, total, first: covering[0]?.seconds ?? 0, left: covering.length - chosen.length };
}

async function test(copy, mutant, { chosen, total, left }) {
  if (chosen.length === 0) return { mutant, outcome: 'uncovered', told: '' };
  const { status, lines } = await runSuites(copy, chosen, { mutant: mutant.id, seconds: limitFor(total) });
  if (status === null) return { mutant, outcome: 'timed out', told: '' };
  if (status === 0) return { mutant, outcome: 'survived', told: `${chosen.length} suites, ${left} left out` };
  const killer = lines.find(({ failed }) => failed !== undefined);
  if (killer === undefined) throw new Error(`no test failed, and Jest ended with status ${status}`);
  return { mutant, outcome: 'killed', told: `${killer.suite}: ${killer.failed}` };
}

const folder = realpathSync(mkdtempSync(join(memoryFolder(), 'clinker-mutation-')));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));

const copy = join(folder, 'copy');
mkdirSync(copy);
const { files, mutants, excluded } = await makeMutatedCopy(root, copy);
const sample = draw(mutants);
console.log(
  `seed ${values.seed}: ${sample.length} of ${mutants.length} mutants; ${excluded} of texts are not drawn`,
);
const texts = values.suites.split(',');
const suites = suitesOf(root, files).filter((suite) => texts.some((text) => suite.includes(text)));
const baseline = await baselineOf(copy, files, suites);
const work = sample
  .map((mutant) => ({ mutant, ...suitesFor(mutant, baseline) }))
  // What is known soon comes first.
  .sort((one, other) => one.first - other.first);
const outcomes = [];
for (const { mutant, ...suitesOfIt } of work) {
  const startedAt = performance.now();
  const outcome = await test(copy, mutant, suitesOfIt);
  outcomes.push(outcome);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
  console.log(
    `${outcomes.length} ${outcome.outcome}, ${seconds} s: ${describeMutant(mutant)}  [${outcome.told}]`,
  );
}
printReport(outcomes);

import { FOLDERS, folderOf } from './mutated-copy.mjs';

/** Where, which mutator, and what is there instead, in one line. */
export function describeMutant({ id, fileName, location, mutatorName, replacement }) {
  const text = replacement.replace(/\s+/g, ' ');
  const { line, column } = location.start;
  return `#${id} ${fileName}:${line + 1}:${column + 1} ${mutatorName} -> ${text.length > 100 ? `${text.slice(0, 100)}…` : text}`;
}

/** @param outcomes mutant and `killed`, `timed out`, `survived` or `uncovered` of each */
export function printReport(outcomes) {
  const rows = FOLDERS.map((folder) => [
    folder,
    outcomes.filter(({ mutant }) => folderOf(mutant.fileName) === folder),
  ]);
  console.log('\n| folder | sampled | killed | timed out | survived | uncovered | score |');
  console.log('| --- | --- | --- | --- | --- | --- | --- |');
  for (const [name, all] of [...rows, ['all', outcomes]]) {
    if (all.length === 0) continue;
    const count = (outcome) => all.filter((one) => one.outcome === outcome).length;
    const [killed, late, survived, uncovered] = ['killed', 'timed out', 'survived', 'uncovered'].map(count);
    const score = `${Math.round(((killed + late) / all.length) * 100)} %`;
    console.log(`| ${[name, all.length, killed, late, survived, uncovered, score].join(' | ')} |`);
  }
  for (const { mutant, outcome, told } of outcomes)
    if (outcome === 'survived' || outcome === 'uncovered')
      console.log(`${outcome}: ${describeMutant(mutant)}${told === '' ? '' : ` (${told})`}`);
}

import { appendFileSync } from 'node:fs';

/** Tells run.mjs something about a suite. */
export function reportLine(line) {
  appendFileSync(process.env.MUTATION_REPORT, `${JSON.stringify(line)}\n`);
}

/**
 * Writes measured results into docs/performance.md and its plots: `node bench/document.mjs RESULTS.json...`. Later files
 * replace parts of earlier ones; parts that no file has stay as they are.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import prettier from 'prettier';
import { plots } from './plots.mjs';
import { conditions, scaleNotes, soakNotes, speedNotes } from './report.mjs';
import {
  besideTable,
  eventsTable,
  exportsTable,
  scaleTable,
  slowTable,
  soakTable,
  speedTable,
} from './tables.mjs';

const page = fileURLToPath(new URL('../docs/performance.md', import.meta.url));
const pictures = fileURLToPath(new URL('../docs/performance/', import.meta.url));

/** Returns the text of each part that the results have. */
function partsOf(results) {
  const { speed, scale, slow, events, exports, soak } = results;
  const beside = speed && besideTable(speed);
  return {
    ...(speed && {
      speed: [
        part(results, speedTable(speed), speedNotes(results)),
        picture('rate', 'Requests per second of each operation'),
        picture('latency', 'Distribution of the times'),
      ].join('\n\n'),
    }),
    ...(beside && { beside: part(results, beside) }),
    ...(scale && {
      rows: `${part(results, scaleTable(scale), scaleNotes(results))}\n\n${picture('rows', 'Time against the number of attachments')}`,
    }),
    ...(slow && { slow: part(results, slowTable(slow)) }),
    ...(events && { events: part(results, eventsTable(events)) }),
    ...(exports && { exports: part(results, exportsTable(exports)) }),
    ...(soak && {
      soak: `${part(results, soakTable(soak), soakNotes(soak))}\n\n${picture('soak', 'Memory over the soak')}`,
    }),
  };
}

function part(results, table, notes = '') {
  return [`${results.recorded.slice(0, 10)}: ${conditions(results)}`, notes, markdown(table)].join('\n\n');
}

function markdown({ heads, rows }) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  const align = heads.map((_, column) => (column === 0 ? '---' : '---:'));
  return [line(heads), line(align), ...rows.map(line)].join('\n');
}

const picture = (name, description) => `![${description}](performance/${name}.svg)`;

/** Replaces what is between the marks of a part. */
function replaced(text, name, content) {
  const [begin, end] = [`<!-- measured: ${name} -->`, '<!-- end -->'];
  const from = text.indexOf(begin);
  if (from < 0) throw new Error(`docs/performance.md has no ${begin}`);
  const to = text.indexOf(end, from);
  return `${text.slice(0, from)}${begin}\n\n${content}\n\n${text.slice(to)}`;
}

let text = readFileSync(page, 'utf8');
mkdirSync(pictures, { recursive: true });
for (const file of process.argv.slice(2)) {
  const results = JSON.parse(readFileSync(file, 'utf8'));
  for (const [name, content] of Object.entries(partsOf(results))) text = replaced(text, name, content);
  for (const [name, svg] of Object.entries(plots(results))) writeFileSync(`${pictures}${name}.svg`, svg);
}
const style = await prettier.resolveConfig(page);
writeFileSync(page, await prettier.format(text, { ...style, filepath: page }));

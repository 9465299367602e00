/**
 * Writes measured results into docs/performance.md, docs/scaling.md and their plots: `node bench/document.mjs RESULTS.json...`. Later files
 * replace parts of earlier ones; parts that no file has stay as they are.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import prettier from 'prettier';
import { plots } from './plots.mjs';
import { conditions, fleetNotes, scaleNotes, soakNotes, speedNotes } from './report.mjs';
import {
  besideTable,
  eventsTable,
  exportsTable,
  fleetTable,
  scaleTable,
  slowTable,
  soakTable,
  speedTable,
} from './tables.mjs';

const pages = ['performance', 'scaling'].map((name) =>
  fileURLToPath(new URL(`../docs/${name}.md`, import.meta.url)),
);
const pictures = fileURLToPath(new URL('../docs/performance/', import.meta.url));

/** Returns the text of each part that the results have. */
function partsOf(results) {
  const { speed, scale, slow, events, exports, fleet, soak } = results;
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
    ...(fleet && { fleet: part(results, fleetTable(fleet), fleetNotes(results)) }),
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

/** Replaces what is between the marks of a part, if the page has them. */
function replaced(text, name, content) {
  const [begin, end] = [`<!-- measured: ${name} -->`, '<!-- end -->'];
  const from = text.indexOf(begin);
  if (from < 0) return text;
  const to = text.indexOf(end, from);
  return `${text.slice(0, from)}${begin}\n\n${content}\n\n${text.slice(to)}`;
}

const measured = process.argv.slice(2).map((file) => JSON.parse(readFileSync(file, 'utf8')));
const parts = Object.assign({}, ...measured.map(partsOf));
const texts = pages.map((page) => readFileSync(page, 'utf8'));
for (const name of Object.keys(parts))
  if (!texts.some((text) => text.includes(`<!-- measured: ${name} -->`)))
    throw new Error(`no page has a place for ${name}`);
mkdirSync(pictures, { recursive: true });
for (const results of measured)
  for (const [name, svg] of Object.entries(plots(results))) writeFileSync(`${pictures}${name}.svg`, svg);
for (const [number, page] of pages.entries()) {
  const text = Object.entries(parts).reduce(
    (all, [name, content]) => replaced(all, name, content),
    texts[number],
  );
  const style = await prettier.resolveConfig(page);
  writeFileSync(page, await prettier.format(text, { ...style, filepath: page }));
}

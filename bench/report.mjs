import os from 'node:os';
import { operations } from './operations.mjs';

/** Returns the facts on which the figures depend; nothing that identifies the machine's owner. */
export function machine() {
  const cpus = os.cpus();
  return {
    cpu: cpus[0]?.model ?? 'unknown',
    cores: cpus.length,
    memoryGib: Math.round(os.totalmem() / 2 ** 30),
    platform: `${os.platform()} ${os.arch()}`,
    node: process.version,
    loadAtStart: os.loadavg()[0],
  };
}

const cell = (value, digits) => (value === null ? '–' : value.toFixed(digits));

function table(heads, rows) {
  const lines = [heads, ...rows];
  const widths = heads.map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  // Names are left-aligned, figures right-aligned.
  const align = (line) =>
    line
      .map((text, column) => (column === 0 ? text.padEnd(widths[column]) : text.padStart(widths[column])))
      .join('  ');
  return [align(heads), widths.map((width) => '-'.repeat(width)).join('  '), ...rows.map(align)].join('\n');
}

/** Formats the results as readable text. */
export function asText({ machine: facts, settings, speed, pages }) {
  const parts = [
    `${facts.cpu}, ${facts.cores} cores, Node ${facts.node}, load ${facts.loadAtStart.toFixed(2)} at the start. ` +
      `Lists are of ${settings.listed} attachments. Medians of ${settings.rounds} rounds; ratios are medians of each round's ratio.`,
  ];
  if (speed !== undefined) parts.push(speedTable(speed), speedNotes(speed));
  if (pages !== undefined) parts.push(pagesTable(pages), pagesNotes(pages));
  return parts.join('\n\n');
}

function speedTable({ operations: measured }) {
  return table(
    [
      'operation',
      'conn',
      'req/s',
      'p50 ms',
      'p99 ms',
      'CPU µs',
      ': http',
      ': Express',
      'http/s',
      'Express/s',
    ],
    measured.map(({ operation, connections, clinker, http, express, ratioToHttp, ratioToExpress }) => [
      operations[operation].title,
      String(connections),
      cell(clinker.rate, 0),
      cell(clinker.p50, 2),
      cell(clinker.p99, 2),
      cell(clinker.cpu, 0),
      cell(ratioToHttp, 3),
      cell(ratioToExpress, 3),
      cell(http.rate, 0),
      cell(express.rate, 0),
    ]),
  );
}

function speedNotes({ start, memory }) {
  return (
    `First answer ${cell(start.secondMs, 0)} ms after a start (${cell(start.firstMs, 0)} ms after the very first). ` +
    `Memory: ${cell(memory.startedMib, 0)} MiB once started, ${cell(memory.peakMib, 0)} MiB at most.`
  );
}

function pagesTable({ few, many, pages }) {
  return table(
    [`50 of ${few} and of ${many}`, 'p50 ms', 'p50 ms', 'p99 ms', 'p99 ms', 'ratio'],
    pages.map(({ title, few: thousand, many: million, ratio }) => [
      title,
      cell(thousand.p50, 2),
      cell(million.p50, 2),
      cell(thousand.p99, 2),
      cell(million.p99, 2),
      cell(ratio, 2),
    ]),
  );
}

function pagesNotes({ many, startMs, peakMib }) {
  return `With ${many} attachments: first answer after ${cell(startMs.many, 0)} ms, ${cell(peakMib.many, 0)} MiB at most.`;
}

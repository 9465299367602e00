import { operations } from './operations.mjs';
import { MEASURES } from './soak.mjs';

/** Formats a figure; a missing one is a dash. */
export const cell = (value, digits) => (value === null || value === undefined ? '–' : value.toFixed(digits));

/** A rate, time or ratio to three significant digits, without an exponent. */
const significant = (value) =>
  value === null || value === undefined
    ? '–'
    : value.toFixed(Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value) || 1))));

export const counted = (count) => count.toLocaleString('en');

/** The operations of Clinker, and their ratios to the servers that replay its answers. */
export function speedTable({ operations: measured }) {
  return {
    heads: [
      'operation',
      'conn',
      'req/s',
      'p50 ms',
      'p99 ms',
      'CPU ms',
      ': http',
      ': Express',
      'http/s',
      'Express/s',
    ],
    rows: measured.map(({ operation, connections, clinker, http, express, ratioToHttp, ratioToExpress }) => [
      operations[operation].title,
      String(connections),
      significant(clinker.rate),
      significant(clinker.p50),
      significant(clinker.p99),
      significant(clinker.cpu),
      significant(ratioToHttp),
      significant(ratioToExpress),
      significant(http.rate),
      significant(express.rate),
    ]),
  };
}

/** The same operations on the other server, and the ratios Clinker to other; undefined if there was none. */
export function besideTable({ operations: measured, otherName }) {
  if (measured[0]?.other === undefined) return undefined;
  return {
    heads: [
      'operation',
      'conn',
      `${otherName}/s`,
      'p50 ms',
      'p99 ms',
      'CPU ms',
      'errors',
      'rate ratio',
      'p50 ratio',
      'p99 ratio',
      'CPU ratio',
    ],
    rows: measured.map(({ operation, connections, other, ratioToOther, otherErrors }) => [
      operations[operation].title,
      String(connections),
      significant(other.rate),
      significant(other.p50),
      significant(other.p99),
      significant(other.cpu),
      String(otherErrors),
      significant(ratioToOther.rate),
      significant(ratioToOther.p50),
      significant(ratioToOther.p99),
      significant(ratioToOther.cpu),
    ]),
  };
}

/** Each request among the different numbers of rows. */
export function scaleTable({ rows, requests, starts, startRatio, startCpuRatio }) {
  const each = (suffix) => rows.map((count) => `${counted(count)}: ${suffix}`);
  return {
    heads: ['request', ...each('p50 ms'), ...each('p99 ms'), ...each('CPU ms'), 'p50 ratio', 'CPU ratio'],
    rows: [
      ...requests.map(({ title, sizes, ratio, cpuRatio }) => [
        title,
        ...['p50', 'p99', 'cpu'].flatMap((figure) => sizes.map((size) => significant(size[figure]))),
        cell(ratio, 2),
        cell(cpuRatio, 2),
      ]),
      [
        'start, to the first 200 of /healthcheck',
        ...starts.map(({ startMs }) => cell(startMs, 0)),
        ...rows.map(() => ''),
        ...starts.map(({ startCpuMs }) => cell(startCpuMs, 0)),
        cell(startRatio, 2),
        cell(startCpuRatio, 2),
      ],
    ],
  };
}

/** Connects with a slow driver. */
export function slowTable({ latencyMs, volumes, oneMs, many, same }) {
  const row = (title, ms, times) => [title, cell(ms, 0), cell(times, 2)];
  return {
    heads: [`connects, each driver call takes ${latencyMs} ms`, 'ms', 'ratio to one'],
    rows: [
      row('one volume', oneMs, 1),
      row(`${volumes} volumes at once`, many.ms, many.ratio),
      row('one volume, and a delete of its other attachment', same.ms, same.ratio),
    ],
  };
}

/** The processor time of a cycle by who gets its events. */
export function eventsTable({ receivers }) {
  return {
    heads: ['who gets the events of a cycle', 'CPU ms', 'ratio to nobody'],
    rows: receivers.map(({ title, cpu, ratio }) => [title, significant(cpu), cell(ratio, 2)]),
  };
}

/** The steps of an attach and a detach among few and among many exports. */
export function exportsTable({ exports: measured }) {
  const [few, many] = measured;
  const both = (figure) => measured.map(({ count }) => `${counted(count)}: ${figure} ms`);
  return {
    heads: ['step', ...both('all'), ...both('commands'), ...both('ours'), 'ratio'],
    rows: Object.keys(few.steps).map((name) => {
      const steps = [few.steps[name], many.steps[name]];
      return [
        name,
        ...['ms', 'toolsMs', 'oursMs'].flatMap((figure) => steps.map((step) => significant(step[figure]))),
        cell(steps[1].ms / steps[0].ms, 2),
      ];
    }),
  };
}

/** Each operation with each arrangement of processes; ratios are to one process. */
export function fleetTable({ operations: measured }) {
  return {
    heads: [
      'operation',
      'conn',
      'processes',
      'req/s',
      'p50 ms',
      'CPU ms',
      'API',
      'node',
      'database',
      'rate ratio',
      'CPU ratio',
    ],
    rows: measured.map(({ operation, connections, title, figures, rateRatio, cpuRatio }) => [
      operations[operation].title,
      String(connections),
      title,
      ...['rate', 'p50', 'cpu', 'apiCpu', 'nodeCpu', 'databaseCpu'].map((name) => significant(figures[name])),
      cell(rateRatio, 2),
      cell(cpuRatio, 2),
    ]),
  };
}

/** Each measure in the thirds of the soak. */
export function soakTable({ thirds }) {
  return {
    heads: ['', 'first third', 'middle third', 'last third', 'grew'],
    rows: thirds.map(({ name, first, middle, last, grew }) => {
      const { title, digits } = MEASURES.find((measure) => measure.name === name);
      return [title, ...[first, middle, last].map((value) => cell(value, digits)), grew ? 'yes' : 'no'];
    }),
  };
}

import { operations } from './operations.mjs';
import { bar, distribution, linearScale, lineChart, logScale, rowChart } from './svg.mjs';

/** The requests whose cost is drawn against the number of rows. */
const DRAWN = ['show', 'first', 'deep', 'detail', 'create', 'delete'];

/** Returns the plots of the results, as SVG by name. */
export function plots({ speed, scale, soak }) {
  return {
    ...(speed && { rate: ratePlot(speed), latency: latencyPlot(speed) }),
    ...(scale && { rows: rowsPlot(scale) }),
    ...(soak && { soak: soakPlot(soak) }),
  };
}

/** Returns the servers that are drawn: Clinker and the other one, or else Express. */
function drawnServers({ operations: measured, otherName }) {
  return measured[0].other === undefined
    ? { names: ['Clinker', 'bare Express, replaying'], keys: ['clinker', 'express'] }
    : { names: ['Clinker', otherName], keys: ['clinker', 'other'] };
}

/** Returns a panel for each number of connections, with a row for each operation. */
function panelsOf({ operations: measured }, valueOf) {
  return [...new Set(measured.map(({ connections }) => connections))].map((connections) => ({
    title: connections === 1 ? '1 connection' : `${connections} connections`,
    rows: measured
      .filter((one) => one.connections === connections)
      .map((one) => ({ label: operations[one.operation].title, values: valueOf(one) })),
  }));
}

function ratePlot(speed) {
  const { names, keys } = drawnServers(speed);
  return rowChart({
    title: 'Rate of each operation',
    axis: 'requests per second (logarithmic)',
    series: names,
    panels: panelsOf(speed, (one) => keys.map((key) => one[key].rate)),
    extent: (rate) => [rate],
    mark: bar,
  });
}

function latencyPlot(speed) {
  const { names, keys } = drawnServers(speed);
  return rowChart({
    title: 'Time of each operation: p10 to p90 (box), median (mark), p99 (line)',
    axis: 'milliseconds (logarithmic)',
    series: names,
    panels: panelsOf(speed, (one) => keys.map((key) => (one[key].p50 === null ? null : one[key]))),
    extent: ({ p10, p99 }) => [p10, p99],
    mark: distribution,
  });
}

function rowsPlot({ rows, requests, starts }) {
  const drawn = requests.filter(({ name }) => DRAWN.includes(name));
  const points = (values) => values.map((value, size) => [rows[size], value]);
  return lineChart({
    title: 'Median time against the number of attachments, 1 connection',
    xAxis: 'attachments in the database (logarithmic)',
    yAxis: 'milliseconds (logarithmic)',
    xScale: logScale,
    yScale: logScale,
    series: [
      ...drawn.map(({ title, sizes }) => ({ name: title, points: points(sizes.map(({ p50 }) => p50)) })),
      { name: 'start, until healthy', points: points(starts.map(({ startMs }) => startMs)) },
    ],
  });
}

function soakPlot({ samples, connections }) {
  return lineChart({
    title: `Memory under load with ${connections} connections`,
    xAxis: 'minutes',
    yAxis: 'resident memory, MiB',
    xScale: linearScale,
    yScale: linearScale,
    series: [{ name: 'Clinker', points: samples.map(({ seconds, rssMib }) => [seconds / 60, rssMib]) }],
  });
}

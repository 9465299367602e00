import os from 'node:os';
import {
  besideTable,
  cell,
  counted,
  eventsTable,
  exportsTable,
  fleetTable,
  scaleTable,
  slowTable,
  soakTable,
  speedTable,
} from './tables.mjs';

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

/** Formats the results as readable text. */
export function asText(results) {
  const { speed, scale, slow, events, exports, fleet, soak } = results;
  const beside = speed && besideTable(speed);
  return [
    conditions(results),
    ...(speed ? [aligned(speedTable(speed)), speedNotes(results)] : []),
    ...(beside ? [`Ratios are Clinker to ${speed.otherName}.`, aligned(beside)] : []),
    ...(scale ? [aligned(scaleTable(scale)), scaleNotes(results)] : []),
    ...(slow ? [aligned(slowTable(slow))] : []),
    ...(events ? [aligned(eventsTable(events))] : []),
    ...(exports ? [aligned(exportsTable(exports))] : []),
    ...(fleet ? [fleetNotes(results), aligned(fleetTable(fleet))] : []),
    ...(soak ? [soakNotes(soak), aligned(soakTable(soak))] : []),
  ].join('\n\n');
}

/** Says where the figures were measured. */
export function conditions({ machine: facts }) {
  return (
    `${facts.cpu}, ${facts.cores} cores, Node ${facts.node}, load ${cell(facts.loadAtStart, 1)} at the start and ` +
    `${cell(facts.loadAtEnd, 1)} at the end.`
  );
}

function rounds({ rounds: count }) {
  return count === 1 ? 'One round.' : `Medians of ${count} rounds; ratios are medians of each round's ratio.`;
}

function aligned({ heads, rows }) {
  const lines = [heads, ...rows];
  const widths = heads.map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  // Names are left-aligned, figures right-aligned.
  const align = (line) =>
    line
      .map((text, column) => (column === 0 ? text.padEnd(widths[column]) : text.padStart(widths[column])))
      .join('  ');
  return [align(heads), widths.map((width) => '-'.repeat(width)).join('  '), ...rows.map(align)].join('\n');
}

export function speedNotes({ settings, speed: { operations, start, memory } }) {
  const shows = operations.filter(({ ratioToRow }) => ratioToRow !== undefined);
  const rows = shows.map(
    ({ connections, ratioToRow, rowToExpress }) =>
      `${cell(ratioToRow, 2)} of an Express handler that reads one row (itself ${cell(rowToExpress, 2)} of one that reads none) with ${connections} connections`,
  );
  return [
    rounds(settings),
    `Lists are of ${settings.listed} attachments.`,
    ...(rows.length > 0 ? [`A show reaches ${rows.join(', ')}.`] : []),
    `First answer ${cell(start.secondMs, 0)} ms after a start (${cell(start.firstMs, 0)} ms after the very first).`,
    `Memory: ${cell(memory.startedMib, 0)} MiB once started, ${cell(memory.restMib, 0)} MiB after ${settings.restSeconds} s at rest, ` +
      `${cell(memory.peakMib, 0)} MiB at most.`,
  ].join(' ');
}

export function scaleNotes({ settings, scale: { rows, peakMib } }) {
  const each = rows.map((count, size) => `${cell(peakMib[size], 0)} MiB with ${counted(count)} attachments`);
  return `${rounds(settings)} Memory at most: ${each.join(', ')}.`;
}

export function fleetNotes({ settings, fleet: { database } }) {
  return `${rounds(settings)} PostgreSQL: ${database}.`;
}

export function soakNotes({ minutes, connections, requests, rate, failed, errors }) {
  const failures = failed === 0 ? 'none failed' : `${failed} FAILED: ${errors.join('; ')}`;
  return `Soak of ${minutes} minutes with ${connections} connections: ${requests} requests, ${cell(rate, 0)} a second, ${failures}.`;
}

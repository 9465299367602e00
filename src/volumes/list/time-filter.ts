import type { Instant } from '../../platform/clock.js';
import { InvalidInput } from '../../platform/errors.js';
import type { Condition } from '../../platform/database/page.js';

/** Maximum conditions of one filter; SQLite refuses expressions of a thousand. */
export const MOST_TERMS = 100;

const OPERATORS: ReadonlyMap<string, string> = new Map([
  ['gt', '>'],
  ['gte', '>='],
  ['eq', '='],
  ['neq', '<>'],
  ['lt', '<'],
  ['lte', '<='],
]);

const ISO_TIME =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(Z|[+-]\d{2}(?::?\d{2})?)?)?$/;

/**
 * Parses a filter such as `gt:2026-01-31T12:00:00`, or several separated by commas. As in Cinder, one of several must
 * match.
 * @throws InvalidInput for an unknown operator or an invalid time.
 */
export function timeCondition(column: string, text: string): Condition {
  const parts = text.split(',');
  if (parts.length > MOST_TERMS)
    throw new InvalidInput(`Invalid ${column} value: more than ${MOST_TERMS} comparisons`);
  const comparisons = parts.map((part) => {
    const [name = '', ...rest] = part.split(':');
    const operator = OPERATORS.get(name);
    if (operator === undefined) throw new InvalidInput(`Invalid ${name} operator`);
    return { sql: `${column} ${operator} ?`, instant: parseTime(rest.join(':')) };
  });
  return {
    sql: `(${comparisons.map(({ sql }) => sql).join(' OR ')})`,
    parameters: comparisons.map(({ instant }) => instant),
  };
}

function parseTime(text: string): Instant {
  const match = ISO_TIME.exec(text);
  const [, year, month, day, hour = '00', minute = '00', second = '00', fraction = '', zone] = match ?? [];
  const micros = fraction.slice(0, 6).padEnd(6, '0');
  const local = `${year ?? ''}-${month ?? ''}-${day ?? ''}T${hour}:${minute}:${second}`;
  const time = match === null ? Number.NaN : Date.parse(`${local}Z`);
  // Date turns 30 February into 1 or 2 March.
  if (Number.isNaN(time) || !new Date(time).toISOString().startsWith(local)) {
    throw new InvalidInput(`Invalid ${text.slice(0, 255)} value`);
  }
  return `${new Date(time - offsetOf(zone)).toISOString().slice(0, 19)}.${micros}`;
}

function offsetOf(zone: string | undefined): number {
  if (zone === undefined || zone === 'Z') return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3).replace(':', ''));
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000;
}

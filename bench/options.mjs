import { parseArgs } from 'node:util';
import { MEASURED } from './operations.mjs';
import { OtherServer } from './other.mjs';

const FULL = {
  restSeconds: 60,
  rounds: 3,
  connections: [1, 16, 64],
  seconds: 1,
  listed: 1000,
  volumes: 800,
  alone: 200,
  otherVolumes: 192,
  otherAlone: 40,
  rows: [1000, 1_000_000],
  pageSeconds: 0.5,
  scaleVolumes: 100,
  starts: 3,
  eventCycles: 400,
  exports: [10, 2000],
  exportChanges: 10,
  fleetConnections: [1, 16],
  fleetVolumes: 64,
  soakConnections: 64,
  soakListed: 200,
  soakWindowSeconds: 5,
};

const SMOKE = {
  ...FULL,
  restSeconds: 0,
  rounds: 1,
  connections: [1, 16],
  seconds: 0.1,
  listed: 100,
  volumes: 32,
  alone: 8,
  otherVolumes: 32,
  otherAlone: 8,
  rows: [1000, 20_000],
  pageSeconds: 0.1,
  scaleVolumes: 8,
  starts: 1,
  eventCycles: 60,
  exports: [10, 50],
  exportChanges: 2,
  fleetVolumes: 16,
  soakWindowSeconds: 1,
};

/** Parts that are not an operation. */
const FURTHER = ['rows', 'slow', 'events', 'exports', 'fleet'];

const PARTS = [...MEASURED, ...FURTHER];

/** What runs unless parts are named: `exports` and `fleet` need further programs, and `events` starts seven servers. */
const USUAL = PARTS.filter((name) => !['events', 'exports', 'fleet'].includes(name));

const USAGE = `node bench/run.mjs [--smoke] [--only ${PARTS.join(',')}]
  [--connections 1,16,64] [--rounds N] [--seconds N] [--rows 1000,1000000] [--soak MINUTES]
  [--database postgres://…]
  [--beside http://127.0.0.1:8776/v3] [--beside-name NAME] [--beside-type VOLUME-TYPE] [--beside-project ID]
  [--beside-header 'Name: value']... [--beside-pids PID,PID] [--beside-anywhere]
  [--out file.json] [--main dist/main.js of another build]

--soak without --only runs the soak alone.`;

const OPTIONS = {
  smoke: { type: 'boolean', default: false },
  only: { type: 'string' },
  connections: { type: 'string' },
  rounds: { type: 'string' },
  seconds: { type: 'string' },
  rows: { type: 'string' },
  soak: { type: 'string' },
  database: { type: 'string' },
  beside: { type: 'string' },
  'beside-name': { type: 'string', default: 'the other server' },
  'beside-type': { type: 'string' },
  'beside-project': { type: 'string' },
  'beside-header': { type: 'string', multiple: true, default: [] },
  'beside-pids': { type: 'string' },
  'beside-anywhere': { type: 'boolean', default: false },
  out: { type: 'string' },
  main: { type: 'string' },
};

/** Returns what to run: the parts, the plan, the other server if there is one, and where to write the results. */
export function readOptions(args) {
  const { values } = parseArgs({ args, options: OPTIONS });
  const only = values.only?.split(',') ?? (values.soak === undefined ? USUAL : []);
  const unknown = only.filter((name) => !PARTS.includes(name));
  if (unknown.length > 0) throw new Error(`unknown: ${unknown.join(', ')}`);
  return {
    smoke: values.smoke,
    wanted: only.filter((name) => !FURTHER.includes(name)),
    withRows: only.includes('rows'),
    withSlow: only.includes('slow'),
    withEvents: only.includes('events'),
    withExports: only.includes('exports'),
    withFleet: only.includes('fleet'),
    database: values.database,
    withSoak: values.soak !== undefined,
    plan: planOf(values),
    other: values.beside === undefined ? undefined : otherServer(values),
    out: values.out,
    main: values.main,
  };
}

/** Reads the options; prints what is wrong with them, and ends. */
export function optionsOrExit(args) {
  try {
    return readOptions(args);
  } catch (error) {
    console.error(`${error.message}\n${USAGE}`);
    process.exit(2);
  }
}

function planOf({ smoke, connections, rounds, seconds, rows, soak }) {
  const plan = smoke ? SMOKE : FULL;
  const levels =
    connections === undefined ? plan.connections : numbers('--connections', connections, 1, 1000);
  // With fewer volumes some connections would have nothing to write.
  const volumes = 2 * Math.max(...levels);
  return {
    ...plan,
    connections: levels,
    volumes: Math.max(plan.volumes, volumes),
    otherVolumes: Math.max(plan.otherVolumes, volumes),
    ...(rounds !== undefined && { rounds: numbers('--rounds', rounds, 1, 1000)[0] }),
    ...(seconds !== undefined && { seconds: number('--seconds', seconds, 0.05, 600) }),
    ...(rows !== undefined && { rows: numbers('--rows', rows, 200, 100_000_000).sort((a, b) => a - b) }),
    ...(soak !== undefined && { soakMinutes: number('--soak', soak, 0.1, 10_000) }),
  };
}

function number(option, text, least, most) {
  const value = Number(text);
  if (!(value >= least && value <= most))
    throw new Error(`${option} takes a number from ${least} to ${most}, not ${text}`);
  return value;
}

function numbers(option, text, least, most) {
  return text.split(',').map((part) => {
    const value = number(option, part, least, most);
    if (!Number.isInteger(value)) throw new Error(`${option} takes whole numbers, not ${part}`);
    return value;
  });
}

function otherServer(values) {
  return new OtherServer({
    url: values.beside,
    name: values['beside-name'],
    project: values['beside-project'],
    type: values['beside-type'],
    headers: Object.fromEntries(values['beside-header'].map(header)),
    pids: numbers('--beside-pids', values['beside-pids'] ?? '', 0, 2 ** 22).filter((pid) => pid > 0),
    anywhere: values['beside-anywhere'],
  });
}

function header(line) {
  const [, name, value] = /^([\w-]+): *(.*)$/.exec(line) ?? [];
  if (name === undefined) throw new Error(`--beside-header takes 'Name: value', not ${line}`);
  return [name, value];
}

import { parseArgs } from 'node:util';
import { ConfigError } from '../platform/config/load-config.js';
import { type Command, type SettingsOrigin, UsageError } from './command.js';
import { askServer, faultOf, type ServerAccess, ServerUnreachable } from './server/server-client.js';
import { orUsageError, SERVER_OPTIONS, serverAccess } from './server-options.js';

const OPTIONS = { ...SERVER_OPTIONS, repair: { type: 'boolean' } } as const;

const parsed = (args: readonly string[]) => parseArgs({ args: [...args], options: OPTIONS });

/** Exit statuses; scripts rely on them. */
const STATUS = { well: 0, inconsistent: 1, unknown: 2 } as const;

/** The server's response was unusable. */
class CannotCheck extends Error {}

interface Options extends ServerAccess {
  readonly isRepair: boolean;
  readonly isJson: boolean;
}

interface Finding {
  readonly kind: string;
  readonly backend: string | null;
  readonly description: string;
  readonly repair: string;
}

interface Unchecked {
  readonly backend: string;
  readonly reason: string;
}

interface Elsewhere {
  readonly backend: string;
  readonly node: string;
}

interface Report {
  readonly findings: readonly Finding[];
  readonly unchecked: readonly Unchecked[];
  readonly elsewhere: readonly Elsewhere[];
}

/** The server checks the volumes page by page. */
interface Answer {
  readonly consistency: Omit<Report, 'elsewhere'> &
    Partial<Pick<Report, 'elsewhere'>> & { readonly next_marker: string | null };
}

/** Findings per kind and backend that the text lists; the rest is only counted there, but listed in the JSON. */
const LISTED = 100;

const REPAIRS: Readonly<Record<string, string>> = {
  manual: 'needs manual repair',
  possible: 'clinker doctor --repair repairs it',
  done: 'repaired',
  failed: 'could not be repaired; see the log of the server',
};

/** Lists inconsistencies. It asks the running server, because only that has the backends and the volume locks. */
export const doctor: Command = {
  name: 'doctor',
  summary: 'list inconsistencies between the database and the backends, and repair them',
  readsSettings: true,
  usage:
    'clinker doctor [--repair] [--json] [--url URL] [--token TOKEN]\n\n' +
    'Asks the running server, by default at the configured address. Changes nothing without --repair.\n' +
    "No repair deletes a volume. TOKEN is an admin's token; default: the variable OS_TOKEN, or one for noauth.\n\n" +
    'An API replica names the backends whose exports it does not compare: run the command at their volume nodes, too.\n\n' +
    'Events that a webhook did not take are counted, and are no inconsistencies.\n\n' +
    'Exit status: 0 consistent, 1 inconsistencies that were not repaired, 2 the check was not possible.',
  run: async (args, origin) => {
    try {
      const options = readOptions(args, origin);
      const report = await askAll(options);
      const letters = await countDeadLetters(options);
      console.log(
        options.isJson
          ? JSON.stringify({ consistency: report, dead_letters: letters }, null, 2)
          : [textOf(report), ...deadLetterLine(letters)].join('\n'),
      );
      return statusOf(report);
    } catch (error) {
      if (error instanceof UsageError) throw error;
      const isExpected = [CannotCheck, ConfigError, ServerUnreachable].some((kind) => error instanceof kind);
      console.error(isExpected ? `clinker doctor: ${(error as Error).message}` : error);
      return STATUS.unknown;
    }
  },
};

function readOptions(args: readonly string[], origin: SettingsOrigin): Options {
  const { values } = orUsageError(() => parsed(args));
  return {
    ...serverAccess(values, origin),
    isRepair: values.repair === true,
    isJson: values.json === true,
  };
}

async function askAll(options: Options): Promise<Report> {
  const findings: Finding[] = [];
  // Each page reports an unchecked backend again.
  const unchecked = new Map<string, Unchecked>();
  let elsewhere: readonly Elsewhere[] | undefined;
  let marker: string | null = null;
  do {
    const { consistency }: Answer = await ask(options, marker);
    findings.push(...consistency.findings);
    for (const one of consistency.unchecked) unchecked.set(`${one.backend} ${one.reason}`, one);
    // A server of the last release does not tell.
    elsewhere = consistency.elsewhere;
    marker = consistency.next_marker;
  } while (marker !== null);
  return { findings, unchecked: [...unchecked.values()], elsewhere: elsewhere ?? [] };
}

async function ask(options: Options, marker: string | null): Promise<Answer> {
  const query = marker === null ? '' : `?marker=${marker}`;
  const path = `/v3/clinker-consistency${options.isRepair ? '/action' : ''}${query}`;
  // A check takes as long as the backends need.
  const answer = await askServer(options, {
    path,
    ...(options.isRepair ? { body: '{"repair": null}' } : {}),
  });
  if (answer.status === 200 && isAnswer(answer.body)) return answer.body;
  throw new CannotCheck(`${options.url}: ${faultOf(answer)}`);
}

/** The number of events that webhooks did not take; null where the server does not tell, as a volume node. */
async function countDeadLetters(options: Options): Promise<number | null> {
  const { status, body } = await askServer(options, { path: '/v3/clinker-dead-letters?limit=0' });
  return status === 200 && 'count' in body ? Number(body.count) : null;
}

function deadLetterLine(count: number | null): string[] {
  if (count === null || count === 0) return [];
  return [
    `dead letters: ${String(count)} (events that a webhook did not take: GET /v3/clinker-dead-letters)`,
  ];
}

function lineOf({ kind, description, repair }: Finding): string {
  return `${kind}: ${description} [${REPAIRS[repair] ?? repair}]`;
}

function isAnswer(body: object): body is Answer {
  return 'consistency' in body;
}

function statusOf({ findings, unchecked }: Report): number {
  if (findings.some(({ repair }) => repair !== 'done')) return STATUS.inconsistent;
  return unchecked.length > 0 ? STATUS.unknown : STATUS.well;
}

function textOf({ findings, unchecked, elsewhere }: Report): string {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const key = `${finding.kind} ${finding.backend ?? ''} ${finding.repair}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [finding]);
    else group.push(finding);
  }
  const lines = [
    ...[...groups.values()].flatMap((group) => [
      ...group.slice(0, LISTED).map(lineOf),
      ...(group.length > LISTED
        ? [`… and ${group.length - LISTED} more of this kind (--json lists all)`]
        : []),
    ]),
    ...unchecked.map(({ backend, reason }) => `not checked: ${backend}: ${reason}`),
  ];
  const nodes = elsewhere.map(
    ({ backend, node }) => `exports not compared here: ${backend} (run clinker doctor at ${node})`,
  );
  return [...(lines.length === 0 ? ['No inconsistencies.'] : lines), ...nodes].join('\n');
}

import { parseArgs } from 'node:util';
import { ConfigError } from '../platform/config/load-config.js';
import { type Command, UsageError } from './command.js';
import { askServer, faultOf, type ServerAccess, ServerUnreachable } from './server/server-client.js';
import { onlyArgument, orUsageError, SERVER_OPTIONS, serverAccess } from './server-options.js';

const parsed = (args: readonly string[]) =>
  parseArgs({ args: [...args], options: SERVER_OPTIONS, allowPositionals: true });

/** Exit statuses; scripts rely on them. */
const STATUS = { cutOff: 0, unconfirmed: 1, unknown: 2 } as const;

/** The server's response was unusable. */
class CannotFence extends Error {}

interface CutOff {
  readonly volume_id: string;
  readonly backend: string;
  readonly connection_ids: readonly string[];
}

interface Unconfirmed {
  readonly volume_id: string;
  readonly backend: string;
  readonly reason: string;
}

/** The server fences part by part. */
interface Answer {
  readonly fence: {
    readonly cut_off: readonly CutOff[];
    readonly unconfirmed: readonly Unconfirmed[];
    readonly next_marker: string | null;
  };
}

interface Outcome {
  readonly host: string;
  readonly cut_off: readonly CutOff[];
  readonly unconfirmed: readonly Unconfirmed[];
}

/** A host that is not dead may connect again meanwhile: the next pass finds it. */
const MOST_PASSES = 5;

const RETURNS = 'The host connects again each time that it is cut off: it is not dead.';

/** Volumes without confirmation that the text lists; the JSON lists all. */
const LISTED = 100;

/** Cuts a dead host off from all volumes, by the running server. */
export const fenceHost: Command = {
  name: 'fence-host',
  summary: 'cut a dead host off from all its volumes',
  readsSettings: true,
  usage:
    'clinker fence-host NAME [--json] [--url URL] [--token TOKEN]\n\n' +
    'Ends all access of the host whose connectors have exactly the host NAME. The driver of each volume confirms\n' +
    'it; the volumes whose driver does not are named. Attachments stay, reserved: servers keep their volumes. Other\n' +
    'hosts keep their access. If it is interrupted, repeat it: it continues.\n' +
    "TOKEN is an admin's token; default: the variable OS_TOKEN, or one for noauth.\n\n" +
    'Exit status: 0 the host reaches no volume, 1 it may still reach those that were named, 2 it is not known.',
  run: async (args, origin) => {
    try {
      const { values, positionals } = orUsageError(() => parsed(args));
      const host = onlyArgument(positionals, 'the NAME of a host');
      const outcome = await fence(serverAccess(values, origin), host);
      console.log(values.json === true ? JSON.stringify({ fence: outcome }, null, 2) : textOf(outcome));
      return outcome.unconfirmed.length > 0 ? STATUS.unconfirmed : STATUS.cutOff;
    } catch (error) {
      if (error instanceof UsageError) throw error;
      const isExpected = [CannotFence, ConfigError, ServerUnreachable].some((kind) => error instanceof kind);
      console.error(isExpected ? `clinker fence-host: ${(error as Error).message}` : error);
      return STATUS.unknown;
    }
  },
};

/** Repeats until a pass finds nothing more to cut off. */
async function fence(access: ServerAccess, host: string): Promise<Outcome> {
  const cutOff: CutOff[] = [];
  for (let pass = 1; ; pass += 1) {
    const found = await onePass(access, host);
    cutOff.push(...found.cut_off);
    if (found.cut_off.length > 0 && pass < MOST_PASSES) continue;
    const returned = found.cut_off.map(({ volume_id, backend }) => ({ volume_id, backend, reason: RETURNS }));
    return { host, cut_off: cutOff, unconfirmed: [...found.unconfirmed, ...returned] };
  }
}

async function onePass(access: ServerAccess, host: string): Promise<Omit<Outcome, 'host'>> {
  const cutOff: CutOff[] = [];
  // A volume with connections of both kinds is found twice.
  const unconfirmed = new Map<string, Unconfirmed>();
  let marker: string | null = null;
  do {
    const { fence: part }: Answer = await ask(access, host, marker);
    cutOff.push(...part.cut_off);
    for (const one of part.unconfirmed) unconfirmed.set(`${one.volume_id} ${one.reason}`, one);
    marker = part.next_marker;
  } while (marker !== null);
  return { cut_off: cutOff, unconfirmed: [...unconfirmed.values()] };
}

async function ask(access: ServerAccess, host: string, marker: string | null): Promise<Answer> {
  // A part takes as long as the backends need.
  const answer = await askServer(access, {
    path: '/v3/clinker-hosts/action',
    body: JSON.stringify({ fence: { host, marker } }),
    version: '3.27',
  });
  if (answer.status === 200 && 'fence' in answer.body) return answer.body as Answer;
  throw new CannotFence(`${access.url}: ${faultOf(answer)}`);
}

function textOf({ host, cut_off: cutOff, unconfirmed }: Outcome): string {
  if (cutOff.length + unconfirmed.length === 0)
    return `No connector has exactly the host ${host}: it reaches no volume.`;
  return [
    `Cut off from volumes: ${String(cutOff.length)}.`,
    ...unconfirmed
      .slice(0, LISTED)
      .map(({ volume_id: id, backend, reason }) => `NOT cut off: volume ${id} on ${backend}: ${reason}`),
    ...(unconfirmed.length > LISTED
      ? [`… and ${String(unconfirmed.length - LISTED)} more (--json lists all)`]
      : []),
  ].join('\n');
}

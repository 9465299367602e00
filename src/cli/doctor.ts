import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { parseArgs } from 'node:util';
import { hostInUrl } from '../common/host-in-url.js';
import { trimCharactersEnd } from '../common/trim-characters.js';
import { ConfigError, loadConfig } from '../config/load-config.js';
import { type Command, UsageError } from './command.js';

/** Exit statuses, as scripts rely on them. */
const STATUS = { well: 0, inconsistent: 1, unknown: 2 } as const;

/** The server could not be asked, or did not answer as it should. */
class CannotCheck extends Error {}

interface Options {
  readonly url: string;
  readonly token: string;
  readonly isRepair: boolean;
  readonly isJson: boolean;
}

interface Answer {
  readonly consistency: {
    readonly findings: readonly { kind: string; description: string; repair: string }[];
    readonly unchecked: readonly { backend: string; reason: string }[];
  };
}

const REPAIRS: Readonly<Record<string, string>> = {
  manual: 'needs a person',
  possible: 'clinker doctor --repair mends it',
  done: 'mended',
  failed: 'could not be mended; the log of the server says why',
};

/** Lists what is inconsistent. It asks the running server: only that has the backends and the locks of volumes. */
export const doctor: Command = {
  name: 'doctor',
  summary: 'list what is inconsistent between the database and the backends, and repair it',
  usage:
    'clinker doctor [--repair] [--json] [--url URL] [--token TOKEN]\n\n' +
    'Asks the running server, by default at the address of the configuration, and changes nothing without --repair.\n' +
    'No repair deletes a volume. The token is one of an admin; default: the variable OS_TOKEN, or noauth.\n\n' +
    'Exit status: 0 all is well, 1 something is inconsistent and was not mended, 2 it could not be checked.',
  run: async (args) => {
    try {
      const options = readOptions(args);
      const answer = await ask(options);
      console.log(options.isJson ? JSON.stringify(answer, null, 2) : textOf(answer));
      return statusOf(answer);
    } catch (error) {
      if (error instanceof UsageError) throw error;
      const isExpected = error instanceof ConfigError || error instanceof CannotCheck;
      console.error(isExpected ? `clinker doctor: ${error.message}` : error);
      return STATUS.unknown;
    }
  },
};

function readOptions(args: readonly string[]): Options {
  const { values } = parsed(args);
  return {
    url: values.url ?? configuredUrl(),
    token: values.token ?? process.env['OS_TOKEN'] ?? 'admin:admin',
    isRepair: values.repair === true,
    isJson: values.json === true,
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        repair: { type: 'boolean' },
        json: { type: 'boolean' },
        url: { type: 'string' },
        token: { type: 'string' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function configuredUrl(): string {
  const { host, port } = loadConfig(process.env, process.cwd());
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `http://${hostInUrl(reachable)}:${port}`;
}

async function ask(options: Options): Promise<Answer> {
  const { status, text } = await send(options);
  const body = json(text);
  if (status === 200 && isAnswer(body)) return body;
  const [fault] = Object.values(body) as ({ message?: unknown } | undefined)[];
  const reason = typeof fault?.message === 'string' ? fault.message : `it answered ${status}`;
  throw new CannotCheck(`${options.url}: ${reason}`);
}

/** Without a limit of time, which fetch has: a check takes as long as the backends need. */
function send({ url, token, isRepair }: Options): Promise<{ status: number; text: string }> {
  const path = `/v3/clinker-consistency${isRepair ? '/action' : ''}`;
  const address = URL.canParse(url) ? new URL(trimCharactersEnd(url, '/') + path) : null;
  if (address === null || !/^https?:$/.test(address.protocol)) {
    throw new UsageError(`${url} is no address of a server`);
  }
  const start = address.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const headers = { 'X-Auth-Token': token, 'Content-Type': 'application/json' };
    const request = start(address, { method: isRepair ? 'POST' : 'GET', headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }),
      );
    });
    request.on('error', (error) => {
      reject(new CannotCheck(`the server at ${url} cannot be reached (${error.message}). Does it run?`));
    });
    request.end(isRepair ? '{"repair": null}' : undefined);
  });
}

function json(text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

function isAnswer(body: object): body is Answer {
  return 'consistency' in body;
}

function statusOf({ consistency: { findings, unchecked } }: Answer): number {
  if (findings.some(({ repair }) => repair !== 'done')) return STATUS.inconsistent;
  return unchecked.length > 0 ? STATUS.unknown : STATUS.well;
}

function textOf({ consistency: { findings, unchecked } }: Answer): string {
  const lines = [
    ...findings.map(
      ({ kind, description, repair }) => `${kind}: ${description} [${REPAIRS[repair] ?? repair}]`,
    ),
    ...unchecked.map(({ backend, reason }) => `not checked: backend ${backend}: ${reason}`),
  ];
  return lines.length === 0 ? 'All is well.' : lines.join('\n');
}

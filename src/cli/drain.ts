import { parseArgs } from 'node:util';
import { ConfigError } from '../platform/config/load-config.js';
import { serviceHost } from '../platform/hosts/service-host.js';
import { type Command, UsageError } from './command.js';
import { askServer, faultOf, type ServerAccess, ServerUnreachable } from './server/server-client.js';
import { onlyArgument, orUsageError, SERVER_OPTIONS, serverAccess } from './server-options.js';

const OPTIONS = { ...SERVER_OPTIONS, reason: { type: 'string' }, undo: { type: 'boolean' } } as const;

const parsed = (args: readonly string[]) =>
  parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });

/** Exit statuses; scripts rely on them. */
const STATUS = { empty: 0, holdsVolumes: 1, unknown: 2 } as const;

/** The server's response was unusable, or it refused. */
class CannotDrain extends Error {}

interface Pool {
  readonly name: string;
  readonly capabilities: { readonly total_volumes: number; readonly allocated_capacity_gb: number };
}

/** What is left on a backend. Null if the server does not have it configured. */
interface Remains {
  readonly backend: string;
  readonly status: 'enabled' | 'disabled';
  readonly volumes: number | null;
  readonly gigabytes: number | null;
}

/** Keeps new volumes off a backend and tells what remains on it. */
export const drain: Command = {
  name: 'drain',
  summary: 'keep new volumes off a backend, and tell what remains on it',
  readsSettings: true,
  usage:
    'clinker drain BACKEND [--reason TEXT] [--undo] [--json] [--url URL] [--token TOKEN]\n\n' +
    'BACKEND is its name or its host, clinker@NAME. Its volumes stay, and can be attached, detached and deleted;\n' +
    '--undo lets it get new volumes again. Repeat the command to see what remains.\n' +
    "TOKEN is an admin's token; default: the variable OS_TOKEN, or one for noauth.\n\n" +
    'Exit status: 0 the backend is empty, or --undo was done, 1 it has volumes, 2 it was not possible.',
  run: async (args, origin) => {
    try {
      const { values, positionals } = orUsageError(() => parsed(args));
      const backend = onlyArgument(positionals, 'the name of a BACKEND').replace(serviceHost(''), '');
      const isUndone = values.undo === true;
      if (isUndone && values.reason !== undefined) throw new UsageError('--undo takes no --reason');
      const access = serverAccess(values, origin);
      // Repeated to see what remains, it keeps the reason that was given before.
      const isRepeated = !isUndone && values.reason === undefined && (await isDisabled(access, backend));
      if (!isRepeated) await change(access, backend, { isUndone, reason: values.reason ?? 'clinker drain' });
      const remains = await remainsOf(access, backend, isUndone ? 'enabled' : 'disabled');
      console.log(values.json === true ? JSON.stringify({ drain: remains }, null, 2) : textOf(remains));
      return isUndone || remains.volumes === 0 ? STATUS.empty : STATUS.holdsVolumes;
    } catch (error) {
      if (error instanceof UsageError) throw error;
      const isExpected = [CannotDrain, ConfigError, ServerUnreachable].some((kind) => error instanceof kind);
      console.error(isExpected ? `clinker drain: ${(error as Error).message}` : error);
      return STATUS.unknown;
    }
  },
};

async function isDisabled(access: ServerAccess, backend: string): Promise<boolean> {
  const host = encodeURIComponent(serviceHost(backend));
  const answer = await askServer(access, { path: `/v3/os-services?host=${host}&binary=cinder-volume` });
  if (answer.status !== 200 || !('services' in answer.body)) return false;
  return (answer.body.services as readonly { readonly status: string }[]).some(
    ({ status }) => status === 'disabled',
  );
}

async function change(
  access: ServerAccess,
  backend: string,
  { isUndone, reason }: { readonly isUndone: boolean; readonly reason: string },
): Promise<void> {
  const service = { host: serviceHost(backend), binary: 'cinder-volume' };
  const answer = await askServer(access, {
    method: 'PUT',
    path: `/v3/os-services/${isUndone ? 'enable' : 'disable-log-reason'}`,
    body: JSON.stringify(isUndone ? service : { ...service, disabled_reason: reason }),
  });
  if (answer.status !== 200) throw new CannotDrain(`${access.url}: ${faultOf(answer)}`);
}

async function remainsOf(access: ServerAccess, backend: string, status: Remains['status']): Promise<Remains> {
  const answer = await askServer(access, { path: '/v3/scheduler-stats/get_pools?detail=true' });
  if (answer.status !== 200 || !('pools' in answer.body))
    throw new CannotDrain(`${access.url}: ${faultOf(answer)}`);
  const host = serviceHost(backend);
  const pool = (answer.body.pools as readonly Pool[]).find(({ name }) => name === `${host}#${backend}`);
  const { total_volumes: volumes = null, allocated_capacity_gb: gigabytes = null } = pool?.capabilities ?? {};
  return { backend, status, volumes, gigabytes };
}

function textOf({ backend, status, volumes, gigabytes }: Remains): string {
  const state = status === 'enabled' ? 'gets new volumes again' : 'gets no new volumes';
  const held =
    volumes === null || gigabytes === null
      ? 'This server has no backend of this name, and does not know what is left on it.'
      : `On it: volumes: ${String(volumes)}, ${String(gigabytes)} GiB.`;
  return `Backend ${backend} ${state}. ${held}`;
}

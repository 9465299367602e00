import { parseArgs } from 'node:util';
import type { Config } from '../platform/config/config.schema.js';
import { ConfigError, loadConfig } from '../platform/config/load-config.js';
import { DatabaseUnusable } from '../platform/database/database-unusable.js';
import { MissingSecretKey, UnreadableSecret } from '../platform/database/secrets/secret-box.js';
import type { Site } from '../operator/stranded/stopped-database.js';
import { type Command, UsageError } from './command.js';
import { orUsageError } from './server-options.js';

/** Same as in the configuration. */
const BACKEND_NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;

type Wanted =
  | { readonly verb: 'rename'; readonly from: string; readonly to: string }
  | {
      readonly verb: 'forget';
      readonly name: string;
      readonly isSure: boolean;
      readonly node: string | null;
    };

/** Moves the volumes of a renamed backend, or removes those of a backend that is gone. */
export const backend: Command = {
  name: 'backend',
  summary: 'move the volumes of a renamed backend, or remove those of a lost one; the server must be stopped',
  readsSettings: true,
  usage:
    'clinker backend rename OLD NEW\nclinker backend forget NAME [--node NODE] [--yes]\n\n' +
    'Every server on the database must be stopped.\n' +
    'rename: NEW is the same storage as OLD under its new name in the configuration; OLD is no longer configured. Moves the\n' +
    'volumes with everything that belongs to them, and the state folder. The driver of OLD is unknown; NEW is assumed to use\n' +
    'the same one.\n' +
    'forget: NAME is no longer configured and its storage is permanently lost. Shows what would be removed; --yes removes it\n' +
    'from the database. The storage is not contacted: hosts keep any access that they have there. NODE is the volume node that\n' +
    'had it and is gone for good.\n' +
    'Both can be interrupted and repeated.',
  run: async (args, { environment, workingFolder }) => {
    const wanted = parsed(args);
    const { BackendChangeRefused } = await import('../operator/stranded/refused.js');
    try {
      const config = loadConfig(environment, workingFolder);
      await (wanted.verb === 'rename' ? rename(config, wanted) : forget(config, wanted));
      return 0;
    } catch (error) {
      const isExpected = [
        BackendChangeRefused,
        ConfigError,
        DatabaseUnusable,
        MissingSecretKey,
        UnreadableSecret,
      ].some((kind) => error instanceof kind);
      console.error(isExpected ? `clinker backend: ${(error as Error).message}` : error);
      return 1;
    }
  },
};

async function rename(config: Config, { from, to }: Extract<Wanted, { verb: 'rename' }>): Promise<void> {
  const { renameBackend } = await import('../operator/stranded/rename-backend.js');
  const done = await renameBackend(await siteOf(config), from, to);
  const { folder, aside } = done.state;
  console.log(
    `In the database ${await nameOf(config)} ${counted(done)} were moved from backend ${from} to ${to}.`,
  );
  if (folder !== null) console.log(`The state of the driver is now in ${folder}.`);
  if (aside !== null) console.log(`The previous content of that folder is in ${aside}.`);
  tellStranded(done.stranded);
  if (done.types.length > 0)
    console.log(`These volume types name a backend that is not configured: ${done.types.join(', ')}.`);
}

async function forget(
  config: Config,
  { name, isSure, node }: Extract<Wanted, { verb: 'forget' }>,
): Promise<void> {
  const { forgetBackend, prospectOf } = await import('../operator/stranded/forget-backend.js');
  if (!isSure) {
    const { usage, node: owner, stranded } = await prospectOf(await siteOf(config), name);
    const bound = usage.isAtLeast ? 'at least ' : '';
    console.log(
      `The database ${await nameOf(config)} has ${bound}volumes: ${String(usage.volumes)}, attachments: ${String(usage.attachments)} on backend ${name}. ` +
        'Nothing was changed; --yes removes them. Hosts that are still attached keep their access to the storage: revoke it there first.',
    );
    if (owner !== null)
      console.log(`It belongs to the volume node ${owner}: --yes also needs --node ${owner}.`);
    tellStranded(stranded);
    return;
  }
  const done = await forgetBackend(await siteOf(config), name, node);
  console.log(
    `From the database ${await nameOf(config)} ${counted(done)}, connections: ${String(done.connections)}, metadata: ${String(done.metadata)} of backend ${name} were removed. Its storage was not changed.`,
  );
}

const counted = (done: { volumes: number; attachments: number; operations: number }): string =>
  `volumes: ${String(done.volumes)}, attachments: ${String(done.attachments)}, open work: ${String(done.operations)}`;

function tellStranded(names: readonly string[]): void {
  if (names.length > 0) console.log(`Backends with volumes that are not configured: ${names.join(', ')}.`);
}

function tell(line: string): void {
  console.error(line);
}

async function siteOf(config: Config): Promise<Site> {
  const { ENTITIES } = await import('../app/entities.js');
  return { config, entities: ENTITIES, tell };
}

async function nameOf(config: Config): Promise<string> {
  return (await import('../platform/database/database-name.js')).databaseName(config);
}

function parsed(args: readonly string[]): Wanted {
  const { positionals, isSure, node } = words(args);
  const [verb, first, second, ...more] = positionals;
  const wrong = positionals.slice(1).find((name) => !BACKEND_NAME.test(name));
  if (wrong !== undefined) throw new UsageError(`${wrong} is not a valid backend name`);
  if (
    verb === 'rename' &&
    first !== undefined &&
    second !== undefined &&
    more.length === 0 &&
    !isSure &&
    node === null
  )
    return { verb, from: first, to: second };
  if (verb === 'forget' && first !== undefined && second === undefined)
    return { verb, name: first, isSure, node };
  throw new UsageError('expected rename with two names, or forget with one');
}

function words(args: readonly string[]) {
  const { positionals, values } = orUsageError(() =>
    parseArgs({
      args: [...args],
      options: { yes: { type: 'boolean', default: false }, node: { type: 'string' } },
      allowPositionals: true,
    }),
  );
  return { positionals, isSure: values.yes, node: values.node ?? null };
}

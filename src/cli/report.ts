import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { arch, availableParallelism, release, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import type { Config } from '../platform/config/config.schema.js';
import { ConfigError, loadConfig } from '../platform/config/load-config.js';
import { MIN_SECRET_LENGTH, secretsOf, shownSettings } from '../platform/config/shown-settings.js';
import { redactDeep } from '../platform/logging/redact.js';
import { ownVersion } from '../platform/package-folder.js';
import { type Command, type SettingsOrigin, UsageError } from './command.js';
import { orUsageError } from './server-options.js';
import { checkedBackends } from './driver-secrets.js';
import { logPart } from './report/log-part.js';
import { serverPart } from './report/server-part.js';
import { configuredUrl, isServerUrl, NOAUTH_TOKEN } from './server/server-client.js';

interface Options {
  readonly output: string;
  readonly log: string | undefined;
  readonly url: string | undefined;
  readonly token: string;
}

/** Changes with the structure of the report. */
const FORMAT = 1;

/** Variables of OpenStack's clients with secrets. */
const SECRET_VARIABLES = ['OS_TOKEN', 'OS_PASSWORD', 'OS_APPLICATION_CREDENTIAL_SECRET'];

/** Writes what a bug report needs into one file, without secrets. */
export const report: Command = {
  name: 'report',
  summary: 'write a file for a bug report: versions, settings, state and log, without secrets',
  readsSettings: true,
  usage:
    'clinker report [--output FILE] [--log FILE] [--url URL] [--token TOKEN]\n\n' +
    'Writes one JSON file, by default clinker-report-TIME.json; - is standard output. It contains the versions, the settings,\n' +
    'what the database holds (counts, and the oldest journal entries), how the running server sees its backends and what\n' +
    'its consistency check finds, and the last lines of the log that --log names. Secrets are masked. Names and addresses\n' +
    'of hosts, volumes and users are not: read the file before you publish it.\n' +
    "Changes nothing, and works without a server or a database. TOKEN is an admin's token; default: the variable OS_TOKEN,\n" +
    'or one for noauth.',
  run: async (args, origin) => {
    const options = parsed(args, origin);
    const text = `${JSON.stringify(await contents(options, origin), null, 2)}\n`;
    if (options.output === '-') {
      process.stdout.write(text);
      return 0;
    }
    try {
      await writeFile(options.output, text, { flag: 'wx', mode: 0o600 });
    } catch (error) {
      console.error(
        `clinker report: ${options.output} cannot be written: ${(error as Error).message}. Choose another file by --output.`,
      );
      return 1;
    }
    console.log(
      `The report is in ${options.output}. It names hosts, volumes and users: read it before you publish it.`,
    );
    return 0;
  },
};

function parsed(args: readonly string[], { environment }: SettingsOrigin): Options {
  const { values } = orUsageError(() =>
    parseArgs({
      args: [...args],
      options: {
        output: { type: 'string' },
        log: { type: 'string' },
        url: { type: 'string' },
        token: { type: 'string' },
      },
    }),
  );
  if (values.url !== undefined && !isServerUrl(values.url))
    throw new UsageError(`${values.url} is not the address of a server`);
  const time = new Date().toISOString().replace(/\.\d+|[:-]/g, '');
  return {
    output: values.output ?? `clinker-report-${time}.json`,
    log: values.log,
    url: values.url,
    token: values.token ?? environment['OS_TOKEN'] ?? NOAUTH_TOKEN,
  };
}

async function contents(options: Options, origin: SettingsOrigin): Promise<unknown> {
  const { environment, workingFolder } = origin;
  const made = { format: FORMAT, at: new Date().toISOString(), versions: versions() };
  const given = [options.token, ...SECRET_VARIABLES.map((name) => environment[name] ?? '')].filter(
    (secret) => secret.length >= MIN_SECRET_LENGTH && secret !== NOAUTH_TOKEN,
  );
  const settings = configuration(origin);
  if (!('config' in settings)) {
    const { problems } = settings;
    const log = await logPart(options.log);
    const rest = { note: 'not read, as the configuration is not valid' };
    return redactDeep({ ...made, configuration: { problems }, database: rest, server: rest, log }, given);
  }
  const { config } = settings;
  const { databasePart } = await import('./report/database-part.js');
  const [database, server, log] = await Promise.all([
    databasePart(config),
    serverPart({ url: options.url ?? configuredUrl(config), token: options.token }),
    logPart(options.log),
  ]);
  const backends = await checkedBackends(config);
  const shown = shownSettings({ ...config, backends: backends.shown }, environment, workingFolder);
  const marked = backends.secrets.filter(({ length }) => length >= MIN_SECRET_LENGTH);
  return redactDeep(
    { ...made, configuration: { file: config.config_file ?? null, settings: shown }, database, server, log },
    [...given, ...secretsOf(config), ...marked],
  );
}

function configuration({
  environment,
  workingFolder,
}: SettingsOrigin): { readonly config: Config } | { readonly problems: readonly string[] } {
  try {
    return { config: loadConfig(environment, workingFolder) };
  } catch (error) {
    if (error instanceof ConfigError) return { problems: error.problems };
    throw error;
  }
}

function versions(): object {
  return {
    clinker: ownVersion(),
    node: process.version,
    system: { name: distribution(), kernel: release(), architecture: arch() },
    processors: availableParallelism(),
    memoryBytes: totalmem(),
  };
}

function distribution(): string {
  try {
    return /^PRETTY_NAME="?([^"\n]*)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? process.platform;
  } catch {
    return process.platform;
  }
}

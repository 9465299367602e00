import { loadConfig } from '../platform/config/load-config.js';
import { type SettingsOrigin, UsageError } from './command.js';
import { configuredUrl, isServerUrl, NOAUTH_TOKEN, type ServerAccess } from './server/server-client.js';

/** Options of every command that asks the running server. */
export const SERVER_OPTIONS = {
  json: { type: 'boolean' },
  url: { type: 'string' },
  token: { type: 'string' },
} as const;

/** The server and the token that the options name, by default the configured ones. @throws UsageError, ConfigError */
export function serverAccess(
  { url: named, token }: { readonly url?: string | undefined; readonly token?: string | undefined },
  { environment, workingFolder }: SettingsOrigin,
): ServerAccess {
  const url = named ?? configuredUrl(loadConfig(environment, workingFolder));
  if (!isServerUrl(url)) throw new UsageError(`${url} is not the address of a server`);
  return { url, token: token ?? environment['OS_TOKEN'] ?? NOAUTH_TOKEN };
}

/** Calls parseArgs. @throws UsageError if the arguments are not those of the command. */
export function orUsageError<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    // Advice for programmers follows in further sentences.
    throw new UsageError((error as Error).message.split('. ')[0] ?? '');
  }
}

/** The only argument of a command that is not an option. @throws UsageError */
export function onlyArgument(positionals: readonly string[], what: string): string {
  const [argument, ...others] = positionals;
  if (argument === undefined || argument === '') throw new UsageError(`it needs ${what}`);
  if (others.length > 0) throw new UsageError(`it takes only ${what}`);
  return argument;
}

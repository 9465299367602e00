import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseDocument } from 'yaml';
import { didYouMean } from '../did-you-mean.js';
import { configSchema, STANDARD_VARIABLES, UNPREFIXED } from './config.schema.js';

const PREFIX = 'CLINKER_';

/** The variable that names the configuration file. */
export const FILE_VARIABLE = 'CLINKER_CONFIG';

/** Settings that are JSON in the environment. */
const LISTS: readonly string[] = ['backends', 'webhooks'];

export type Settings = Readonly<Record<string, unknown>>;

/** The settings as given, unchecked. */
export interface Sources {
  /** Path of the configuration file, if there is one. */
  readonly file: string | undefined;
  readonly fromFile: Settings;
  /** They override those of the file. */
  readonly fromEnvironment: Settings;
  /** The variable that set each key of `fromEnvironment`. */
  readonly variables: Readonly<Record<string, string>>;
}

/** Reads the configuration file, if any, and the environment; adds mistakes to `problems`. */
export function readSources(
  environment: NodeJS.ProcessEnv,
  workingFolder: string,
  problems: string[],
): Sources {
  const path = environment[FILE_VARIABLE];
  const file = path === undefined ? undefined : resolve(workingFolder, path);
  const fromFile = file === undefined ? {} : readSettings(file, problems);
  return { file, fromFile, ...readEnvironment(environment, problems) };
}

/** Returns the name of the environment variable that sets a key. */
export function environmentName(key: string): string {
  return UNPREFIXED.includes(key) ? key.toUpperCase() : prefixed(key);
}

const prefixed = (key: string): string => PREFIX + key.toUpperCase();

function readSettings(file: string, problems: string[]): Settings {
  if (!existsSync(file)) {
    problems.push(`the configuration file ${file} does not exist (--config or ${FILE_VARIABLE})`);
    return {};
  }
  try {
    const document = parseDocument(readFileSync(file, 'utf8'));
    const mistakes = [...document.errors, ...document.warnings];
    problems.push(...mistakes.map(({ code, linePos }) => `${file}: ${placeOf(linePos)}: ${code}`));
    if (mistakes.length > 0) return {};
    const settings: unknown = document.toJS();
    if (settings === null) return {};
    if (typeof settings === 'object' && !Array.isArray(settings)) return settings as Settings;
    problems.push(`${file}: must contain keys and values`);
  } catch (error) {
    problems.push(`${file}: ${whyUnreadable(error)}`);
  }
  return {};
}

/** Where a mistake is. Its own message quotes the file, which may contain secrets. */
function placeOf(position: readonly { readonly line: number; readonly col: number }[] | undefined): string {
  const [start] = position ?? [];
  return start === undefined ? 'not YAML' : `not YAML at line ${start.line}, column ${start.col}`;
}

/** An alias that is not resolved is an error without a code, and quotes the alias. */
function whyUnreadable(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === undefined ? 'an alias (* in front of a value) names nothing' : message;
}

function readEnvironment(
  environment: NodeJS.ProcessEnv,
  problems: string[],
): Pick<Sources, 'fromEnvironment' | 'variables'> {
  const keys = Object.keys(configSchema.shape);
  const fromEnvironment: Record<string, unknown> = {};
  const variables: Record<string, string> = {};
  for (const key of keys) {
    const names = [prefixed(key), environmentName(key), STANDARD_VARIABLES[key] ?? ''];
    const name = names.find((one) => (environment[one] ?? '') !== '');
    const value = name === undefined ? undefined : environment[name];
    if (name === undefined || value === undefined) continue;
    fromEnvironment[key] = LISTS.includes(key) ? readJson(key, value, problems) : value;
    variables[key] = name;
  }
  const known = [...keys.map((key) => key.toUpperCase()), FILE_VARIABLE.slice(PREFIX.length)];
  for (const name of Object.keys(environment)) {
    const rest = name.slice(PREFIX.length);
    if (name.startsWith(PREFIX) && !known.includes(rest))
      problems.push(`${name}: unknown setting${didYouMean(rest, known, PREFIX)} (environment)`);
  }
  return { fromEnvironment, variables };
}

function readJson(key: string, text: string, problems: string[]): unknown {
  try {
    return JSON.parse(text);
  } catch {
    problems.push(`${key}: must be JSON (environment)`);
    return undefined;
  }
}

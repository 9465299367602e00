import { readFile } from 'node:fs/promises';
import type { JsonObject, JsonValue } from '../../contract/index.js';
import { isMarked } from '../marked-options.js';
import { isSecretKey } from '../../../platform/logging/redact.js';
import { NotJudged } from './not-judged.js';

/** What stands for the empty folder of each test. */
const FOLDER = '{folder}';

/** Where the options of the driver's backend come from, as given on the command line. */
export interface OptionSources {
  /** A file with a JSON object. */
  readonly file?: string | undefined;
  /** `KEY=VALUE`: the value is JSON, or else a text. */
  readonly values: readonly string[];
  /** `KEY=VARIABLE`: the value is that of an environment variable. */
  readonly variables: readonly string[];
}

/**
 * Reads the backend's options. In each text of them, `{folder}` stands for the test's own empty folder.
 * @param schema of the driver's options.
 * @returns a function that makes the options from that folder.
 * @throws NotJudged
 */
export async function optionsFrom(
  { file, values, variables }: OptionSources,
  environment: NodeJS.ProcessEnv,
  schema: JsonObject,
): Promise<(folder: string) => JsonObject> {
  const given: JsonObject = {
    ...(file === undefined ? {} : await objectIn(file)),
    ...Object.fromEntries(values.map((word) => fromCommandLine(word, schema))),
    ...Object.fromEntries(variables.map((word) => fromEnvironment(word, environment))),
  };
  return (folder) => inFolder(given, folder) as JsonObject;
}

/** @throws NotJudged if the schema requires an option that is missing. */
export function checkRequired(schema: JsonObject, options: JsonObject): void {
  const required = Array.isArray(schema.required) ? (schema.required as readonly JsonValue[]) : [];
  const missing = required.filter((key) => typeof key === 'string' && !(key in options)) as string[];
  if (missing.length === 0) return;
  const advice = missing.map((key) =>
    isSecretKey(key) || isMarked(schema, key) ? `--option-env ${key}=VARIABLE` : `--option ${key}=VALUE`,
  );
  throw new NotJudged(`the driver requires the options ${missing.join(', ')}: add ${advice.join(' ')}`);
}

async function objectIn(file: string): Promise<JsonObject> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    // A parser's message quotes the file, which may have credentials.
    const reason = error instanceof SyntaxError ? 'it is not JSON' : (error as Error).message;
    throw new NotJudged(`the options in ${file} cannot be read: ${reason}`);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw new NotJudged(`${file} must contain a JSON object`);
}

function fromCommandLine(word: string, schema: JsonObject): readonly [string, JsonValue] {
  const [key, text] = parted(word, '--option');
  if (isSecretKey(key) || isMarked(schema, key)) {
    throw new NotJudged(
      `${key} is a credential, and every user sees a command line: use --option-env ${key}=VARIABLE or --options FILE`,
    );
  }
  try {
    return [key, JSON.parse(text) as JsonValue];
  } catch {
    return [key, text];
  }
}

function fromEnvironment(word: string, environment: NodeJS.ProcessEnv): readonly [string, JsonValue] {
  const [key, variable] = parted(word, '--option-env');
  const value = environment[variable];
  if (value === undefined)
    throw new NotJudged(`the environment has no variable ${variable} for the option ${key}`);
  return [key, value];
}

function parted(word: string, flag: string): readonly [string, string] {
  const at = word.indexOf('=');
  if (at < 1) throw new NotJudged(`${flag} needs KEY=VALUE`);
  return [word.slice(0, at), word.slice(at + 1)];
}

function inFolder(value: JsonValue, folder: string): JsonValue {
  if (typeof value === 'string') return value.replaceAll(FOLDER, folder);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item: JsonValue) => inFolder(item, folder));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]: [string, JsonValue]) => [key, inFolder(item, folder)]),
  );
}

import { collectSecrets, redactDeep, redactText } from '../logging/redact.js';
import { type Config, configSchema } from './config.schema.js';
import { readSources, type Settings } from './sources.js';

/** A setting in force, fit to be shown to anyone. */
export interface ShownSetting {
  readonly key: string;
  /** Without secrets; undefined if it is not set and has no default. */
  readonly value: unknown;
  readonly source: 'default' | 'file' | 'environment';
  /** The variable that sets it, if its source is the environment. */
  readonly variable?: string;
}

/** Replacement of a secret. */
const MASK = '***';

/** Settings that are secrets as a whole. Their value in force may come from a file of their own. */
const SECRET_KEYS: readonly string[] = ['keystone_password', 'secret_keys', 'otlp_headers'];

/** Returns all settings in force with their sources, in the order of the schema. Secrets are masked. */
export function shownSettings(
  config: Settings,
  environment: NodeJS.ProcessEnv,
  workingFolder: string,
): ShownSetting[] {
  const { fromFile, fromEnvironment, variables } = readSources(environment, workingFolder, []);
  const given: Settings = { ...fromFile, ...fromEnvironment };
  return Object.keys(configSchema.shape).map((key) => {
    const variable = variables[key];
    const isSecret = SECRET_KEYS.includes(key);
    return {
      key,
      value: isSecret ? (key in given ? MASK : undefined) : shown(config[key]),
      source: variable !== undefined ? 'environment' : key in fromFile ? 'file' : 'default',
      ...(variable === undefined ? {} : { variable }),
    };
  });
}

/** Shorter values are not credentials, and masking them would garble other texts. */
export const MIN_SECRET_LENGTH = 4;

/** Returns all secrets of the configuration, for masking them in other texts. */
export function secretsOf(config: Config): string[] {
  const keys = config.secret_keys.map(({ bytes }) => bytes.toString('base64'));
  const { keystone_password: password, backends, webhooks, otlp_headers: headers = {} } = config;
  const named = collectSecrets({ password, backends, webhooks });
  return [
    ...keys,
    ...named,
    ...Object.values(headers).flatMap(credentialsIn),
    ...textsIn(config).flatMap(passwordsIn),
  ].filter(({ length }) => length >= MIN_SECRET_LENGTH);
}

/** The value of a header, and what follows its scheme, such as `Bearer`. */
const credentialsIn = (header: string): string[] => [header, header.replace(/^\S+\s+/, '')];

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return [];
  return Object.values(value).flatMap(textsIn);
}

function shown(value: unknown): unknown {
  return typeof value === 'string' ? withoutPassword(value) : redactDeep(value);
}

function withoutPassword(text: string): string {
  if (!URL.canParse(text) || !text.includes('://')) return text;
  const url = new URL(text);
  if (url.password === '') return redactText(text);
  url.password = MASK;
  // For parameters like `?password=`.
  return redactText(url.href);
}

/** The passwords of a URL, as written and decoded. */
function passwordsIn(text: string): string[] {
  if (!text.includes('://') || !URL.canParse(text)) return [];
  const { password, searchParams } = new URL(text);
  return [password, decoded(password), ...collectSecrets(Object.fromEntries(searchParams))];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

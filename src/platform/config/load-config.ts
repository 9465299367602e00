import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parse } from 'yaml';
import type { z } from 'zod';
import { readPasswordFile } from './password-file.js';
import { parseSecretKeys, readSecretKeys, type SecretKey } from './secret-keys.js';
import { type Config, configSchema, UNPREFIXED } from './config.schema.js';

const PREFIX = 'CLINKER_';
const FILE_VARIABLE = 'CLINKER_CONFIG';

/** Settings that are JSON in the environment. */
const LISTS: ReadonlySet<string> = new Set(['backends', 'webhooks']);

/** Invalid configuration; the message lists every mistake with its key. */
export class ConfigError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`The configuration is not valid:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.name = 'ConfigError';
  }
}

type Settings = Record<string, unknown>;
type Checked = z.infer<typeof configSchema>;

/**
 * Loads the file that CLINKER_CONFIG names, if any; the environment overrides it.
 * @throws ConfigError with all mistakes of both at once.
 */
export function loadConfig(environment: NodeJS.ProcessEnv, workingFolder: string): Config {
  const path = environment[FILE_VARIABLE];
  const file = path === undefined ? undefined : resolve(workingFolder, path);
  const problems: string[] = [];
  const fromFile = file === undefined ? {} : readSettings(file, problems);
  const fromEnvironment = readEnvironment(environment, problems);
  const checked = configSchema.safeParse({ ...fromFile, ...fromEnvironment });
  let secretKeys: readonly SecretKey[] = [];
  let keystonePassword: string | undefined;
  if (!checked.success) {
    for (const issue of checked.error.issues) {
      const [key] = issue.path;
      const source =
        key !== undefined && String(key) in fromEnvironment ? 'environment' : (file ?? 'environment');
      problems.push(`${issue.path.join('.') || 'settings'}: ${issue.message} (${source})`);
    }
  } else {
    problems.push(...contradictions(checked.data));
    secretKeys = secretKeysOf(checked.data, workingFolder, problems);
    keystonePassword = keystonePasswordOf(checked.data, workingFolder, problems);
  }
  if (!checked.success || problems.length > 0) throw new ConfigError(problems);
  return Object.freeze({
    ...checked.data,
    secret_keys: secretKeys,
    keystone_password: keystonePassword,
    service_token_rule:
      checked.data.service_token_rule ?? (checked.data.nova_endpoint === undefined ? 'off' : 'nova'),
    policy_file: inFolder(workingFolder, checked.data.policy_file),
    keystone_password_file: inFolder(workingFolder, checked.data.keystone_password_file),
    data_folder: resolve(workingFolder, checked.data.data_folder),
    base_folder: file === undefined ? workingFolder : dirname(file),
  });
}

/** Returns the name of the environment variable that sets a key. */
export function environmentName(key: string): string {
  return UNPREFIXED.includes(key) ? key.toUpperCase() : PREFIX + key.toUpperCase();
}

function readSettings(file: string, problems: string[]): Settings {
  if (!existsSync(file)) {
    problems.push(`${FILE_VARIABLE}: the file ${file} does not exist`);
    return {};
  }
  try {
    const settings: unknown = parse(readFileSync(file, 'utf8'));
    if (settings === null) return {};
    if (typeof settings === 'object' && !Array.isArray(settings)) return settings as Settings;
    problems.push(`${file}: must contain keys and values`);
  } catch (error) {
    problems.push(`${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
  return {};
}

function readEnvironment(environment: NodeJS.ProcessEnv, problems: string[]): Settings {
  const settings: Settings = {};
  for (const key of Object.keys(configSchema.shape)) {
    const value = environment[PREFIX + key.toUpperCase()] ?? environment[environmentName(key)];
    if (value !== undefined && value !== '')
      settings[key] = LISTS.has(key) ? readJson(key, value, problems) : value;
  }
  const known = new Set(Object.keys(configSchema.shape).map((key) => PREFIX + key.toUpperCase()));
  for (const name of Object.keys(environment)) {
    if (name.startsWith(PREFIX) && name !== FILE_VARIABLE && !known.has(name)) {
      problems.push(`${name}: unknown setting`);
    }
  }
  return settings;
}

function readJson(key: string, text: string, problems: string[]): unknown {
  try {
    return JSON.parse(text);
  } catch {
    problems.push(`${key}: must be JSON (environment)`);
    return undefined;
  }
}

const LOOPBACK = /^(127(\.\d{1,3}){3}|::1|localhost)$/;

function secretKeysOf(config: Checked, workingFolder: string, problems: string[]): SecretKey[] {
  const { secret_keys: keys, secret_keys_file: file } = config;
  if (file === undefined) return parseSecretKeys(keys ?? '', 'secret_keys', problems);
  if (keys !== undefined) problems.push('secret_keys: secret_keys_file is set too; use only one of them');
  return readSecretKeys(resolve(workingFolder, file), problems);
}

function inFolder(folder: string, path: string | undefined): string | undefined {
  return path === undefined ? undefined : resolve(folder, path);
}

/** Returns the password, from its file if that is set. Adds missing keystone settings to `problems`. */
function keystonePasswordOf(config: Checked, workingFolder: string, problems: string[]): string | undefined {
  const { keystone_password: given, keystone_password_file: file } = config;
  if (config.auth_strategy !== 'keystone') return given;
  if (config.keystone_auth_url === undefined)
    problems.push('keystone_auth_url: required by auth_strategy keystone');
  if (given !== undefined && file !== undefined) {
    problems.push('keystone_password: keystone_password_file is set too; use only one of them');
  }
  if (file === undefined) {
    if (given === undefined)
      problems.push(
        'keystone_password: this or keystone_password_file is required by auth_strategy keystone',
      );
    return given;
  }
  try {
    const password = readPasswordFile(resolve(workingFolder, file));
    if (password === '') problems.push(`keystone_password_file: ${file} is empty`);
    return password;
  } catch (error) {
    const { code = 'error' } = error as NodeJS.ErrnoException;
    problems.push(`keystone_password_file: ${file} cannot be read (${code})`);
    return undefined;
  }
}

function contradictions(config: Checked): string[] {
  const problems: string[] = [];
  const names = config.backends.map(({ name }) => name);
  const repeated = names.filter((name, index) => names.indexOf(name) !== index);
  if (repeated.length > 0) problems.push(`backends: the name ${repeated.join(', ')} is used twice`);
  if (config.default_backend !== undefined && !names.includes(config.default_backend)) {
    problems.push(
      `default_backend: backend ${config.default_backend} is not configured; configured backends: ${names.join(', ')}`,
    );
  }
  if (config.service_token_rule === 'nova' && config.nova_endpoint === undefined)
    problems.push('nova_endpoint: required by service_token_rule nova');
  if (config.metrics_port === config.port && config.port !== 0)
    problems.push('metrics_port: the API listens there; set another port, or none');
  // noauth makes every caller an admin, so a reachable port would give everyone full access.
  const isOpen = config.auth_strategy === 'noauth' && !config.noauth_allow_remote;
  if (!LOOPBACK.test(config.host) && isOpen) {
    problems.push(
      `host: noauth listens on loopback only, not on ${config.host}; set noauth_allow_remote to true if everyone who can reach it may control every volume`,
    );
  }
  return problems;
}

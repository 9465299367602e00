import { dirname, resolve } from 'node:path';
import type { z } from 'zod';
import { readPasswordFile } from './password-file.js';
import { parseSecretKeys, readSecretKeys, type SecretKey } from './secret-keys.js';
import { type Config, configSchema } from './config.schema.js';
import { problemsOf } from './setting-problem.js';
import { environmentName, readSources, type Settings } from './sources.js';

/** Invalid configuration; the message lists every mistake with its key. */
export class ConfigError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`The configuration is not valid:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.name = 'ConfigError';
  }
}

type Checked = z.infer<typeof configSchema>;

/**
 * Loads the file that CLINKER_CONFIG names, if any; the environment overrides it.
 * @throws ConfigError with all mistakes of both at once.
 */
export function loadConfig(environment: NodeJS.ProcessEnv, workingFolder: string): Config {
  const problems: string[] = [];
  const sources = readSources(environment, workingFolder, problems);
  const { file, fromFile, fromEnvironment } = sources;
  const given: Settings = { ...fromFile, ...fromEnvironment };
  const checked = configSchema.safeParse(given);
  let secretKeys: readonly SecretKey[] = [];
  let keystonePassword: string | undefined;
  if (!checked.success) {
    problems.push(...checked.error.issues.flatMap((issue) => problemsOf(issue, sources)));
  } else {
    problems.push(...contradictions(checked.data), ...missingForRole(checked.data, given));
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
    config_file: file,
  });
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
  const isElsewhere = config.role === 'api';
  if (config.default_backend !== undefined && !isElsewhere && !names.includes(config.default_backend)) {
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

/** Keys that a role needs, by the role. Volume nodes have no default backend: new volumes would be placed on it. */
const REQUIRED: Readonly<Record<Checked['role'], readonly (keyof Checked)[]>> = {
  all: [],
  api: ['transport_url'],
  volume: ['transport_url', 'node_name', 'backends'],
};

function missingForRole({ role, database_url: database }: Checked, given: Settings): string[] {
  if (role === 'all') return [];
  const needed = (key: string) => `required by role ${role} (${environmentName(key)})`;
  return [
    ...(database === undefined || database.startsWith('sqlite:')
      ? [`database_url: PostgreSQL or MariaDB is ${needed('database_url')}`]
      : []),
    ...REQUIRED[role].filter((key) => !(key in given)).map((key) => `${key}: ${needed(key)}`),
  ];
}

import { mkdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { loadRules, PolicyError } from '../api/auth/policy-file/policy-file.js';
import type { DriverLog } from '../drivers/contract/index.js';
import type { Config } from '../platform/config/config.schema.js';
import { ConfigError, loadConfig } from '../platform/config/load-config.js';
import { type ShownSetting, shownSettings } from '../platform/config/shown-settings.js';
import { type Command, UsageError } from './command.js';
import { orUsageError } from './server-options.js';
import { containDrivers } from './contained-drivers.js';
import { checkedBackends, type CheckedBackends } from './driver-secrets.js';

/** Checks the settings and prints all of them with their sources. */
export const config: Command = {
  name: 'config',
  summary: 'check the settings, and print each with its value and source',
  readsSettings: true,
  usage:
    'clinker config check [--json]\n\n' +
    'Reads the settings as the server does, and checks the policy file, the drivers and their options too. Contacts neither\n' +
    'the database nor a backend. Prints all settings, without secrets, each with its source: default, file or environment.\n' +
    'Exit status: 0 valid, 1 not valid, with all mistakes on standard error.',
  run: async (args, { environment, workingFolder }) => {
    const { isJson } = parsed(args);
    try {
      const inForce = loadConfig(environment, workingFolder);
      containDrivers(console.error);
      const backends = await createdBackends(inForce);
      const problems = [...policyProblems(inForce), ...backends.problems];
      if (problems.length > 0) throw new ConfigError(problems);
      const fit = { ...inForce, backends: backends.shown };
      const settings = shownSettings(fit, environment, workingFolder);
      console.log(isJson ? JSON.stringify({ settings }, null, 2) : textOf(settings, inForce.config_file));
      return 0;
    } catch (error) {
      console.error(error instanceof ConfigError ? `clinker config: ${error.message}` : error);
      return 1;
    }
  },
};

function parsed(args: readonly string[]): { readonly isJson: boolean } {
  const { values, positionals } = orUsageError(() =>
    parseArgs({
      args: [...args],
      options: { json: { type: 'boolean', default: false } },
      allowPositionals: true,
    }),
  );
  if (positionals.length === 1 && positionals[0] === 'check') return { isJson: values.json };
  throw new UsageError('expected check');
}

const SILENT: DriverLog = { info: () => undefined, warn: () => undefined };

/** Also creates the drivers, which contacts nothing, with a state folder that is removed again. */
async function createdBackends(inForce: Config): Promise<CheckedBackends> {
  const { createDriver } = await import('../drivers/registry/driver-loader.js');
  const stateFolder = await mkdtemp(join(tmpdir(), 'clinker-config-'));
  try {
    return await checkedBackends(inForce, (found, backend) => {
      const own = join(stateFolder, backend.name);
      mkdirSync(own, { recursive: true });
      return createDriver(found, backend, { backendName: backend.name, stateFolder: own, log: SILENT });
    });
  } finally {
    await rm(stateFolder, { recursive: true, force: true });
  }
}

function policyProblems({ policy_file: file }: Config): readonly string[] {
  try {
    loadRules(file);
    return [];
  } catch (error) {
    if (error instanceof PolicyError) return error.problems;
    throw error;
  }
}

function textOf(settings: readonly ShownSetting[], file: string | undefined): string {
  const width = Math.max(...settings.map(({ key }) => key.length));
  const origins = settings.map(({ source, variable }) => variable ?? source);
  const originWidth = Math.max(...origins.map(({ length }) => length));
  return [
    `Configuration file: ${file ?? 'none'}`,
    ...settings.map(({ key, value }, index) => {
      const shown = value === undefined ? 'not set' : JSON.stringify(value);
      return `${key.padEnd(width)}  ${(origins[index] ?? '').padEnd(originWidth)}  ${shown}`;
    }),
    'The configuration is valid.',
  ].join('\n');
}

import { loadRules, PolicyError, readPolicyFile } from '../api/auth/policy-file/policy-file.js';
import { defaultRules } from '../api/auth/policy-file/rule-set.js';
import { BASE_RULES, POLICY } from '../api/auth/policy.js';
import { ConfigError, loadConfig } from '../platform/config/load-config.js';
import { type Command, UsageError } from './command.js';

/** Checks the policy file and prints the rules in force as a policy file. */
export const policy: Command = {
  name: 'policy',
  summary: 'check the policy file and print all rules in force',
  readsSettings: true,
  usage:
    'clinker policy\n\nReads policy_file as the server does. Prints all rules as a policy file, with unchanged defaults as\n' +
    'comments. If the file is not valid, prints its errors; exit status 1.',
  run: (args, { environment, workingFolder }) => {
    if (args.length > 0) throw new UsageError(`unexpected: ${args.join(' ')}`);
    try {
      const { policy_file: file } = loadConfig(environment, workingFolder);
      loadRules(file);
      console.log(
        asPolicyFile(new Map([...readPolicyFile(file).rules].map(([name, { text }]) => [name, text]))),
      );
      return Promise.resolve(0);
    } catch (error) {
      const isExpected = error instanceof ConfigError || error instanceof PolicyError;
      console.error(isExpected ? `clinker policy: ${error.message}` : error);
      return Promise.resolve(1);
    }
  },
};

/** Renders all rules as a policy file; rules without an override are comments. */
export function asPolicyFile(overrides: ReadonlyMap<string, string>): string {
  const defaults = defaultRules();
  const described = { ...BASE_RULES, ...POLICY };
  const own = [...overrides].filter(([name]) => !defaults.has(name)).map(([name, text]) => entry(name, text));
  const rules = Object.entries(described).map(([name, { description }]) => {
    const override = overrides.get(name);
    const line =
      override === undefined ? `# ${entry(name, defaults.get(name) ?? '')}` : entry(name, override);
    return `# ${description}\n${line}`;
  });
  return [...own, ...rules].join('\n\n');
}

/** JSON strings are valid YAML. */
function entry(name: string, text: string): string {
  return `${JSON.stringify(name)}: ${JSON.stringify(text)}`;
}

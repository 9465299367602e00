import { didYouMean } from '../platform/did-you-mean.js';
import { ownVersion } from '../platform/package-folder.js';
import { FILE_VARIABLE } from '../platform/config/sources.js';
import { type Command, type SettingsOrigin, UsageError } from './command.js';

const HELP: readonly (string | undefined)[] = ['--help', '-h', 'help'];
const VERSION: readonly (string | undefined)[] = ['--version', '-V'];

/** Runs a command line; returns the exit status: 0 success, 1 failure, 2 invalid usage. */
export async function runCommandLine(
  [name, ...args]: readonly string[],
  commands: readonly Command[],
): Promise<number> {
  if (VERSION.includes(name)) {
    console.log(`clinker ${ownVersion()}`);
    return 0;
  }
  if (name === undefined || HELP.includes(name)) {
    console.log(overview(commands));
    return name === undefined ? 2 : 0;
  }
  const command = commands.find((candidate) => candidate.name === name);
  if (command === undefined) {
    const names = commands.map((one) => one.name);
    console.error(`clinker: unknown command ${name}${didYouMean(name, names)} (see clinker --help)`);
    return 2;
  }
  if (args.includes('--help') || args.includes('-h')) {
    console.log(usageOf(command));
    return 0;
  }
  try {
    const { rest, origin } = withOrigin(args, command);
    return await command.run(rest, origin);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`clinker ${name}: ${error.message} (see clinker ${name} --help)`);
    return 2;
  }
}

/** Takes `--config FILE` out of the arguments. */
function withOrigin(
  args: readonly string[],
  { readsSettings }: Command,
): { readonly rest: readonly string[]; readonly origin: SettingsOrigin } {
  const workingFolder = process.cwd();
  const index = args.findIndex((arg) => arg === '--config' || arg.startsWith('--config='));
  if (index === -1 || !readsSettings)
    return { rest: args, origin: { environment: process.env, workingFolder } };
  const isOneWord = args[index] !== '--config';
  const file = isOneWord ? args[index]?.slice('--config='.length) : args[index + 1];
  if (file === undefined || file === '') throw new UsageError('--config needs the path of a file');
  return {
    rest: args.toSpliced(index, isOneWord ? 1 : 2),
    origin: { environment: { ...process.env, [FILE_VARIABLE]: file }, workingFolder },
  };
}

function usageOf({ usage, readsSettings }: Command): string {
  return readsSettings
    ? `${usage}\n\nSettings come from the environment and the file named by --config FILE or the variable ${FILE_VARIABLE}.`
    : usage;
}

function overview(commands: readonly Command[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  const lines = commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
  return [
    'clinker COMMAND [--config FILE] [OPTION...]',
    'clinker COMMAND --help',
    'clinker --version',
    '',
    ...lines,
  ].join('\n');
}

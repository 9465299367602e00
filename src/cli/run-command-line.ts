import { type Command, UsageError } from './command.js';

/** Runs a command line; returns the exit status: 0 success, 1 failure, 2 invalid usage. */
export async function runCommandLine(
  [name, ...args]: readonly string[],
  commands: readonly Command[],
): Promise<number> {
  if (name === undefined || name === '--help' || name === '-h') {
    console.log(overview(commands));
    return name === undefined ? 2 : 0;
  }
  const command = commands.find((candidate) => candidate.name === name);
  if (command === undefined) {
    console.error(`clinker: unknown command ${name}\n\n${overview(commands)}`);
    return 2;
  }
  if (args.includes('--help') || args.includes('-h')) {
    console.log(command.usage);
    return 0;
  }
  try {
    return await command.run(args);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`clinker ${name}: ${error.message}\n\n${command.usage}`);
    return 2;
  }
}

function overview(commands: readonly Command[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  const lines = commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
  return ['clinker COMMAND [--help]', '', ...lines].join('\n');
}

#!/usr/bin/env node
import 'reflect-metadata';
import { backup } from './backup.js';
import { type Command, UsageError } from './command.js';
import { serve } from './serve.js';

const COMMANDS: readonly Command[] = [serve, backup];

/** Carries out one command line; gives back the exit status: 0 all well, 1 not, 2 not understood. */
export async function runCommandLine(
  [name, ...args]: readonly string[],
  commands: readonly Command[] = COMMANDS,
): Promise<number> {
  if (name === undefined || name === '--help' || name === '-h') {
    console.log(overview(commands));
    return name === undefined ? 2 : 0;
  }
  const command = commands.find((candidate) => candidate.name === name);
  if (command === undefined) {
    console.error(`clinker: there is no command ${name}\n\n${overview(commands)}`);
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

process.exitCode = await runCommandLine(process.argv.slice(2));

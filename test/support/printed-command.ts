import type { Command } from '../../src/cli/command.js';
import { doctor } from '../../src/cli/doctor.js';

/** Runs a command in this process. @returns its exit status and what it prints. */
export async function runPrinting(
  command: Command,
  args: readonly string[],
): Promise<[status: number, text: string]> {
  const lines: string[] = [];
  const [log, error] = [console.log, console.error];
  console.log = console.error = (line: unknown) => void lines.push(String(line));
  try {
    const status = await command.run([...args], {
      environment: process.env,
      workingFolder: process.cwd(),
    });
    return [status, lines.join('\n')];
  } finally {
    [console.log, console.error] = [log, error];
  }
}

/** Runs `clinker doctor`. */
export const runDoctor = (...args: string[]) => runPrinting(doctor, args);

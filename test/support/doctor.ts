import { doctor } from '../../src/cli/doctor.js';

/** Runs `clinker doctor`. @returns its exit status and what it prints. */
export async function runDoctor(...args: string[]): Promise<[status: number, text: string]> {
  const lines: string[] = [];
  const [log, error] = [console.log, console.error];
  console.log = console.error = (line: unknown) => void lines.push(String(line));
  try {
    const status = await doctor.run(args, { environment: process.env, workingFolder: process.cwd() });
    return [status, lines.join('\n')];
  } finally {
    [console.log, console.error] = [log, error];
  }
}

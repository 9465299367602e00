import { spawn } from 'node:child_process';
import { DriverError } from 'clinker-driver';
import type { Transport } from './transport.js';

export interface Command {
  /** The program and its arguments. Never a secret: every user of the host can read them. */
  readonly argv: readonly string[];
  /** What the program reads from its standard input; the place for secrets. */
  readonly input?: string;
}

export interface Outcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** More than any report has; a broken program must not fill the server's memory. */
const MOST_BYTES = 16 * 2 ** 20;

/**
 * Runs programs, without a shell. A program that is aborted or takes too long is killed.
 * @throws UNAVAILABLE when it takes too long; INTERNAL when it cannot be started.
 */
export function programTransport(timeoutMs: number): Transport<Command, Outcome> {
  return async ({ argv: [program = '', ...args], input = '' }, signal) => {
    signal.throwIfAborted();
    const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    const child = spawn(program, args, {
      signal: limit,
      killSignal: 'SIGKILL',
      env: { ...process.env, LC_ALL: 'C' },
    });
    const stdout = collected(child.stdout);
    const stderr = collected(child.stderr);
    // A program that does not read its input ends the pipe early.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    try {
      const status = await new Promise<number>((resolve, reject) => {
        child.once('error', reject);
        child.once('close', (code) => {
          resolve(code ?? -1);
        });
      });
      return { status, stdout: await stdout, stderr: await stderr };
    } catch (cause) {
      if (limit.aborted) throw new DriverError('UNAVAILABLE', `${program} did not end in time`, { cause });
      throw new DriverError('INTERNAL', `${program} cannot be started; is it installed?`, { cause });
    }
  };
}

async function collected(stream: NodeJS.ReadableStream): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of stream) {
      bytes += (chunk as Buffer).length;
      if (bytes <= MOST_BYTES) chunks.push(chunk as Buffer);
    }
  } catch {
    // The program was killed: its outcome says so.
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** The first line of what a program complains of, for messages. */
export function complaint({ stderr }: Outcome): string {
  return stderr.trim().split('\n')[0] ?? '';
}

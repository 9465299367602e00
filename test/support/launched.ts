import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';

const DIST = fileURLToPath(new URL('../../dist', import.meta.url));

export interface Launched {
  /** Address once it listens. */
  readonly url: string;
  readonly output: { stdout: string; stderr: string };
  /** Resolves at the end of the process, to its exit status or signal. */
  readonly ended: Promise<number | NodeJS.Signals | null>;
  kill(signal: NodeJS.Signals): void;
  /** Resolves when the text was logged. @throws when the process ends before. */
  untilLogged(text: string): Promise<void>;
}

export interface LaunchOptions {
  readonly folder: string;
  readonly settings?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  /** Program of the build; the server by default. */
  readonly program?: string;
  /** Words before the command, for process limits. */
  readonly prefix?: readonly string[];
}

/** Returns a port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Starts the built program without waiting for it. */
export async function launch(options: LaunchOptions): Promise<Launched> {
  const { folder, settings = {}, args = [], program = 'main.js', prefix = [] } = options;
  const port = settings['PORT'] ?? String(await freePort());
  const words = [...prefix, process.execPath, `${DIST}/${program}`, ...args];
  const child = spawn(words[0] ?? '', words.slice(1), {
    cwd: folder,
    env: {
      PATH: process.env['PATH'],
      HOST: '127.0.0.1',
      CLINKER_DATA_FOLDER: folder,
      ...settings,
      PORT: port,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => (output.stdout += String(chunk)));
  child.stderr.on('data', (chunk) => (output.stderr += String(chunk)));
  let hasEnded = false;
  const ended = once(child, 'close').then(([code, by]: (number | NodeJS.Signals | null)[]) => {
    hasEnded = true;
    return code ?? by ?? null;
  });
  return {
    url: `http://127.0.0.1:${port}`,
    output,
    ended,
    kill: (signal) => void child.kill(signal),
    untilLogged: async (text) => {
      while (!output.stdout.includes(text)) {
        if (hasEnded) throw new Error(`the process ended: ${output.stderr}`);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
  };
}

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Api } from './api.js';
import { NEWEST } from './newest.js';

const CLI = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

export interface ServerProcess {
  readonly api: Api;
  /** Sends the signal and waits for the end of the process; returns its exit status or signal. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | NodeJS.Signals | null>;
}

const environment = (folder: string, settings: Record<string, string>): NodeJS.ProcessEnv => ({
  PATH: process.env['PATH'],
  HOST: '127.0.0.1',
  PORT: '0',
  CLINKER_DATA_FOLDER: folder,
  CLINKER_RESPONSE_VALIDATION: 'error',
  ...settings,
});

/** Starts the built server in a separate process, on the data in a folder. */
export async function startServer(
  folder: string,
  settings: Record<string, string> = {},
): Promise<ServerProcess> {
  const server = spawn(process.execPath, [CLI, 'serve'], {
    env: environment(folder, settings),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(server, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: server.stdout }).on('line', (line) => {
      const { api } = JSON.parse(line) as { api?: string };
      if (api !== undefined) resolve(new URL(api).origin);
    });
    void ended.then(([code]) => reject(new Error(`the server ended with ${String(code)}`)));
  });
  return {
    api: new Api(url, { token: 'admin:p1', version: NEWEST, project: 'p1' }),
    end: async (signal) => {
      server.kill(signal);
      const [code, by] = await ended;
      return code ?? by;
    },
  };
}

/** Runs a command of the program; returns its exit status. */
export async function runCommand(
  folder: string,
  args: readonly string[],
  settings: Record<string, string> = {},
): Promise<number | null> {
  const command: ChildProcess = spawn(process.execPath, [CLI, ...args], {
    env: environment(folder, settings),
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return ((await once(command, 'exit')) as [number | null])[0];
}

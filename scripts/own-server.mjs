/** Starts the built server on a free port with its own data folder. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));

/** @returns its address, and a function that stops it and removes its data. */
export async function ownServer(settings = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'clinker-'));
  const server = spawn(process.execPath, [main], {
    env: {
      ...process.env,
      HOST: '127.0.0.1',
      PORT: '0',
      LOG_LEVEL: 'info',
      CLINKER_DATA_FOLDER: folder,
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => server.once('exit', resolve));
  const base = await new Promise((resolve, reject) => {
    createInterface({ input: server.stdout }).on('line', (line) => {
      const { api } = JSON.parse(line);
      if (api !== undefined) resolve(new URL(api).origin);
    });
    void ended.then((code) => reject(new Error(`the server ended with ${code}`)));
  });
  return {
    base,
    pid: server.pid,
    stop: async () => {
      server.kill('SIGTERM');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

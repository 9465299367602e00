import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { tellServiceManager } from './tell-service-manager.js';

let folder: string;
let lines: PassThrough;
let told: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clinker-notify-'));
  told = join(folder, 'told');
  lines = new PassThrough();
});
afterEach(() => rm(folder, { recursive: true }));

/** Puts a `systemd-notify` into the path that writes down how it was called. */
async function program(status: number): Promise<void> {
  const file = join(folder, 'systemd-notify');
  await writeFile(file, `#!/bin/sh\necho "$NOTIFY_SOCKET $*" > ${told}\nexit ${String(status)}\n`);
  await chmod(file, 0o755);
}

const environment = (more: NodeJS.ProcessEnv): NodeJS.ProcessEnv => ({ PATH: `${folder}:/bin`, ...more });

async function content(): Promise<string> {
  for (;;) {
    const text = await readFile(told, 'utf8').catch(() => '');
    if (text !== '') return text;
    await new Promise(setImmediate);
  }
}

describe('tellServiceManager', () => {
  it('tells a systemd that asks', async () => {
    await program(0);
    tellServiceManager(environment({ NOTIFY_SOCKET: '/run/notify' }), pino(lines));
    expect(await content()).toBe('/run/notify --ready\n');
  });

  it('logs that systemd could not be told', async () => {
    await program(1);
    tellServiceManager(environment({ NOTIFY_SOCKET: '/run/notify' }), pino(lines));
    const [line] = (await once(lines, 'data')) as [Buffer];
    expect(line.toString()).toContain('systemd could not be told');
  });

  it('runs nothing where there is no systemd', async () => {
    tellServiceManager(environment({}), pino(lines));
    // A program that is not there would be logged.
    tellServiceManager(environment({ NOTIFY_SOCKET: '/run/notify', PATH: folder }), pino(lines));
    const [line] = (await once(lines, 'data')) as [Buffer];
    expect(line.toString()).toContain('ENOENT');
    expect(lines.read()).toBeNull();
  });
});

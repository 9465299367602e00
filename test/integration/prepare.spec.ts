import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from '@jest/globals';

const SCRIPTS = fileURLToPath(new URL('../../scripts', import.meta.url));

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clinker-prepare-'));
  for (const name of ['scripts', 'bin', 'node_modules/sqlite3/build']) {
    await mkdir(join(folder, name), { recursive: true });
  }
  for (const name of ['prepare.mjs', 'compile-tools.mjs']) {
    await copyFile(join(SCRIPTS, name), join(folder, 'scripts', name));
  }
  await writeFile(join(folder, 'package-lock.json'), '{}');
  await symlink(process.execPath, join(folder, 'bin/node'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Installs a program where the script finds it. */
async function program(name: string, text: string): Promise<void> {
  await writeFile(join(folder, 'bin', name), `#!${process.execPath}\n${text}`, { mode: 0o755 });
}

/** Runs the script with only these programs. */
async function prepare(onOutput: (text: string) => void = () => undefined) {
  const child = spawn(process.execPath, [join(folder, 'scripts/prepare.mjs')], {
    env: { PATH: join(folder, 'bin') },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let text = '';
  child.stderr.on('data', (chunk) => {
    text += String(chunk);
    onOutput(text);
  });
  const [status] = (await once(child, 'close')) as [number];
  return { status, lines: text.trimEnd().split('\n') };
}

const DEBIAN = 'clinker:   Debian, Ubuntu: apt install python3 make g++';

it('says before the installation which tools are missing, and what to install, and again when it failed', async () => {
  await program('npm', "console.log('npm runs'); process.exitCode = 7;");
  await program('make', '');
  const { status, lines } = await prepare();
  expect(status).toBe(1);
  const runs = lines.indexOf('npm runs');
  for (const part of [lines.slice(0, runs), lines.slice(runs)]) {
    expect(part.join('\n')).toContain('sqlite3 cannot be compiled: there is no python3, no g++.');
    expect(part).toContain(DEBIAN);
    expect(part.join('\n')).toContain('dnf install');
    expect(part.join('\n')).toContain('xcode-select');
  }
});

it('says how long a compilation takes, and shows that it goes on', async () => {
  for (const name of ['python3', 'make', 'g++']) await program(name, '');
  const go = join(folder, 'go');
  await program(
    'npm',
    `const { existsSync, writeFileSync } = require('node:fs');
     writeFileSync('node_modules/sqlite3/build/Makefile', '');
     setInterval(() => existsSync(${JSON.stringify(go)}) && process.exit(0), 20);`,
  );
  const { status, lines } = await prepare((text) => {
    if (text.includes(' s)')) void writeFile(go, '');
  });
  expect(status).toBe(0);
  expect(lines[0]).toContain('it is compiled, which takes one to five minutes');
  expect(lines.at(-1)).toMatch(/^clinker: compiling sqlite3, which takes one to five minutes \(\d+ s\)$/);
  expect(lines.join('\n')).not.toContain('cannot be compiled');
});

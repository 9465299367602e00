import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

const SCRIPTS = fileURLToPath(new URL('../../scripts', import.meta.url));

/** The server needs two packages, its tests one more, and another system a fourth. */
const LOCK = {
  packages: {
    '': { dependencies: { sqlite3: '1' } },
    'node_modules/sqlite3': { dependencies: { tar: '1' }, optionalDependencies: { foreign: '1' } },
    'node_modules/sqlite3/node_modules/tar': {},
    'node_modules/foreign': { os: ['aix'] },
    'node_modules/jest': {},
    'packages/development': { devDependencies: { jest: '1' } },
  },
};

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clinker-prepare-'));
  for (const name of ['scripts', 'bin', 'node_modules/sqlite3/build']) {
    await mkdir(join(folder, name), { recursive: true });
  }
  for (const name of ['prepare.mjs', 'compile-tools.mjs', 'locked-packages.mjs']) {
    await copyFile(join(SCRIPTS, name), join(folder, 'scripts', name));
  }
  await writeFile(join(folder, 'package-lock.json'), JSON.stringify(LOCK));
  await symlink(process.execPath, join(folder, 'bin/node'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Installs a program where the script finds it. */
async function program(name: string, text: string): Promise<void> {
  await writeFile(join(folder, 'bin', name), `#!${process.execPath}\n${text}`, { mode: 0o755 });
}

/** Runs the script with only these programs. */
async function prepare(args: readonly string[] = [], onOutput: (text: string) => void = () => undefined) {
  const child = spawn(process.execPath, [join(folder, 'scripts/prepare.mjs'), ...args], {
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
  const { status, lines } = await prepare([], (text) => {
    if (text.includes(' s)')) void writeFile(go, '');
  });
  expect(status).toBe(0);
  expect(lines[0]).toContain(
    'sqlite3, the default database, is compiled where its binary cannot be downloaded',
  );
  expect(lines[0]).toContain('one to five minutes');
  expect(lines.at(-1)).toMatch(/^clinker: compiling sqlite3, which takes one to five minutes \(\d+ s\)$/);
  expect(lines.join('\n')).not.toContain('cannot be compiled');
});

describe('what is installed', () => {
  const PRINTS_ITS_ARGUMENTS = "console.log(process.argv.slice(2).join(' '));";

  beforeEach(async () => {
    for (const name of ['python3', 'make', 'g++']) await program(name, '');
    await program('npm', PRINTS_ITS_ARGUMENTS);
  });

  it('is counted, and for a start lacks the tools of the tests', async () => {
    const { lines } = await prepare(['--server-only']);
    expect(lines).toContain(
      'clinker: installing 2 packages for the server and its build (npm ci), about a minute',
    );
    expect(lines.at(-1)).toBe('ci --no-audit --no-fund --workspaces=false');
  });

  it('is everything for the tests', async () => {
    const { lines } = await prepare();
    expect(lines.join('\n')).toContain('installing 3 packages for the server, its build, tests and checks');
    expect(lines.at(-1)).toBe('ci --no-audit --no-fund');
  });

  it('is only added to for the tests after a start', async () => {
    await writeFile(join(folder, 'node_modules/.package-lock.json'), '{}');
    const { lines } = await prepare();
    expect(lines.at(-1)).toBe('install --no-audit --no-fund --no-save');
    await mkdir(join(folder, 'node_modules/clinker-development'));
    expect((await prepare()).lines).toEqual(['']);
    expect((await prepare(['--server-only'])).lines).toEqual(['']);
  });

  it('shows how far it is', async () => {
    await mkdir(join(folder, 'node_modules/jest'));
    await writeFile(join(folder, 'node_modules/jest/package.json'), '{}');
    const go = join(folder, 'go');
    await program(
      'npm',
      `setInterval(() => require('node:fs').existsSync(${JSON.stringify(go)}) && process.exit(0), 20);`,
    );
    const { lines } = await prepare([], (text) => {
      if (text.includes(' s)')) void writeFile(go, '');
    });
    expect(lines.at(-1)).toMatch(/^clinker: fetching packages, 1 of 3 \(\d+ s\)$/);
  });
});
